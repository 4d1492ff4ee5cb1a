import Foundation

/// An answer as it comes, line by line and piece by piece, on the one thread of its exchange.
final class AnswerInTaking {
    private let taker: WebStream.Taker
    private var head: WebAnswer?
    private var hasHead = false
    private var headBytes = 0
    /// What the taker threw.
    private(set) var error: (any Error)?
    /// The body is not wanted.
    private(set) var isOver = false
    /// When the last byte of the server came, or was taken.
    private(set) var lastCame = ContinuousClock.now

    /// No answer of any server that is asked has a longer head.
    private static let mostHeadBytes = 1 << 20

    init(_ taker: WebStream.Taker) { self.taker = taker }

    /// A line of the head, with its end; behind the body there may be more of them, which nobody reads.
    /// - Returns: whether the exchange goes on.
    func take(line bytes: UnsafeRawBufferPointer) -> Bool {
        lastCame = .now
        guard !hasHead else { return true }
        headBytes += bytes.count
        guard headBytes <= Self.mostHeadBytes else {
            error = WebFailure.tooLarge
            return false
        }
        let line = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        if line.hasPrefix("HTTP/") {
            head = WebAnswer(status: line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0)
        } else if line.isEmpty {
            // Of 1xx there is another one behind it.
            if let head, head.status >= 200 { return give(head) }
        } else if let colon = line.firstIndex(of: ":") {
            let name = line[..<colon].lowercased()
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            let earlier = head?.headers[name].map { "\($0), " } ?? ""
            head?.headers[name] = earlier + value
        }
        return true
    }

    private func give(_ head: WebAnswer) -> Bool {
        hasHead = true
        do { isOver = try !taker.head(head) } catch { self.error = error }
        return !isOver && error == nil
    }

    func take(piece bytes: UnsafeRawBufferPointer) -> Bool {
        do { try taker.piece(bytes) } catch { self.error = error }
        lastCame = .now
        return error == nil
    }

    /// - Throws: `network` where the exchange ended well and there was no answer.
    func finish() throws {
        guard hasHead else { throw WebFailure.network(code: 52, words: "Server returned nothing") }
    }
}
