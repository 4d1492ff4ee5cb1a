import Foundation
import RunModel

/// Times as clients write them in questions: RFC 3339; with a blank for the `+` of the zone, which some put into an address as it is; a day alone is
/// its beginning in UTC.
enum SciCatTimeText {
    static func read(_ text: String) -> Timestamp? {
        guard (10...40).contains(text.utf8.count), text.utf8.dropFirst(4).first == UInt8(ascii: "-") else { return nil }
        if text.utf8.count == 10 { return try? Timestamp(text + "T00:00:00Z") }
        if let time = try? Timestamp(text) { return time }
        guard let blank = text.lastIndex(of: " "), text.distance(from: text.startIndex, to: blank) > 10 else { return nil }
        return try? Timestamp(text.replacingCharacters(in: blank...blank, with: "+"))
    }
}
