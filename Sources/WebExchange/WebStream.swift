import Synchronization

/// Answers whose bodies are taken piece by piece: a piece is in memory, however long the body and slow whoever takes it.
///
/// One connection serves one request after another where the server keeps it open. As ``WebExchange``: no cookies, no cache, no stored logins, no
/// redirection that is followed.
public final class WebStream: Sendable {
    /// What becomes of an answer.
    public struct Taker: Sendable {
        /// Gets status and headers, names in small letters, without a body. False: the body is not wanted, and the exchange is over.
        public let head: @Sendable (WebAnswer) throws -> Bool
        /// Gets each piece in order, one at a time; no more is read before it returns.
        public let piece: @Sendable (UnsafeRawBufferPointer) throws -> Void

        public init(
            head: @escaping @Sendable (WebAnswer) throws -> Bool,
            piece: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
        ) {
            self.head = head
            self.piece = piece
        }
    }

    /// Those on which nothing is under way: an exchange takes one, or makes one.
    private let lines = Mutex<[WebLine]>([])
    private let limits: WebLine.Limits
    private let trust: ServerTrust

    /// - Parameter idleLimit: so long nothing may come.
    public init(idleLimit: Duration, trust: ServerTrust = .system) {
        limits = WebLine.Limits(idle: idleLimit)
        self.trust = trust
    }

    /// Sends one request, and hands its answer over until it ends.
    /// - Throws: what the taker throws; `WebFailure` where the answer does not come, or breaks off.
    public func get(_ request: WebRequest, to taker: Taker) async throws {
        let line = if let kept = lines.withLock({ $0.popLast() }) { kept } else { try WebLine() }
        var request = request
        // What is packed on its way is not what was digested.
        request.headers["Accept-Encoding"] = "identity"
        defer { lines.withLock { $0.append(line) } }
        try await line.exchange(request, to: taker, limits, trust)
    }
}
