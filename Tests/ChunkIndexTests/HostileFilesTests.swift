import ChunkIndex
import Diagnostics
import Foundation
import SpoiltFiles
import TestSupport
import Testing

/// Files built to hurt, one thing each; the message must say what was found.
@Suite struct HostileFilesTests {
    /// Offsets of the structures in the golden file "btree1-65": a root of level 1 with two leaves.
    private enum Tree {
        static let file = "btree1-65"
        static let signature = Array("TREE".utf8)
    }

    @Test func anEmptyFileAndOneOfAnotherKindAreNotHDF5() {
        for bytes in [[], [1], [UInt8](repeating: 0, count: 5_000), Array("PNG and so on".utf8)] as [[UInt8]] {
            #expect(Self.failure(bytes, 96)?.code == .notHDF5)
        }
    }

    @Test func anObjectHeaderOutsideTheFileIsDamage() throws {
        let file = try #require(GoldenFile.named("fixed-few"))
        let size = UInt64(file.bytes.count)
        for address: UInt64 in [.max, .max - 1, .max / 2, 1 << 62, size, size - 2] {
            #expect(Self.failure(file.bytes, address)?.code == .damaged, "\(address)")
        }
    }

    /// A root whose first child is the root itself.
    @Test func aTreeThatContainsItselfIsRefused() throws {
        var (bytes, nodes) = try Self.tree()
        let root = try #require(nodes.first { bytes[$0 + 5] == 1 })
        let child = root + 24 + 40
        Self.put(UInt64(root), at: child, in: &bytes)
        let error = Self.failure(bytes, try Self.address(Tree.file))
        #expect(error?.code == .damaged)
        #expect(error?.description.contains("got 1, expected 0") == true)
    }

    /// Both children are the same leaf: chunks would be told twice.
    @Test func aLeafThatIsNamedTwiceIsRefused() throws {
        var (bytes, nodes) = try Self.tree()
        let root = try #require(nodes.first { bytes[$0 + 5] == 1 })
        for step in 0..<8 { bytes[root + 24 + 48 + 40 + step] = bytes[root + 24 + 40 + step] }
        let error = Self.failure(bytes, try Self.address(Tree.file))
        #expect(error?.description.contains("do not rise") == true)
    }

    @Test func aChunkOffTheGridOrBeyondTheFileIsRefused() throws {
        let (sound, nodes) = try Self.tree()
        let leaf = try #require(nodes.first { sound[$0 + 5] == 0 && sound[$0 + 6] == 57 })
        // The second key begins 48 bytes after the first; its places after size and mask; the address after four places.
        let changes: [(place: Int, value: UInt64, what: String)] = [
            (leaf + 24 + 48 + 16, 1, "off the grid"),
            (leaf + 24 + 48 + 40, UInt64(sound.count), "beyond the end of the file"),
            (leaf + 24 + 48 + 40, .max - 5, "beyond the end of the file"),
            (leaf + 24 + 48 + 40, .max, "beyond the end of the file"),
        ]
        for change in changes {
            var bytes = sound
            Self.put(change.value, at: change.place, in: &bytes)
            let error = Self.failure(bytes, try Self.address(Tree.file))
            #expect(error?.code == .damaged && error?.description.contains(change.what) == true, "\(change): \(error as Any)")
        }
    }

    /// A node that says it has 65,535 entries.
    @Test func aNodeLargerThanTheFileIsRefused() throws {
        var (bytes, nodes) = try Self.tree()
        for node in nodes { (bytes[node + 6], bytes[node + 7]) = (255, 255) }
        #expect(Self.failure(bytes, try Self.address(Tree.file))?.description.contains("beyond the end of the file") == true)
    }

    /// An object header whose continuation block is itself, as each version can have it.
    @Test func anObjectHeaderThatContinuesInItselfIsRefused() throws {
        // Version 1: messages of 8 + 16 bytes, one of type 16 that points at the first message again.
        var bytes = [UInt8](repeating: 0, count: 4_096)
        bytes.replaceSubrange(0..<8, with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A])
        bytes.replaceSubrange(13..<15, with: [8, 8])
        Self.put(.max, at: 24 + 24, in: &bytes)
        bytes.replaceSubrange(96..<100, with: [1, 0, 0xFF, 0xFF])
        bytes[104] = 24
        bytes.replaceSubrange(112..<116, with: [16, 0, 16, 0])
        Self.put(112, at: 120, in: &bytes)
        Self.put(24, at: 128, in: &bytes)
        let error = Self.failure(bytes, 96)
        #expect(error?.code == .limitExceeded || error?.code == .damaged, "\(error as Any)")

        var second = bytes
        second.replaceSubrange(96..<102, with: Array("OHDR".utf8) + [2, 0])
        second[102] = 20
        second.replaceSubrange(103..<107, with: [16, 16, 0, 0])
        Self.put(200, at: 107, in: &second)
        Self.put(32, at: 115, in: &second)
        second.replaceSubrange(200..<204, with: Array("OCHK".utf8))
        second.replaceSubrange(204..<208, with: [16, 16, 0, 0])
        Self.put(200, at: 208, in: &second)
        Self.put(32, at: 216, in: &second)
        let other = Self.failure(second, 96, ReadingLimits(verifiesChecksums: false))
        #expect(other?.code == .limitExceeded || other?.code == .damaged, "\(other as Any)")
    }

    /// An unknown number is named, never taken for a known one.
    @Test func unknownVersionsAndTypesAreNamed() throws {
        let cases: [(file: String, signature: String, place: Int, value: UInt8, message: String)] = [
            ("fixed-few", "OHDR", 4, 3, "unknown version of the object header"),
            ("fixed-few", "FAHD", 4, 1, "unknown version of the fixed array's header"),
            ("fixed-few", "FAHD", 5, 2, "unknown client of a chunk array"),
            ("fixed-masked", "FAHD", 6, 8, "impossible element size of a chunk array"),
            ("fixed-few", "FADB", 5, 1, "has another client than its header"),
            ("extensible-few", "EAHD", 4, 9, "unknown version of the extensible array's header"),
            ("extensible-few", "EAHD", 9, 17, "unknown shape of the extensible array"),
            ("extensible-few", "EASB", 6, 1, "belongs to another array"),
            ("btree2-100", "BTHD", 5, 9, "a version 2 B-tree that is no chunk index"),
            ("btree2-100", "BTLF", 4, 1, "unknown version of a leaf"),
        ]
        for one in cases {
            var bytes = try #require(GoldenFile.named(one.file)).bytes
            // The first object header is that of the root group.
            let first = Self.places(of: Array(one.signature.utf8), in: bytes).first
            let start = try #require(one.signature == "OHDR" ? Int(Self.address(one.file)) : first, "\(one)")
            bytes[start + one.place] = one.value
            let error = Self.failure(bytes, try Self.address(one.file), ReadingLimits(verifiesChecksums: false))
            #expect(error?.description.contains(one.message) == true, "\(one): \(error as Any)")
            // With checksums the same byte is noticed at the latest there.
            #expect(Self.failure(bytes, try Self.address(one.file)) != nil, "\(one)")
        }
    }

    @Test func aWrongChecksumMayBeReadAgain() throws {
        var bytes = try #require(GoldenFile.named("extensible-few")).bytes
        let start = try #require(Self.places(of: Array("EAIB".utf8), in: bytes).first)
        bytes[start + 20] ^= 1
        let error = Self.failure(bytes, try Self.address("extensible-few"))
        #expect(error?.code == .checksumMismatch && error?.isRetryable == true)
    }

    @Test func aDatasetOfTheCallersLimitIsRead() throws {
        let file = try #require(GoldenFile.named("btree1-65"))
        let source = MemoryBytes(file.bytes)
        let whole = try StoredDataset(source, objectHeaderAddress: file.address, limits: ReadingLimits(maximumChunks: 65))
        #expect(whole.chunks?.count == 65)
        let error = #expect(throws: ChunkIndexError.self) {
            try StoredDataset(source, objectHeaderAddress: file.address, limits: ReadingLimits(maximumChunks: 64))
        }
        #expect(error?.code == .limitExceeded && error?.remedy == "Raise the limit")
    }

    /// A file with holes may have any size: here 2^50 bytes, and as many chunks as fit into them without any index.
    @Test func aFileOfHolesTakesNoMoreThanTheLimit() throws {
        struct Holes: ByteSource {
            let name = "holes"
            let size = 1 << 50
            let bytes: [UInt8]
            func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
                for place in buffer.indices { buffer[place] = offset + place < bytes.count ? bytes[offset + place] : 0 }
                return buffer.count
            }
        }
        let file = try #require(GoldenFile.named("implicit"))
        var bytes = file.bytes
        let first = Self.places(of: [20, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 7], in: bytes)
        #expect(first.count == 2)
        for place in first { Self.put(1 << 42, at: place, in: &bytes) }
        let limits = ReadingLimits(maximumChunks: 1_000, verifiesChecksums: false)
        #expect(Self.failure(Holes(bytes: bytes), file.address, limits)?.code == .limitExceeded)
    }

    /// A source that promises bytes and has none, and one that fails: both are errors of the reading.
    @Test func aSourceThatDoesNotKeepItsWordIsAnError() throws {
        struct Short: ByteSource {
            let name = "short"
            let size = 1 << 40
            func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int { offset == 0 ? 8 : 0 }
        }
        #expect(Self.failure(Short(), 96)?.code == .damaged)
        struct Broken: ByteSource {
            let name = "broken"
            let size = 4_096
            func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ChunkIndexError) -> Int {
                throw ChunkIndexError(.systemCall, "the file cannot be read", at: "broken")
            }
        }
        #expect(Self.failure(Broken(), 96)?.code == .systemCall)
    }

    @Test func filesThatCannotBeOpenedSayWhy() throws {
        let folder = try TemporaryFolder("pread")
        #expect(Self.opening(folder.file("absent").path)?.code == .notFound)
        #expect(Self.opening(folder.path)?.code == .unsupported)
        let pipe = folder.file("pipe").path
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(Self.opening(pipe)?.code == .unsupported)
    }

    // MARK: - Helpers

    private static func failure(
        _ bytes: [UInt8], _ address: UInt64, _ limits: ReadingLimits = ReadingLimits()
    ) -> ChunkIndexError? { failure(MemoryBytes(bytes), address, limits) }

    private static func failure(
        _ source: any ByteSource, _ address: UInt64, _ limits: ReadingLimits = ReadingLimits()
    ) -> ChunkIndexError? {
        do {
            _ = try StoredDataset(source, objectHeaderAddress: address, limits: limits)
            return nil
        } catch { return error }
    }

    private static func opening(_ path: String) -> ChunkIndexError? {
        do {
            _ = try PreadFile(path: path)
            return nil
        } catch { return error }
    }

    private static func address(_ name: String) throws -> UInt64 { try #require(GoldenFile.named(name)).address }

    /// The golden tree, and where its nodes over chunks begin.
    private static func tree() throws -> (bytes: [UInt8], nodes: [Int]) {
        let bytes = try #require(GoldenFile.named(Tree.file)).bytes
        return (bytes, places(of: Tree.signature, in: bytes).filter { bytes[$0 + 4] == 1 })
    }

    private static func places(of pattern: [UInt8], in bytes: [UInt8]) -> [Int] {
        bytes.indices.dropLast(pattern.count).filter { bytes[$0..<$0 + pattern.count].elementsEqual(pattern) }
    }

    private static func put(_ value: UInt64, at place: Int, in bytes: inout [UInt8]) {
        for step in 0..<8 { bytes[place + step] = UInt8(truncatingIfNeeded: value >> UInt64(8 * step)) }
    }
}
