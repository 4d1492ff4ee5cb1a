import ChunkFile
import Diagnostics
import Foundation
import TestFileSystems
import TestSupport
import Testing

@Suite struct FaultTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder("faults") }

    @Test(arguments: [nil, 2, 3])
    func shortAndInterruptedCallsAreResumed(interruptsEvery: Int?) throws {
        let files = FaultyFileSystem(.init(halvesTransfers: true, interruptsEvery: interruptsEvery, refusesMapping: true))
        let skeleton = try Skeleton(in: folder, slow: 5, fast: 7, elementSize: 2)
        let recording = try Recording(skeleton, in: folder, fileSystem: files)
        for frame in 0..<300 {
            try recording.take(frame)
            if frame % 50 == 0 { try recording.flush(durable: true) }
        }
        let piece = skeleton.frame(300)
        try piece.withUnsafeBytes { bytes in
            let head = UnsafeRawBufferPointer(rebasing: bytes[..<16])
            let rest = UnsafeRawBufferPointer(rebasing: bytes[16...])
            let chunk = try recording.appender.write(header: head, body: rest, frame: 300).chunk
            recording.appender.enter(chunk, frame: 300, filterMask: 0)
        }
        try recording.appender.seal(frames: 301, durable: true)
        try recording.ledger.close()
        #expect(try HDF5Judge(skeleton.path).read(0..<301) == (0..<301).flatMap(skeleton.frame))
        #expect(try LedgerReader(path: recording.ledger.path, fileSystem: files).count == 300)
    }

    /// The disk fills up in mid-series: the frame is refused, nothing acknowledged is lost, and the seal still has its room.
    @Test(arguments: [3_000, 200_000, 1_000_000])
    func aFullDiskRefusesAFrameButNeverTheSeal(capacity: Int) throws {
        let files = FaultyFileSystem()
        let skeleton = try Skeleton(in: folder, slow: 32, fast: 32)
        let recording = try Recording(skeleton, in: folder, fileSystem: files)
        let start = recording.appender.usedBytes
        files.change {
            $0.capacity = start + capacity
            $0.limitedSuffix = ".h5"
        }
        var taken = 0
        var error: ChunkFileError?
        while error == nil, taken < 5_000 {
            do {
                try recording.take(taken)
                taken += 1
                if taken % 10 == 0 { try recording.flush() }
            } catch let fault as ChunkFileError {
                error = fault
            }
        }
        #expect(error?.code == .diskFull && error?.isRetryable == true)
        #expect(error?.description.contains("No space left on device (ENOSPC)") == true)
        #expect(error?.place?.contains("data.h5") == true)
        #expect(recording.acknowledged.count == recording.appender.frameCount)
        // Refused again and again, it stays as it is.
        for _ in 0..<3 { #expect(throws: ChunkFileError.self) { try recording.take(recording.appender.frameCount) } }
        try recording.appender.seal(frames: recording.appender.frameCount)
        let judge = try HDF5Judge(skeleton.path)
        #expect(judge.frames == recording.acknowledged.count)
        if judge.frames > 0 {
            #expect(try judge.read(0..<judge.frames) == recording.acknowledged.flatMap(skeleton.frame))
        }
    }

    @Test func afterSpaceWasFreedTheSameFrameIsTaken() throws {
        let files = FaultyFileSystem(.init(capacity: 150_000))
        let skeleton = try Skeleton(in: folder, slow: 32, fast: 32)
        let appender = try skeleton.appender(files)
        var refusals = 0
        for frame in 0..<500 {
            do {
                try appender.append(skeleton.frame(frame), frame: frame)
            } catch {
                refusals += 1
                files.change { $0.capacity = ($0.capacity ?? 0) + 100_000 }
                try appender.append(skeleton.frame(frame), frame: frame)
            }
            if frame % 20 == 0 { try? appender.flush() }
        }
        #expect(refusals > 3)
        files.change { $0.capacity = nil }
        try appender.seal(frames: 500)
        #expect(try HDF5Judge(skeleton.path).read(0..<500) == (0..<500).flatMap(skeleton.frame))
    }

    @Test func withoutPreallocationAFullDiskIsMetByTheWrite() throws {
        let files = FaultyFileSystem(.init(capacity: 100_000, limitedSuffix: ".h5", refusesAllocation: true))
        let skeleton = try Skeleton(in: folder, slow: 32, fast: 32)
        let recording = try Recording(skeleton, in: folder, fileSystem: files)
        #expect(throws: ChunkFileError.self) {
            for frame in 0..<500 {
                try recording.take(frame)
                if frame % 10 == 0 { try recording.flush() }
            }
        }
        // What was flushed is readable as the file stands; the rest after space was freed.
        let seen = try HDF5Judge.asked(skeleton.path) { try $0.read(0..<recording.flushed.count) }
        #expect(seen == recording.flushed.flatMap(skeleton.frame))
        #expect(throws: ChunkFileError.self) { try recording.appender.seal(frames: recording.acknowledged.count) }
        files.change { $0.capacity = nil }
        try recording.appender.seal(frames: recording.acknowledged.count)
        #expect(try HDF5Judge(skeleton.path).frames == recording.acknowledged.count)
    }

    @Test(arguments: [
        (EIO, ChunkFileErrorCode.systemCall, "EIO"), (EROFS, .notPermitted, "EROFS"), (EDQUOT, .diskFull, "EDQUOT"),
    ])
    func anErrorNamesTheFileTheOffsetAndTheSystemsWords(number: Int32, code: ChunkFileErrorCode, name: String) throws {
        let files = FaultyFileSystem()
        let skeleton = try Skeleton(in: folder)
        let appender = try skeleton.appender(files, options: SpaceOptions(preallocationStep: 0, endOfFileStep: 1 << 30))
        files.change { $0.errorNumber = number }
        let error = #expect(throws: ChunkFileError.self) { try appender.append(skeleton.frame(0), frame: 0) }
        #expect(error?.code == code)
        #expect(error?.got?.contains("(\(name))") == true)
        #expect(error?.place == "\(skeleton.path), offset \(appender.usedBytes)")
    }

    @Test func aFileThatIsNotThereOrNotOursIsNamed() throws {
        let missing = #expect(throws: ChunkFileError.self) { try LedgerReader(path: folder.file("none").path) }
        #expect(missing?.code == .notFound)
        let other = try folder.write(String(repeating: "no ledger ", count: 500), to: "text")
        #expect(throws: ChunkFileError.self) { try LedgerReader(path: other.path) }
        let short = try folder.write("x", to: "short")
        #expect(throws: ChunkFileError.self) { try LedgerReader(path: short.path) }
        let statistics = try LocalFileSystem().statistics(folder.path)
        #expect(statistics.freeBytes > 0 && statistics.totalBytes >= statistics.freeBytes && !statistics.kind.name.isEmpty)
    }
}
