import HTTPTypes
import Hummingbird
import NIOCore

/// The body of a request as it comes, as long as it comes at a tolerable pace: whoever sends a byte now and then holds a connection, and nothing is
/// heard of it by a limit on silence.
package struct PacedBody: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer

    let body: RequestBody
    /// Of a clock that only goes on.
    let now_ms: @Sendable () -> Int64
    /// Called once, before anything of it is waited for; nil: who sends it waits for no word.
    let wanted: (@Sendable () -> Void)?

    /// So long may a short body take.
    static let patience_ms: Int64 = 60_000
    /// Slower than a line of a modem is nobody whose upload should be waited for.
    static let leastBytesPerSecond: Int64 = 4096

    /// Distinguished from other refusals: the connection is closed with it.
    package struct TooSlow: Error {
        package let bytes: Int64
        package let seconds: Int64
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var parts: RequestBody.AsyncIterator
        fileprivate let now_ms: @Sendable () -> Int64
        fileprivate let began_ms: Int64
        fileprivate var wanted: (@Sendable () -> Void)?
        fileprivate var bytes: Int64 = 0

        package mutating func next() async throws -> ByteBuffer? {
            wanted?()
            wanted = nil
            guard let part = try await parts.next() else { return nil }
            bytes += Int64(part.readableBytes)
            let passed = now_ms() - began_ms
            guard passed <= PacedBody.patience_ms + bytes * 1000 / PacedBody.leastBytesPerSecond else {
                throw TooSlow(bytes: bytes, seconds: passed / 1000)
            }
            return part
        }
    }

    package init(
        body: RequestBody, now_ms: @escaping @Sendable () -> Int64, wanted: (@Sendable () -> Void)? = nil
    ) {
        self.body = body
        self.now_ms = now_ms
        self.wanted = wanted
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(parts: body.makeAsyncIterator(), now_ms: now_ms, began_ms: now_ms(), wanted: wanted)
    }
}
