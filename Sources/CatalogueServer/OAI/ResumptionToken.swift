import Digests
import Foundation
import RunCatalogue

/// Where a list goes on: all that is needed for it stands in the token, and a code that nobody else can make. So it needs no memory of the server,
/// holds after a restart, for every server on the catalogue, and as often as it is shown.
struct ResumptionToken: Equatable {
    var verb: String
    var prefix: String
    var from: Int64?
    var until: Int64?
    /// As it was asked for; nil: none.
    var set: String?
    var after: HarvestPosition
    /// How many records came before.
    var cursor: Int
    var size: Int

    private static let version = "1"
    private static let codeBytes = 16
    private static let longest = 1024
    /// Of the key of all that is signed for harvesters.
    private static let purpose = "resumption token "

    /// - Parameter key: the catalogue's.
    func text(_ key: [UInt8]) -> String {
        let words = [
            Self.version, verb, prefix, from.map { "\($0)" } ?? "", until.map { "\($0)" } ?? "", set ?? "",
            "\(after.datestamp)", "\(after.number)", "\(cursor)", "\(size)",
        ]
        let content = Array(words.joined(separator: "|").utf8)
        return Self.base64(content + Self.code(content, key))
    }

    /// nil for what was not written by `text` with this key.
    init?(_ text: String, _ key: [UInt8]) {
        let sixtyFour = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard text.utf8.count <= Self.longest, let data = Data(base64Encoded: sixtyFour + padding), data.count > Self.codeBytes,
            Self.base64(Array(data)) == text
        else { return nil }
        let content = Array(data.dropLast(Self.codeBytes))
        guard HMAC.isEqual(data.suffix(Self.codeBytes), Self.code(content, key)) else { return nil }
        let words = String(decoding: content, as: UTF8.self).split(separator: "|", omittingEmptySubsequences: false)
        guard words.count == 10, words[0] == Self.version, let datestamp = Int64(words[6]), let number = Int64(words[7]),
            let cursor = Int(words[8]), let size = Int(words[9])
        else { return nil }
        (verb, prefix) = (String(words[1]), String(words[2]))
        (from, until) = (Int64(words[3]), Int64(words[4]))
        set = words[5].isEmpty ? nil : String(words[5])
        after = HarvestPosition(datestamp: datestamp, number: number)
        (self.cursor, self.size) = (cursor, size)
    }

    init(_ verb: String, _ prefix: String, from: Int64?, until: Int64?, set: String?, after: HarvestPosition) {
        (self.verb, self.prefix, self.from, self.until, self.set, self.after) = (verb, prefix, from, until, set, after)
        (cursor, size) = (0, 0)
    }

    private static func code(_ content: [UInt8], _ key: [UInt8]) -> [UInt8] {
        Array(HMAC.sha256(Array(purpose.utf8) + content, key: key).prefix(codeBytes))
    }

    /// With the letters of addresses (RFC 4648, section 5), without padding.
    private static func base64(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
