import Foundation
import Synchronization

// WebExchange: one request and its answer over HTTP, by libcurl. What is asked of whom, and what an answer means, is known to whoever asks.

/// What is asked.
public struct WebRequest: Sendable {
    /// `GET`, `POST`, …
    public var method: String
    public var url: URL
    public var headers: [String: String]
    /// Nil: none is sent.
    public var body: [UInt8]?

    public init(_ method: String, _ url: URL, headers: [String: String] = [:], body: [UInt8]? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// What was answered.
public struct WebAnswer: Sendable, Hashable {
    public var status: Int
    /// Names in small letters.
    public var headers: [String: String]
    public var body: [UInt8]

    public init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = Dictionary(headers.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        self.body = body
    }
}

/// Why there is no whole answer.
public enum WebFailure: Error, Sendable, Hashable {
    case cancelled
    /// Not within the time limit.
    case late
    /// More bytes than are taken.
    case tooLarge
    /// The server is not known to be the one that was meant: nothing was sent to it.
    case untrusted(ServerDistrust)
    /// No encryption was agreed on: the port may be one of plain HTTP. Nothing was sent.
    case notEncrypted
    /// The certificates of those that are trusted cannot be read.
    case noAuthorities
    /// The connection, by the library's code (curl/curl.h) and its words for that; they never repeat the request.
    case network(code: Int, words: String)
}

/// One request, one answer: no cookies, no cache, no stored logins, and a redirection is an answer that nobody follows.
///
/// The time limit is for the whole exchange, so that a server that sends a byte now and then does not hold it open.
public struct WebExchange: Sendable {
    /// From the first byte sent to the last one received.
    public let timeLimit: Duration
    /// Of an answer's body.
    public let mostBytes: Int
    public let trust: ServerTrust

    public init(timeLimit: Duration, mostBytes: Int, trust: ServerTrust = .system) {
        self.timeLimit = timeLimit
        self.mostBytes = mostBytes
        self.trust = trust
    }

    public func send(_ request: WebRequest) async throws(WebFailure) -> WebAnswer {
        let taken = Taken(mostBytes: mostBytes)
        let taker = WebStream.Taker(head: taken.begin, piece: taken.add)
        let line = try WebLine()
        do { try await line.exchange(request, to: taker, WebLine.Limits(whole: timeLimit), trust) } catch let failure
            as WebFailure
        {
            throw failure
        } catch { throw .tooLarge }
        return taken.answer
    }
}

/// An answer as it comes, up to its limit.
private final class Taken: Sendable {
    private let kept = Mutex(WebAnswer(status: 0))
    private let mostBytes: Int

    init(mostBytes: Int) { self.mostBytes = mostBytes }

    var answer: WebAnswer { kept.withLock { $0 } }

    func begin(_ head: WebAnswer) -> Bool {
        kept.withLock { $0 = head }
        return true
    }

    func add(_ piece: UnsafeRawBufferPointer) throws {
        try kept.withLock { answer in
            guard answer.body.count + piece.count <= mostBytes else { throw WebFailure.tooLarge }
            answer.body.append(contentsOf: piece)
        }
    }
}
