import ChunkIndex
import Diagnostics

/// Reads a spoilt file as a program would, and says how it ended.
public enum SpoiltFile {
    /// A promise of the reader that did not hold.
    public struct Broken: Error, CustomStringConvertible {
        public let description: String
    }

    /// nil: it was read; else the error's code. Everything that was read is used, so that a wrong number would trap here.
    ///
    /// - Throws: ``Broken`` for chunks that do not lie within the file, more of them than it has room for, look-ups that contradict each
    ///   other, and errors without a text.
    public static func read(
        _ bytes: [UInt8], address: UInt64, verifiesChecksums: Bool
    ) throws(Broken) -> ChunkIndexErrorCode? {
        let map: ChunkMap?
        do throws(ChunkIndexError) {
            let limits = ReadingLimits(verifiesChecksums: verifiesChecksums)
            map = try StoredDataset(MemoryBytes(bytes), objectHeaderAddress: address, limits: limits).chunks
        } catch {
            if error.description.isEmpty { throw Broken(description: "an error without a text: \(error.code.rawValue)") }
            return error.code
        }
        if let map { try use(map, fileSize: bytes.count) }
        return nil
    }

    private static func use(_ map: ChunkMap, fileSize: Int) throws(Broken) {
        // The shortest address has 4 bytes.
        guard map.count + map.countOutsideExtent <= fileSize / 4 else {
            throw Broken(description: "\(map.count) + \(map.countOutsideExtent) chunks in a file of \(fileSize) bytes")
        }
        var broken: Broken?
        var count = 0
        map.forEach { coordinate, chunk in
            count += 1
            if chunk.offset < 0 || chunk.size <= 0 || chunk.offset > fileSize - chunk.size {
                broken = Broken(description: "\(chunk) at \(coordinate) lies outside of a file of \(fileSize) bytes")
            } else if map[coordinate] != chunk {
                broken = Broken(description: "\(coordinate) has \(chunk), and by itself \(String(describing: map[coordinate]))")
            }
        }
        if count != map.count { broken = Broken(description: "\(count) chunks, where \(map.count) are announced") }
        if let broken { throw broken }
        for frame in [0, 1, 63, 1 << 20, .max] {
            _ = map.chunk(ofFrame: frame)
            if map.count < 10_000 { _ = map.chunks(ofFrame: frame) }
        }
    }
}
