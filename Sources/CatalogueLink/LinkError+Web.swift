import Diagnostics
import WebExchange

extension LinkError {
    /// Why there is no answer of a server, for whoever wanted one.
    init(_ failure: WebFailure, at place: String, within limit: Duration, mostBytes: Int) {
        switch failure {
        case .cancelled: self.init(.unreachable, "The exchange was cancelled", at: place)
        case .late:
            self.init(
                .unreachable, "The server gave no whole answer in time", at: place, expected: "one within \(limit)")
        case .tooLarge:
            self.init(.unreadableAnswer, "The answer is too large", at: place, expected: "at most \(mostBytes) bytes")
        case .untrusted(let distrust): self.init(refused: .untrusted(distrust), at: place)
        case .notEncrypted: self.init(refused: .notEncrypted, at: place)
        case .noAuthorities: self.init(refused: .noAuthorities, at: place)
        case .network(let code, let words):
            self.init(
                .unreachable, "The server cannot be reached", at: place, got: "\(words) (network error \(code))",
                expected: "a catalogue that is served there", remedy: "Look at the address and the network, and try again")
        }
    }

    private init(refused refusal: ServerRefusal, at place: String) {
        self.init(.untrusted, refusal.what, at: place, got: refusal.got, expected: refusal.expected, remedy: refusal.remedy)
    }
}
