import ChunkFile
import Diagnostics
import Foundation
import Synchronization
import TestFileSystems
import TestSupport
import Testing

@Suite struct LedgerTests {
    let folder: TemporaryFolder
    var path: String { folder.file("a.ledger").path }
    init() throws { folder = try TemporaryFolder("ledger") }

    static let header = LedgerHeader(
        runPID: "21.T15999/läuft", dataFileName: "a_data_000001.h5", datasetObjectHeaderAddress: 2_864, dataStart: 3_528,
        channel: 1, slow: 512, fast: 1_028, elementType: "uint16", elementSize: 2, filterID: 32_008, firstFrame: 10_000,
        created_ns: 1_700_000_000_123_456_789)

    static func record(_ index: Int) -> LedgerRecord {
        LedgerRecord(
            frame: UInt64(10_000 + index), offset: UInt64(4_096 + index * 1_000), size: 999,
            digest: ChunkDigest(low: UInt64(index) &* 0x9E37_79B9_7F4A_7C15, high: ~UInt64(index)),
            receiveTime_ns: 1_700_000_000_000_000_000 + Int64(index), channel: 1, flags: index % 3 == 0 ? .masked : [],
            filterMask: index % 5 == 0 ? 1 : 0)
    }

    /// More than two windows of the mapping, both ways of writing.
    @Test(arguments: [false, true])
    func everyRecordComesBackAsItWasWritten(withoutMapping: Bool) throws {
        let files = FaultyFileSystem(.init(refusesMapping: withoutMapping))
        let writer = try LedgerWriter(path: path, header: Self.header, fileSystem: files)
        var reader = try LedgerReader(path: path)
        #expect(reader.count == 0 && reader.header == Self.header)
        for index in 0..<40_000 {
            try writer.append(Self.record(index))
            if index % 9_999 == 0 {
                try reader.refresh()
                #expect(reader.count == index + 1)
                #expect(try reader.record(index) == Self.record(index))
            }
        }
        #expect(writer.isMapped == (withoutMapping ? false : try files.statistics(path).kind.holdsMappedLedger))
        #expect(try reader.isLocked() && !reader.isClosed())
        try writer.close()
        try writer.close()
        try reader.refresh()
        #expect(try !reader.isLocked() && reader.isClosed())
        #expect(try reader.records(0..<100_000) == (0..<40_000).map(Self.record))
        #expect(try reader.scan().records.count == 40_000)
        #expect(try Bytes.of(path).count == 4_096 + 64 * 40_000)
        #expect(throws: ChunkFileError.self) { try writer.append(Self.record(0)) }
        #expect(throws: ChunkFileError.self) { try reader.record(40_000) }
    }

    @Test func theLayoutIsAsWritten() throws {
        let writer = try LedgerWriter(path: path, header: Self.header)
        try writer.append(Self.record(3))
        try writer.close()
        let bytes = try Bytes.of(path)
        func word(_ offset: Int) -> UInt64 {
            (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
        }
        #expect(Array(bytes[..<8]) == [0x89, 0x46, 0x53, 0x4C, 0x0D, 0x0A, 0x1A, 0x0A])
        #expect(word(8) == 1 | 4_096 << 32 && word(32) == 512 && word(40) == 1_028 && word(48) == 10_000)
        #expect(word(56) == 2_864 && word(64) == 3_528 && word(4_088) == 1 << 63 | 1)
        #expect(String(decoding: bytes[96..<102], as: UTF8.self) == "uint16")
        #expect(word(4_096) == 10_003 && word(4_104) == 7_096 && word(4_112) == 999)
        #expect(word(4_144) == 1 | 1 << 16)  // channel 1, masked
        var check = word(80) ^ 0
        for index in 0..<7 {
            check = (check ^ word(4_096 + 8 * index)) &* 0xFF51_AFD7_ED55_8CCD
            check ^= check >> 32
        }
        #expect(word(4_152) == check | 1)
    }

    /// A power cut may leave any part of the last record: it is then no record, and those before it stand.
    @Test func aRecordTornAtAnyByteIsNoRecord() throws {
        let writer = try LedgerWriter(path: path, header: Self.header)
        for index in 1...3 { try writer.append(Self.record(index)) }
        try writer.close()
        let whole = try Bytes.of(path)
        let last = 4_096 + 64 * 2
        for kept in 0..<64 {
            let cut = LedgerReaderCase(Array(whole[..<(last + kept)]))
            #expect(try cut.records() == [1, 2].map(Self.record))
            var zeroed = whole
            for offset in (last + kept)..<whole.count { zeroed[offset] = 0 }
            // A tail of zeros in the record itself tears nothing.
            if zeroed != whole { #expect(try LedgerReaderCase(zeroed).records() == [1, 2].map(Self.record)) }
            var changed = whole
            changed[last + kept] ^= 0x10
            #expect(try LedgerReaderCase(changed).records() == [1, 2].map(Self.record))
        }
        #expect(try LedgerReaderCase(whole).records() == [1, 2, 3].map(Self.record))
    }

    @Test func aScanGoesOnBehindADamagedSlotAndCountsIt() throws {
        let writer = try LedgerWriter(path: path, header: Self.header)
        for index in 0..<100 { try writer.append(Self.record(index)) }
        try writer.close()
        var bytes = try Bytes.of(path)
        for slot in [10, 11, 99] { bytes[4_096 + 64 * slot + 8] ^= 1 }
        for offset in 0..<64 { bytes[4_096 + 64 * 50 + offset] = 0 }
        let reader = try LedgerReader(path: "memory", fileSystem: MemoryFileSystem(bytes))
        #expect(reader.count == 10)
        let scan = try reader.scan()
        #expect(scan.records.map(\.frame) == (0..<99).filter { ![10, 11, 50].contains($0) }.map { UInt64(10_000 + $0) })
        #expect(scan.damagedSlots == 4 && scan.slotEnd == 99)
    }

    @Test func aLedgerIsWrittenByOneOnly() throws {
        let writer = try LedgerWriter(path: path, header: Self.header)
        try writer.append(Self.record(0))
        let second = #expect(throws: ChunkFileError.self) { try LedgerWriter(resuming: path) }
        #expect(second?.code == .locked)
        let third = #expect(throws: ChunkFileError.self) { try LedgerWriter(path: path, header: Self.header) }
        #expect(third?.code == .alreadyExists)
        try writer.close()

        let resumed = try LedgerWriter(resuming: path)
        #expect(resumed.count == 1 && resumed.header == Self.header)
        #expect(try !LedgerReader(path: path).isClosed())
        try resumed.append(Self.record(1))
        try resumed.close(durable: true)
        #expect(try LedgerReader(path: path).records(0..<2) == [0, 1].map(Self.record))
    }

    @Test func aFullDiskRefusesTheRecordAndTakesItLater() throws {
        let files = FaultyFileSystem()
        let writer = try LedgerWriter(path: path, header: Self.header, fileSystem: files)
        for index in 0..<16_320 { try writer.append(Self.record(index)) }
        files.change { $0.capacity = 1 << 20 }
        #expect(throws: ChunkFileError.self) { try writer.reserve() }
        let error = #expect(throws: ChunkFileError.self) { try writer.append(Self.record(16_320)) }
        #expect(error?.code == .diskFull && error?.isRetryable == true)
        #expect(try LedgerReader(path: path).count == 16_320)
        files.change { $0.capacity = 2 << 20 }
        try writer.reserve()
        try writer.append(Self.record(16_320))
        #expect(try LedgerReader(path: path).record(16_320) == Self.record(16_320))
    }

    @Test func aTextThatDoesNotFitIsRefused() throws {
        var header = Self.header
        header.runPID = String(repeating: "ü", count: 128)
        #expect(throws: ChunkFileError.self) { try LedgerWriter(path: path, header: header) }
        header.runPID = "a\0b"
        #expect(throws: ChunkFileError.self) { try LedgerWriter(path: path, header: header) }
        header.runPID = String(repeating: "u", count: 255)
        let writer = try LedgerWriter(path: path, header: header)
        try writer.close()
        #expect(try LedgerReader(path: path).header.runPID == header.runPID)
    }

    @Test func changedLedgersAreReadOrRefused() throws {
        let writer = try LedgerWriter(path: path, header: Self.header)
        for index in 0..<20 { try writer.append(Self.record(index)) }
        try writer.close()
        let original = try Bytes.of(path)
        let memory = MemoryFileSystem(original)
        var generator = SeededGenerator(seed: 42)
        for round in 0..<100_000 {
            var bytes = original
            var touched = Set<Int>()
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                // Three in four hit the records, whose bytes may say anything.
                let low = Int.random(in: 0..<4, using: &generator) == 0 ? 0 : 4_096
                let place = Int.random(in: low..<bytes.count, using: &generator)
                bytes[place] &+= UInt8.random(in: 1...255, using: &generator)
                touched.insert(place)
            }
            if round % 7 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator)) }
            memory.bytes.withLock { $0 = bytes }
            guard let reader = try? LedgerReader(path: "memory", fileSystem: memory) else { continue }
            let scan = try reader.scan()
            // Whatever passes is a record that was written, as it was written.
            for record in scan.records { #expect(record == Self.record(Int(record.frame) - 10_000)) }
            #expect(scan.records.count <= 20)
        }
    }

    /// The example of schemas/ledger.md, run as it stands there against a ledger that grows.
    @Test(.enabled(if: TestPython.isAvailable(), "needs a Python interpreter: run `make venv`, or set FAISCEAU_PYTHON"))
    func theFollowerOfTheDocumentSeesEveryFrame() throws {
        let document = try String(contentsOf: URL(fileURLWithPath: Self.documentPath), encoding: .utf8)
        let code = try #require(
            document.components(separatedBy: "```python\n").dropFirst().first?.components(separatedBy: "```").first)
        let skeleton = try Skeleton(in: folder)
        let recording = try Recording(skeleton, in: folder)
        let script = try folder.write(code, to: "follower.py")
        let python = try #require(TestPython.path)
        let follower = try ChildProcess(python, [script.path, recording.ledger.path, skeleton.path])
        for frame in 0..<500 {
            try recording.take(frame)
            if frame == 100 { try follower.waitFor("100 8 ", in: .output) }
        }
        try recording.appender.seal(frames: 500)
        try recording.ledger.close()
        let expected = (0..<500).map { "\($0) 8 \(skeleton.frame($0).reduce(0) { $0 + Int($1) })" }
        #expect(try follower.wait().standardOutput.split(separator: "\n").map(String.init) == expected)
    }

    private static var documentPath: String {
        PackageRoot.file("schemas/ledger.md").path
    }
}

/// A ledger of given bytes.
private struct LedgerReaderCase {
    let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func records() throws -> [LedgerRecord] {
        let reader = try LedgerReader(path: "memory", fileSystem: MemoryFileSystem(bytes))
        return try reader.records(0..<reader.count)
    }
}
