import Foundation

/// Finds the private words of a walk in the bytes of an answer: as they are, decoded from `%XX`, and decoded from base 64.
struct WalkedScan {
    private(set) var found: Set<String> = []

    private static let words = WalkedColumn.audiences.keys.filter { $0.hasPrefix("zq") }.map { Array($0.utf8) }
    private static let numbers = Set(WalkedColumn.audiences.keys.filter { $0.utf8.first.map(isDigit) ?? false })
    private static let texts = WalkedColumn.audiences.keys.filter { !$0.hasPrefix("zq") && !numbers.contains($0) }
        .map { Array($0.utf8) }
    private static let firsts = Set(texts.compactMap(\.first))
    private static let mostDepth = 3

    init(_ bytes: [UInt8]) { look(at: bytes, depth: 0) }

    private mutating func look(at bytes: [UInt8], depth: Int) {
        plain(bytes)
        guard depth < Self.mostDepth else { return }
        if bytes.contains(UInt8(ascii: "%")), let decoded = Self.unescaped(bytes) { look(at: decoded, depth: depth + 1) }
        for part in Self.encoded(bytes) { look(at: part, depth: depth + 1) }
    }

    private mutating func plain(_ bytes: [UInt8]) {
        let lower = bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        var at = 0
        while at < lower.count {
            let byte = lower[at]
            if byte == UInt8(ascii: "z"), at + 1 < lower.count, lower[at + 1] == UInt8(ascii: "q") {
                for word in Self.words where lower[at...].starts(with: word) {
                    found.insert(String(decoding: word, as: UTF8.self))
                }
            } else if Self.isDigit(byte) {
                var end = at + 1
                while end < lower.count, Self.isDigit(lower[end]) || Self.isPoint(lower, end) { end += 1 }
                let number = String(decoding: lower[at..<end], as: UTF8.self)
                if Self.numbers.contains(number) { found.insert(number) }
                at = end
                continue
            }
            if Self.firsts.contains(byte) {
                for text in Self.texts where lower[at...].starts(with: text) {
                    found.insert(String(decoding: text, as: UTF8.self))
                }
            }
            at += 1
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isPoint(_ bytes: [UInt8], _ at: Int) -> Bool {
        bytes[at] == UInt8(ascii: ".") && at + 1 < bytes.count && isDigit(bytes[at + 1])
    }

    private static func unescaped(_ bytes: [UInt8]) -> [UInt8]? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var (at, isChanged) = (0, false)
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count, let high = digit(bytes[at + 1]),
                let low = digit(bytes[at + 2])
            {
                decoded.append(high << 4 | low)
                at += 3
                isChanged = true
            } else {
                decoded.append(bytes[at])
                at += 1
            }
        }
        return isChanged ? decoded : nil
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    /// What could be base 64, in either alphabet, from each of four places: a word before it may be of the same letters.
    private static func encoded(_ bytes: [UInt8]) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        var start: Int?
        func close(_ end: Int) {
            guard let begin = start, (16..<65_536).contains(end - begin) else { return }
            for shift in 0..<4 {
                var run = bytes[(begin + shift)..<end].map {
                    $0 == UInt8(ascii: "-") ? UInt8(ascii: "+") : $0 == UInt8(ascii: "_") ? UInt8(ascii: "/") : $0
                }
                run.removeLast(run.count % 4)
                if let data = Data(base64Encoded: Data(run)) { parts.append([UInt8](data)) }
            }
        }
        for (at, byte) in bytes.enumerated() {
            let isLetter =
                isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "_")
            if isLetter {
                if start == nil { start = at }
            } else {
                close(at)
                start = nil
            }
        }
        close(bytes.count)
        return parts
    }
}
