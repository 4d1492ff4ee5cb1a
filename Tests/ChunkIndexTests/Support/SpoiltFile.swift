import ChunkIndex
import Diagnostics

/// Reads a spoilt file as a program would, and says how it ended.
enum SpoiltFile {
    /// nil: it was read; else the error's code. Everything that was read is used, so that a wrong number would trap here.
    static func read(_ bytes: [UInt8], address: UInt64, verifiesChecksums: Bool) -> ChunkIndexErrorCode? {
        do {
            let source = MemoryBytes(bytes)
            let dataset = try StoredDataset(
                source, objectHeaderAddress: address, limits: ReadingLimits(verifiesChecksums: verifiesChecksums))
            guard let map = dataset.chunks else { return nil }
            // No more chunks than addresses fit into the file, and each within it.
            precondition(map.count + map.countOutsideExtent <= bytes.count / 4)
            map.forEach { coordinate, chunk in
                precondition(chunk.offset >= 0 && chunk.size > 0 && chunk.offset <= bytes.count - chunk.size)
                precondition(map[coordinate] == chunk)
            }
            for frame in [0, 1, 63, 1 << 20, .max] {
                _ = map.chunk(ofFrame: frame)
                if map.count < 10_000 { _ = map.chunks(ofFrame: frame) }
            }
            return nil
        } catch {
            precondition(!error.description.isEmpty)
            return error.code
        }
    }
}
