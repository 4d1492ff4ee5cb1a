import ChunkFile
import Diagnostics

/// A dataset whose place in the file is fixed before the first frame: rows are written where they belong, without the library.
///
/// HDF5's own description of the file (its metadata) is then complete from the start and never changes: a file whose writer was killed, or
/// ran out of space, is sound HDF5 all the same, at any moment.
struct ReservedRows {
    /// Of the first row, from the file's start.
    let address: Int
    let rowBytes: Int
    private var firstPending = 0
    private(set) var pending: [UInt8] = []

    init(address: Int, rowBytes: Int, firstRow: Int = 0) {
        self.address = address
        self.rowBytes = rowBytes
        firstPending = firstRow
    }

    mutating func append<Number: BitwiseCopyable>(_ values: [Number]) {
        values.withUnsafeBytes { pending.append(contentsOf: $0) }
    }

    mutating func append<Number: BitwiseCopyable>(_ value: Number) {
        withUnsafeBytes(of: value) { pending.append(contentsOf: $0) }
    }

    /// Padded with zeros, or cut at a whole character, to the row's length.
    mutating func append(text: String) { pending += Self.fitted(text, rowBytes) }

    /// Writes what is pending; on an error it stays pending.
    mutating func drain(_ file: OpenFile, _ fileSystem: any FileSystem) throws(ReductionFileError) {
        guard !pending.isEmpty else { return }
        try fileSystem.put(pending, file, at: address + firstPending * rowBytes)
        firstPending += pending.count / rowBytes
        pending.removeAll(keepingCapacity: true)
    }

    static func fitted(_ text: String, _ byteCount: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for character in text {
            guard bytes.count + character.utf8.count <= byteCount else { break }
            bytes += character.utf8
        }
        return bytes + [UInt8](repeating: 0, count: byteCount - bytes.count)
    }
}
