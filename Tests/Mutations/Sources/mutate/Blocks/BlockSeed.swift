/// A sound chunk, and where its parts are.
struct BlockSeed {
    /// One LZ4 sequence; offsets into the chunk.
    struct Sequence {
        let token: Int
        /// Bytes that follow a length of 15.
        let literalLength: Range<Int>
        let literals: Range<Int>
        /// Two bytes; nil for the last sequence of a block.
        let distance: Int?
        let matchLength: Range<Int>
        /// Bytes of the block that have been written when the match begins.
        let written: Int
    }

    let bytes: [UInt8]
    /// The data of each block; four bytes of length stand in front.
    let blocks: [Range<Int>]
    /// Of all blocks; empty unless they are LZ4.
    let sequences: [Sequence]
    /// Those with a match.
    let matches: [Sequence]

    init(_ bytes: [UInt8], isLZ4: Bool, leftOver: Int) {
        self.bytes = bytes
        var blocks: [Range<Int>] = []
        var place = 12
        while place + 4 <= bytes.count - leftOver {
            let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            blocks.append(place + 4..<place + 4 + length)
            place += 4 + length
        }
        self.blocks = blocks
        sequences = isLZ4 ? blocks.flatMap { Self.sequences(of: bytes, in: $0) } : []
        matches = sequences.filter { $0.distance != nil }
    }

    private static func sequences(of bytes: [UInt8], in block: Range<Int>) -> [Sequence] {
        var found: [Sequence] = []
        var (place, written) = (block.lowerBound, 0)
        func length(_ nibble: UInt8) -> (bytes: Range<Int>, length: Int) {
            let start = place
            var length = Int(nibble)
            guard nibble == 15 else { return (start..<start, length) }
            repeat {
                length += Int(bytes[place])
                place += 1
            } while bytes[place - 1] == 255
            return (start..<place, length)
        }
        while place < block.upperBound {
            let token = place
            place += 1
            let literals = length(bytes[token] >> 4)
            let literalBytes = place..<place + literals.length
            place += literals.length
            written += literals.length
            guard place < block.upperBound else {
                found.append(
                    Sequence(
                        token: token, literalLength: literals.bytes, literals: literalBytes, distance: nil,
                        matchLength: place..<place, written: written))
                break
            }
            let distance = place
            place += 2
            let match = length(bytes[token] & 15)
            found.append(
                Sequence(
                    token: token, literalLength: literals.bytes, literals: literalBytes, distance: distance,
                    matchLength: match.bytes, written: written))
            written += match.length + 4
        }
        return found
    }
}
