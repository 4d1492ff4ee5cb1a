/// A small file kept as text, and what libhdf5 says of its dataset: so that tests need no Python.
public struct GoldenFile: Sendable {
    public let name: String
    public let address: UInt64
    public let index: String
    public let extent: [Int]
    /// Place in the grid, offset, size, filter mask, ascending.
    public let rows: [[Int]]
    let packed: String

    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for token in packed.split(whereSeparator: \.isWhitespace) {
            let parts = token.split(separator: "*")
            if parts.count == 2, let count = Int(parts[0]), let byte = UInt8(parts[1], radix: 16) {
                bytes += [UInt8](repeating: byte, count: count)
                continue
            }
            let digits = Array(token.utf8)
            for place in stride(from: 0, to: digits.count, by: 2) {
                let pair = String(decoding: digits[place..<place + 2], as: UTF8.self)
                bytes.append(UInt8(pair, radix: 16) ?? 0)
            }
        }
        return bytes
    }

    public static func named(_ name: String) -> GoldenFile? { all.first { $0.name == name } }
}
