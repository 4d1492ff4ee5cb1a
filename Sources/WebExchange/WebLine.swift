import CCurl
import Foundation
import Synchronization

/// A connection, kept between exchanges: one exchange at a time.
///
/// Each runs on a thread of its own, which waits for the network and for whoever takes the answer; that is all the back-pressure there is.
final class WebLine: Sendable {
    struct Limits {
        /// Of the whole exchange.
        var whole: Duration?
        /// So long nothing may come.
        var idle: Duration?
    }

    /// Used by one thread at a time; but for `curl_multi_wakeup`, which any may call.
    private nonisolated(unsafe) let multi: UnsafeMutableRawPointer

    /// Before all else, once, and alone.
    private static let hasBegun = curl_begin() == CURLE_OK

    init() throws(WebFailure) {
        guard Self.hasBegun, let multi = curl_multi_init() else { throw .network(code: 2, words: "The library did not begin") }
        self.multi = multi
    }

    deinit { curl_multi_cleanup(multi) }

    /// - Throws: what the taker throws, or `WebFailure`.
    func exchange(_ request: WebRequest, to taker: WebStream.Taker, _ limits: Limits, _ trust: ServerTrust) async throws {
        let isCancelled = Cancelled()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                Thread.detachNewThread { [self] in
                    Self.blockBrokenPipes()
                    // The thread is done with the line before anybody else may have it.
                    let outcome = Result { try run(request, AnswerInTaking(taker), limits, trust, isCancelled) }
                    continuation.resume(with: outcome)
                }
            }
        } onCancel: {
            isCancelled.set()
            curl_multi_wakeup(multi)
        }
    }

    /// A server that goes away while it is being written to would end the program, through the library for encryption.
    private static func blockBrokenPipes() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private func run(
        _ request: WebRequest, _ taking: AnswerInTaking, _ limits: Limits, _ trust: ServerTrust, _ cancelled: Cancelled
    ) throws {
        let handle = try WebHandle(request, taking, trust)
        guard curl_multi_add_handle(multi, handle.curl) == CURLM_OK else {
            throw WebFailure.network(code: 2, words: "The library did not begin")
        }
        defer { curl_multi_remove_handle(multi, handle.curl) }
        let deadline = limits.whole.map { ContinuousClock.now + $0 }
        var underWay: Int32 = 1
        while true {
            if cancelled.isSet { throw WebFailure.cancelled }
            guard curl_multi_perform(multi, &underWay) == CURLM_OK else {
                throw WebFailure.network(code: 2, words: "The library did not go on")
            }
            if let error = taking.error { throw error }
            if taking.isOver { return }
            if underWay == 0 { break }
            let now = ContinuousClock.now
            let ends = [deadline, limits.idle.map { taking.lastCame + $0 }].compactMap(\.self).min() ?? now + .seconds(1)
            if now >= ends { throw WebFailure.late }
            let pause_ms = min(1000, max(1, (ends - now) / .milliseconds(1)))
            curl_multi_poll(multi, nil, 0, Int32(pause_ms), nil)
        }
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE else { continue }
            let code = message.pointee.data.result
            guard code == CURLE_OK else { throw handle.failure(code) }
            return try taking.finish()
        }
        throw WebFailure.network(code: 2, words: "The library did not tell the end")
    }
}

/// Whether somebody has asked for the end.
private final class Cancelled: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
}
