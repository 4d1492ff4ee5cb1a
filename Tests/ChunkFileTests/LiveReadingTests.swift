import ChunkFile
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct LiveReadingTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder("live") }

    /// Plain opens, no SWMR, while another thread appends and flushes without pause: every frame seen is whole and right.
    @Test func aThousandPlainOpensDuringFlushesFindWholeFramesOnly() throws {
        let skeleton = try Skeleton(in: folder, slow: 16, fast: 32, elementSize: 2)
        let appender = try skeleton.appender()
        let isStopped = Atomic<Bool>(false)
        let flushes = Atomic<Int>(0)
        let failure = Mutex<String?>(nil)
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            defer { ended.signal() }
            do {
                var frame = 0
                while !isStopped.load(ordering: .relaxed), frame < 200_000 {
                    try appender.append(skeleton.frame(frame), frame: frame)
                    frame += 1
                    if frame % 3 == 0 {
                        try appender.flush()
                        flushes.add(1, ordering: .relaxed)
                    }
                }
                try appender.seal(frames: frame)
            } catch {
                failure.withLock { $0 = "\(error)" }
            }
        }
        var generator = SeededGenerator(seed: 11)
        var seen = 0
        for _ in 0..<1_000 {
            let judge = try HDF5Judge(skeleton.path)
            #expect(judge.frames >= seen)
            seen = judge.frames
            if seen == 0 { continue }
            let newest = seen - 1
            #expect(try judge.read(newest..<seen) == skeleton.frame(newest))
            let any = Int.random(in: 0..<seen, using: &generator)
            #expect(try judge.read(any..<any + 1) == skeleton.frame(any))
        }
        isStopped.store(true, ordering: .relaxed)
        ended.wait()
        #expect(failure.withLock { $0 } == nil)
        #expect(flushes.load(ordering: .relaxed) > 100)
        let frames = try HDF5Judge(skeleton.path).frames
        #expect(try HDF5Judge(skeleton.path).read(frames - 1..<frames) == skeleton.frame(frames - 1))
    }

    /// HDF5 asks for the file's size when it opens it, reads the end-of-file field after that, and refuses a file shorter than the field
    /// says: a reader that comes between two flushes must not meet both moved.
    @Test func theFileHasItsSizeAFlushBeforeTheFieldSaysSo() throws {
        let skeleton = try Skeleton(in: folder, slow: 128, fast: 128, elementSize: 2)
        let appender = try skeleton.appender(options: SpaceOptions(preallocationStep: 0, endOfFileStep: 1 << 20))
        let fieldOffset = 40  // HDF5 File Format Specification 3.0, superblock version 0, 8-byte addresses
        var (size, field) = (0, 0)
        var moves = 0
        for frame in 0..<200 {
            try appender.append(skeleton.frame(frame), frame: frame)
            try appender.flush()
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: skeleton.path))
            let newSize = Int(try handle.seekToEnd())
            try handle.seek(toOffset: UInt64(fieldOffset))
            let bytes = try #require(try handle.read(upToCount: 8))
            try handle.close()
            let newField = bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
            #expect(newField <= newSize)
            if frame > 0, newField != field {
                moves += 1
                #expect(newField == size)
            }
            (size, field) = (newSize, newField)
        }
        #expect(moves > 3)
    }

    @Test func aFileThatIsGivenItsNameGoesOnUnderIt() throws {
        let skeleton = try Skeleton(in: folder, name: ".data.h5.part")
        let appender = try skeleton.appender()
        let path = folder.file("data.h5").path
        try appender.rename(to: path)
        #expect(appender.path == path)
        try appender.append(skeleton.frame(0), frame: 0)
        try appender.seal(frames: 1)
        #expect(try HDF5Judge(path).read(0..<1) == skeleton.frame(0))
        #expect(!FileManager.default.fileExists(atPath: skeleton.path))
    }

    /// A viewer that keeps the file open walks the tree that it found, however many flushes follow.
    @Test func aReaderThatKeepsTheFileOpenStillReadsWhatItSaw() throws {
        let skeleton = try Skeleton(in: folder)
        let appender = try skeleton.appender()
        for frame in 0..<100 { try appender.append(skeleton.frame(frame), frame: frame) }
        try appender.flush()
        let early = try HDF5Judge(skeleton.path)
        #expect(early.frames == 100)
        for frame in 100..<9_000 {
            try appender.append(skeleton.frame(frame), frame: frame)
            if frame % 10 == 0 { try appender.flush() }
        }
        try appender.seal(frames: 9_000)
        #expect(try early.read(0..<100) == (0..<100).flatMap(skeleton.frame))
    }

    @Test(
        .enabled(if: TestPython.isAvailable("h5py", "numpy"), Comment(rawValue: TestPython.absence)), arguments: [1, 65, 5_000])
    func h5pyReadsEveryFrameWhileRecordingAndAfterTheSeal(count: Int) throws {
        let skeleton = try Skeleton(in: folder, elementSize: 2)
        let appender = try skeleton.appender()
        for frame in 0..<count { try appender.append(skeleton.frame(frame), frame: frame) }
        try appender.flush()
        let all = (0..<count).flatMap(skeleton.frame)
        let code = """
            import sys, hashlib, h5py
            with h5py.File(sys.argv[1], "r") as file:
                data = file["/entry/data/data"]
                print(data.shape, data.dtype, data.id.get_num_chunks(), hashlib.sha256(data[()].tobytes()).hexdigest())
            """
        let digest = try ChildProcess.run("/usr/bin/sha256sum", [folder.write(all, to: "all").path]).standardOutput.prefix(64)
        let expected = "(\(count), 2, 4) uint16 \(count) \(digest)\n"
        #expect(try TestPython.run(code, [skeleton.path]).standardOutput == expected)
        try appender.seal(frames: count)
        #expect(try TestPython.run(code, [skeleton.path]).standardOutput == expected)
    }

    @Test(.enabled(if: ChildProcess.find("h5dump") != nil, "needs h5dump of hdf5-tools"))
    func h5dumpPrintsFramesWhileRecordingAndAfterTheSeal() throws {
        let tool = try #require(ChildProcess.find("h5dump"))
        let skeleton = try Skeleton(in: folder)
        let appender = try skeleton.appender()
        for frame in 0..<200 { try appender.append(skeleton.frame(frame), frame: frame) }
        try appender.flush()
        for isSealed in [false, true] {
            if isSealed { try appender.seal(frames: 200) }
            let output = try ChildProcess.run(
                tool, ["-d", "/entry/data/data", "-s", "130,0,0", "-c", "1,2,4", "-y", "-w", "0", skeleton.path])
            #expect(output.status == 0)
            let numbers = output.standardOutput.components(separatedBy: "DATA {").dropFirst().first?.components(separatedBy: "}")
                .first?
                .split { !$0.isNumber }.compactMap { UInt8($0) }
            #expect(numbers == skeleton.frame(130))
        }
    }
}
