import ChunkFile
import Diagnostics
import Foundation
import HDF5
import NeXus
import Reductions
import ScatteringGeometry
import TestFileSystems
import TestSupport
import Testing

@Suite("An interrupted reduction")
struct ResumeTests {
    private func bytes(_ url: URL) throws -> Data { try Data(contentsOf: url) }

    @Test(arguments: [true, false], ["poisson", "azimuthal"])
    func goesOnAndGivesTheSameBytesAsOneThatWasNot(keepsFrameSums: Bool, errors: String) throws {
        let folder = try TemporaryFolder("reduction")
        let description = try Results.description(errors: errors, keepsFrameSums: keepsFrameSums)
        try Results.write(folder.file("whole.h5").path, description, failing: 3)

        let path = folder.file("parts.h5").path
        for part in [0..<2, 2..<7, 7..<7, 7..<12] {
            let file =
                part.lowerBound == 0
                ? try ReductionFile.create(path, description) : try ReductionFile.resume(path, description)
            #expect(file.rowCount == part.lowerBound)
            #expect(file.failedCount == (part.lowerBound > 3 ? 1 : 0))
            #expect(file.lastFrame == (part.lowerBound > 0 ? part.lowerBound - 1 : nil))
            for frame in part {
                if frame == 3 {
                    try file.appendFailure("frame 3: chunk damaged", frame: 3)
                } else {
                    try file.append(Results.row(frame, description), frame: frame)
                }
            }
            try file.flush()
            if part.upperBound == 12 {
                try file.finish(endTime: Results.end)
            } else {
                // These come after the last flush: they are done again.
                try file.append(Results.row(99, description), frame: 99)
                #expect(try HDF5File.open(ReductionFile.partialPath(path)).root.hasLink("entry"))
            }
        }
        #expect(try bytes(folder.file("whole.h5")) == bytes(folder.file("parts.h5")))
    }

    @Test func saysInWhichLineItDiffers() throws {
        let folder = try TemporaryFolder("reduction")
        let path = folder.file("curve.h5").path
        var description = try Results.description()
        do { _ = try ReductionFile.create(path, description) }
        description.startTime = Results.end
        do { _ = try ReductionFile.resume(path, description) }

        description.configuration = "radial:\n  unit: q_A^-1\n"
        let error = #expect(throws: ReductionFileError.self) { try ReductionFile.resume(path, description) }
        #expect(error?.code == .descriptionDiffers)
        #expect(error?.got == "'  unit: q_A^-1'")
        #expect(error?.expected == "'  unit: q_nm^-1'")
        for change in [
            { $0.programVersion = "0.2.0" }, { $0.frameCount = 13 }, { $0.keepsFrameSums = false }, { $0.inputs[1].digest = "x" },
            { $0.inputs[0].path = "elsewhere" }, { $0.geometry?.poni1_m = 0.0801 }, { $0.corrections.removeLast() },
        ] as [(inout ReductionDescription) -> Void] {
            var other = try Results.description()
            change(&other)
            let error = #expect(throws: ReductionFileError.self) { try ReductionFile.resume(path, other) }
            #expect(error?.code == .descriptionDiffers)
        }
        let bins = try Results.description(bins: 41)
        let other = #expect(throws: ReductionFileError.self) { try ReductionFile.resume(path, bins) }
        #expect(other?.code == .descriptionDiffers)
        let missing = #expect(throws: ReductionFileError.self) {
            try ReductionFile.resume(folder.file("none.h5").path, try Results.description())
        }
        #expect(missing?.code == .notFound)
        try folder.write("not HDF5", to: "odd.h5.partial")
        let odd = #expect(throws: ReductionFileError.self) {
            try ReductionFile.resume(folder.file("odd.h5").path, try Results.description())
        }
        #expect(odd?.code == .cannotRead)
    }

    @Test func isLockedWhileItIsWritten() throws {
        let folder = try TemporaryFolder("reduction")
        let path = folder.file("curve.h5").path
        let description = try Results.description()
        let file = try ReductionFile.create(path, description)
        let error = #expect(throws: ReductionFileError.self) { try ReductionFile.resume(path, description) }
        #expect(error?.code == .locked)
        // Who was refused has not taken the lock away.
        let again = #expect(throws: ReductionFileError.self) { try ReductionFile.resume(path, description) }
        #expect(again?.code == .locked)
        #expect(FileManager.default.fileExists(atPath: ReductionFile.partialPath(path) + ".lock"))
        // Readers that lock, as HDF5 does where it is not told otherwise, are not kept off.
        let reader = try LocalFileSystem().open(ReductionFile.partialPath(path), .readOnly)
        #expect(try LocalFileSystem().tryLock(reader, shared: true))
        LocalFileSystem().closeFile(reader)
        for frame in 0..<12 { try file.append(Results.row(frame, bins: 40), frame: frame) }
        try file.finish(endTime: Results.end)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["curve.h5"])
        #expect(file.rowCount == 12)
    }

    /// Kills the writer at every call that changes the file, tearing the write in halves: what is left is sound HDF5, and goes on to the same bytes.
    @Test(arguments: ["poisson", "azimuthal"])
    func isSoundWhateverCallItDiesAt(errors: String) throws {
        let folder = try TemporaryFolder("reduction")
        let description = try Results.description(bins: 8, frames: 6, errors: errors, keepsFrameSums: false)
        let whole = folder.file("whole.h5").path
        try write(whole, description, LocalFileSystem())
        let wanted = try bytes(folder.file("whole.h5"))
        let counting = FaultyFileSystem()
        try write(folder.file("counted.h5").path, description, counting)
        let calls = counting.changes
        #expect(calls > 60)

        var continued: Set<Int> = []
        // The last one removes the lock file, which hurts nobody when it stays.
        for life in 1..<calls - 1 {
            let path = folder.file("\(life).h5").path
            let dying = FaultyFileSystem(.init(livesFor: life, diesHalfway: true))
            #expect(throws: ReductionFileError.self) { try write(path, description, dying) }
            let isFinished =
                FileManager.default.fileExists(atPath: path) && !FileManager.default.fileExists(atPath: path + ".partial")
            if !isFinished {
                guard FileManager.default.fileExists(atPath: path + ".partial") else { continue }
                #expect(try HDF5File.open(path + ".partial").root.dataset("entry/frames/I").shape() == [6, 8])
                let file = try ReductionFile.resume(path, description)
                continued.insert(file.rowCount)
                for frame in file.rowCount..<6 { try file.append(Results.row(frame, description), frame: frame) }
                try file.finish(endTime: Results.end)
            }
            #expect(try bytes(folder.file("\(life).h5")) == wanted, "killed at call \(life)")
        }
        #expect(continued == [0, 2, 4, 6])
    }

    private func write(_ path: String, _ description: ReductionDescription, _ fileSystem: any FileSystem) throws {
        let file = try ReductionFile.create(path, description, fileSystem: fileSystem)
        for frame in 0..<6 {
            try file.append(Results.row(frame, description), frame: frame)
            if frame % 2 == 1 { try file.flush() }
        }
        try file.finish(endTime: Results.end)
    }

    /// What the disk has after a power cut is a result that goes on behind the last flush, whichever pages of later rows got there too.
    @Test(arguments: [0, 0.5, 1])
    func survivesAPowerCut(luck: Double) throws {
        let folder = try TemporaryFolder("reduction")
        let output = try TemporaryFolder("output")
        let description = try Results.description(bins: 300)
        try Results.write(folder.file("whole.h5").path, description)
        let wanted = try bytes(folder.file("whole.h5"))
        let disk = PowerCutFileSystem()
        let file = try ReductionFile.create(output.file("curve.h5").path, description, fileSystem: disk)
        for frame in 0..<12 {
            try file.append(Results.row(frame, bins: 300), frame: frame)
            if frame % 3 == 1 { try file.flush() }
            let image = folder.file("cut \(frame)").path
            try FileManager.default.createDirectory(atPath: image, withIntermediateDirectories: false)
            try disk.image(of: output.path, in: image, luck: luck, seed: UInt64(frame))
            let found = try ReductionFile.resume(image + "/curve.h5", description)
            #expect(found.rowCount == (frame < 1 ? 0 : (frame - 1) / 3 * 3 + 2))
            for next in found.rowCount..<12 { try found.append(Results.row(next, bins: 300), frame: next) }
            try found.finish(endTime: Results.end)
            #expect(try bytes(URL(fileURLWithPath: image + "/curve.h5")) == wanted)
        }
        try file.finish(endTime: Results.end)
        let image = folder.file("finished").path
        try FileManager.default.createDirectory(atPath: image, withIntermediateDirectories: false)
        try disk.image(of: output.path, in: image)
        #expect(try bytes(URL(fileURLWithPath: image + "/curve.h5")) == wanted)
    }

    @Test func aFullDiskIsAnErrorAndWhatWasFlushedStays() throws {
        let folder = try TemporaryFolder("reduction")
        let path = folder.file("curve.h5").path
        let description = try Results.description()
        let disk = FaultyFileSystem(.init(refusesAllocation: true))
        do {
            let file = try ReductionFile.create(path, description, fileSystem: disk)
            for frame in 0..<4 { try file.append(Results.row(frame, bins: 40), frame: frame) }
            try file.flush()
            for number in [ENOSPC, EIO] {
                disk.change { $0.errorNumber = number }
                try file.append(Results.row(file.rowCount, bins: 40), frame: file.rowCount)
                let error = #expect(throws: ReductionFileError.self) { try file.flush() }
                #expect(error?.code == (number == ENOSPC ? .diskFull : .cannotWrite))
                #expect(error?.isRetryable == (number == ENOSPC))
            }
            #expect(try ReductionReader(ReductionFile.partialPath(path)).statuses().filter { $0 == .reduced }.count == 4)
            // The disk has space again: nothing was lost.
            disk.change { $0.errorNumber = nil }
            try file.flush()
            disk.change { $0.errorNumber = ENOSPC }
            try file.append(Results.row(6, bins: 40), frame: 6)
            #expect(throws: ReductionFileError.self) { try file.flush() }
        }
        let file = try ReductionFile.resume(path, description)
        #expect(file.rowCount == 6)
        for frame in 6..<12 { try file.append(Results.row(frame, bins: 40), frame: frame) }
        try file.finish(endTime: Results.end)
        try Results.write(folder.file("whole.h5").path, description)
        #expect(try bytes(folder.file("whole.h5")) == bytes(folder.file("curve.h5")))
    }

    @Test func aDiskThatIsTooSmallSaysSoAtTheStart() throws {
        let folder = try TemporaryFolder("reduction")
        let disk = FaultyFileSystem(.init(capacity: 1 << 20))
        let description = try Results.description(bins: 1000, frames: 10_000)
        let error = #expect(throws: ReductionFileError.self) {
            try ReductionFile.create(folder.file("curve.h5").path, description, fileSystem: disk)
        }
        #expect(error?.code == .diskFull)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }
}
