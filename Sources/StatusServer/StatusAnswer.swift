import Foundation

/// What the server says to one request, before it is HTTP.
struct StatusAnswer {
    enum Outcome { case ok, notModified, notFound, methodNotAllowed, otherHost, tooLarge, unavailable }

    var outcome = Outcome.ok
    var contentType = "text/plain; charset=utf-8"
    var body = Data()
    var tag: String?

    static func text(_ text: String, _ outcome: Outcome = .ok) -> StatusAnswer {
        StatusAnswer(outcome: outcome, body: Data(text.utf8))
    }
}

/// FNV-1a, 64 bits: tells one picture from the next; it protects nothing.
enum PictureTag {
    static func of(_ data: Data) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in data { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
