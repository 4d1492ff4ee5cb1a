import Diagnostics

/// Bytes at offsets: a file, or memory in tests.
public protocol ByteSource: Sendable {
    /// What messages call it: the path of a file.
    var name: String { get }

    /// Bytes in all, asked once when a dataset is opened. Every address and length is held against it.
    var size: Int { get }

    /// Reads from `offset`, counted from the first byte, and returns how many bytes it read: fewer than asked for only at the end.
    ///
    /// - Throws: `systemCall` if the bytes cannot be had.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ChunkIndexError) -> Int
}

/// A file that is in memory already.
public struct MemoryBytes: ByteSource {
    public let name: String
    private let bytes: [UInt8]

    public init(_ bytes: [UInt8], name: String = "memory") {
        self.bytes = bytes
        self.name = name
    }

    public var size: Int { bytes.count }

    public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        guard offset >= 0, offset < bytes.count else { return 0 }
        let count = min(buffer.count, bytes.count - offset)
        // Both ranges were just cut to what exists; the slice is checked again by Array.
        buffer.copyBytes(from: bytes[offset..<offset + count])
        return count
    }
}
