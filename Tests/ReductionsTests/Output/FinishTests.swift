import ChunkFile
import Diagnostics
import Foundation
import HDF5
import Reductions
import ScatteringGeometry
import TestFileSystems
import TestSupport
import Testing

/// The last steps: the name, and what may stand in its way.
@Suite("The end of a reduction")
struct FinishTests {
    private let description: ReductionDescription
    private let folder: TemporaryFolder
    private var path: String { folder.file("curve.h5").path }
    private var partial: String { ReductionFile.partialPath(path) }

    init() throws {
        description = try Results.description(bins: 8, frames: 3)
        folder = try TemporaryFolder("finish")
    }

    private func filled(_ fileSystem: any FileSystem = LocalFileSystem(), replacing: Bool = false) throws -> ReductionFile {
        let file = try ReductionFile.create(path, description, replacing: replacing, fileSystem: fileSystem)
        for frame in 0..<3 { try file.append(Results.row(frame, bins: 8), frame: frame) }
        return file
    }

    private var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() } }

    @Test func canBeRepeatedWhenTheFolderDidNotReachTheDisk() throws {
        let disk = FaultyFileSystem()
        let file = try filled(disk)
        disk.change { $0.unsyncableSuffix = folder.url.lastPathComponent }
        for _ in 0..<2 {
            let error = #expect(throws: ReductionFileError.self) { try file.finish(endTime: Results.end) }
            #expect(error?.code == .cannotWrite)
            // The rename is done.
            #expect(try names == ["curve.h5", "curve.h5.partial.lock"])
        }
        // Nothing more is written into a file that has its name.
        let bytes = try Data(contentsOf: folder.file("curve.h5"))
        try file.flush()
        #expect(try Data(contentsOf: folder.file("curve.h5")) == bytes)
        disk.change { $0.unsyncableSuffix = nil }
        try file.finish(endTime: Results.end)
        #expect(try names == ["curve.h5"])
        let before = disk.changes
        try file.finish(endTime: Results.end)
        #expect(disk.changes == before)
    }

    @Test func aResultThatHasItsNameIsContinuedByNothing() throws {
        try filled().finish(endTime: Results.end)
        let bytes = try Data(contentsOf: folder.file("curve.h5"))
        do {
            let file = try ReductionFile.resume(path, description)
            #expect(file.rowCount == 3 && file.failedCount == 0)
            #expect(file.total == (try ReductionReader(path).total()))
            #expect(throws: ReductionFileError.self) { try file.append(Results.row(3, bins: 8), frame: 3) }
            try file.flush()
            try file.finish(endTime: Results.end)
        }
        #expect(try Data(contentsOf: folder.file("curve.h5")) == bytes)
        #expect(try names == ["curve.h5"])
        // The lock file of a process that was killed behind the rename goes with the next one.
        try folder.write("name taken\n", to: "curve.h5.partial.lock")
        do { try ReductionFile.resume(path, description).finish(endTime: Results.end) }
        #expect(try names == ["curve.h5"])
        var other = description
        other.title = "another"
        let error = #expect(throws: ReductionFileError.self) { try ReductionFile.resume(path, other) }
        #expect(error?.code == .descriptionDiffers)
        #expect(error?.what.contains("finished") == true)
        try folder.write("somebody's", to: "curve.h5")
        let foreign = #expect(throws: ReductionFileError.self) { try ReductionFile.resume(path, description) }
        #expect(foreign?.code == .alreadyExists)
        #expect(try names == ["curve.h5"])
    }

    @Test func anEmptyFileOfSomebodyIsNotReplacedUnlessAskedFor() throws {
        try folder.write("", to: "curve.h5")
        let atStart = #expect(throws: ReductionFileError.self) { try ReductionFile.create(path, description) }
        #expect(atStart?.code == .alreadyExists)
        try FileManager.default.removeItem(atPath: path)
        do {
            let file = try filled()
            try folder.write("", to: "curve.h5")
            let atEnd = #expect(throws: ReductionFileError.self) { try file.finish(endTime: Results.end) }
            #expect(atEnd?.code == .alreadyExists)
        }
        #expect(try names == ["curve.h5", "curve.h5.partial"])
        do {
            let file = try ReductionFile.resume(path, description)
            let again = #expect(throws: ReductionFileError.self) { try file.finish(endTime: Results.end) }
            #expect(again?.code == .alreadyExists)
            #expect(try Data(contentsOf: folder.file("curve.h5")).isEmpty)
        }
        let file = try ReductionFile.resume(path, description, replacing: true)
        try file.finish(endTime: Results.end)
        #expect(HDF5File.isHDF5(path))
        #expect(try names == ["curve.h5"])
    }

    @Test func anEmptyFileIsNotReplacedByTextsEither() throws {
        try filled().finish(endTime: Results.end)
        try folder.write("", to: "curve.dat")
        let result = try ReductionReader(path)
        let text = folder.file("curve.dat").path
        let error = #expect(throws: ReductionFileError.self) { try ReductionText.writeCurve(of: result, to: text) }
        #expect(error?.code == .alreadyExists)
        #expect(try Data(contentsOf: folder.file("curve.dat")).isEmpty)
        try ReductionText.writeCurve(of: result, to: text, replacing: true)
        #expect(try names == ["curve.dat", "curve.h5"])
    }

    /// A rename that fails gives the name back.
    @Test func aFailedRenameLeavesNoEmptyFile() throws {
        let counting = FaultyFileSystem()
        try filled(counting).finish(endTime: Results.end)
        let all = counting.changes
        try FileManager.default.removeItem(atPath: path)
        var renames = 0
        // The calls of the end are few: the rename is one of them.
        for call in all - 5...all {
            let disk = FaultyFileSystem()
            disk.change { $0.failsAt = call }
            let file = try filled(disk)
            // The last one removes the lock file, which nobody waits for.
            if call < all { #expect(throws: ReductionFileError.self) { try file.finish(endTime: Results.end) } }
            if !FileManager.default.fileExists(atPath: path) { renames += 1 }
            try file.finish(endTime: Results.end)
            #expect(HDF5File.isHDF5(path))
            for name in try names { try FileManager.default.removeItem(atPath: folder.path + "/" + name) }
        }
        #expect(renames >= 1)
    }

    /// Whoever is killed between taking the name and giving it can be continued, and a stale note gives nobody's file away.
    @Test func theNoteOfATakenNameIsForTheFileThatTookIt() throws {
        do { _ = try filled() }
        try folder.write("name taken\n", to: "curve.h5.partial.lock")
        try folder.write("", to: "curve.h5")
        do {
            let file = try ReductionFile.resume(path, description)
            for frame in file.rowCount..<3 { try file.append(Results.row(frame, bins: 8), frame: frame) }
            try file.finish(endTime: Results.end)
        }
        #expect(try names == ["curve.h5"])
        #expect(HDF5File.isHDF5(path))
        try FileManager.default.removeItem(atPath: path)
        // The unfinished file was removed by hand, and another begun.
        try folder.write("name taken\n", to: "curve.h5.partial.lock")
        let file = try filled()
        try folder.write("", to: "curve.h5")
        let error = #expect(throws: ReductionFileError.self) { try file.finish(endTime: Results.end) }
        #expect(error?.code == .alreadyExists)
    }
}
