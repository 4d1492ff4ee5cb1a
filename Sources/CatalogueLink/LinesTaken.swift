import CatalogueQuestions
import JSON
import Synchronization
import WebExchange

/// An answer as it comes: of one that tells how far it is each line is taken when it is whole, and the last one is the answer.
final class LinesTaken: Sendable {
    private struct State {
        var answer = WebAnswer(status: 0)
        var isInLines = false
        /// How far it was looked for an end of a line.
        var looked = 0
    }

    private let state = Mutex(State())
    private let mostBytes: Int
    private let progress: @Sendable (AnswerProgress) -> Void

    init(mostBytes: Int, progress: @escaping @Sendable (AnswerProgress) -> Void) {
        self.mostBytes = mostBytes
        self.progress = progress
    }

    /// Of the body what is no line of progress.
    var answer: WebAnswer { state.withLock { $0.answer } }

    var taker: WebStream.Taker {
        WebStream.Taker(
            head: { head in
                self.state.withLock {
                    $0.answer = head
                    $0.isInLines = head.headers["content-type"]?.hasPrefix(AnswerProgress.mediaType) == true
                }
                return true
            },
            piece: { piece in for told in try self.add(piece) { self.progress(told) } })
    }

    private func add(_ piece: UnsafeRawBufferPointer) throws -> [AnswerProgress] {
        try state.withLock { state in
            guard state.answer.body.count + piece.count <= mostBytes else { throw WebFailure.tooLarge }
            state.answer.body.append(contentsOf: piece)
            guard state.isInLines else { return [] }
            var told: [AnswerProgress] = []
            while let end = state.answer.body[state.looked...].firstIndex(of: UInt8(ascii: "\n")) {
                guard let one = (try? JSONValue(reading: Array(state.answer.body[..<end]))).flatMap({ AnswerProgress($0) }) else {
                    // The answer: it stays, and nothing comes behind it that is looked at.
                    state.looked = state.answer.body.count
                    return told
                }
                told.append(one)
                state.answer.body.removeSubrange(...end)
                state.looked = 0
            }
            state.looked = state.answer.body.count
            return told
        }
    }
}
