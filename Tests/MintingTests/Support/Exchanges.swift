import DataCiteStandIn
import Foundation
import Minting
import Synchronization

/// The stand-in without a network in between.
struct DirectExchange: HTTPExchange {
    let service: StandInService

    func send(_ request: HTTPRequestMessage) async throws(MintingError) -> HTTPResponseMessage {
        var headers: [String: String] = [:]
        for (name, value) in request.headers { headers[name.lowercased()] = value }
        headers["authorization"] = request.login?.authorization
        let url = request.address.url
        let answer = service.answer(
            StandInRequest(
                request.method.rawValue, url.path(percentEncoded: true), query: url.query(percentEncoded: true) ?? "",
                headers: headers, body: request.body))
        return HTTPResponseMessage(status: answer.status, headers: answer.headers, body: answer.body)
    }
}

/// Says what it was told to, whatever is asked; notes what was asked.
final class ScriptedExchange: HTTPExchange {
    private let answers: Mutex<[HTTPResponseMessage]>
    private let asked = Mutex<[HTTPRequestMessage]>([])
    var requests: [HTTPRequestMessage] { asked.withLock { $0 } }

    /// - Parameter answers: in turn; the last one again and again.
    init(_ answers: HTTPResponseMessage...) { self.answers = Mutex(answers) }

    func send(_ request: HTTPRequestMessage) async throws(MintingError) -> HTTPResponseMessage {
        asked.withLock { $0.append(request) }
        let answer = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0.first }
        guard let answer else { throw MintingError(.unreachable, "Nothing was to be asked") }
        return answer
    }
}

/// Fails by dice: before the question arrives, or after it was carried out.
final class UnreliableExchange<Generator: RandomNumberGenerator & Sendable>: HTTPExchange {
    private let inner: any HTTPExchange
    private let dice: Mutex<Generator>
    private let rate: Double

    init(_ inner: any HTTPExchange, rate: Double, _ generator: Generator) {
        self.inner = inner
        self.rate = rate
        dice = Mutex(generator)
    }

    func send(_ request: HTTPRequestMessage) async throws(MintingError) -> HTTPResponseMessage {
        let (fails, kind) = dice.withLock { (Double.random(in: 0..<1, using: &$0) < rate, Int.random(in: 0..<5, using: &$0)) }
        guard fails else { return try await inner.send(request) }
        switch kind {
        case 0: throw MintingError(.unreachable, "No connection")
        case 1: return HTTPResponseMessage(status: 503, headers: ["Retry-After": "120"])
        case 2: return HTTPResponseMessage(status: 200, headers: ["Content-Type": "text/html"], body: Array("<html>".utf8))
        case 3:
            var answer = try await inner.send(request)
            answer.body.removeLast(answer.body.count / 2)
            return answer
        default:
            _ = try await inner.send(request)
            throw MintingError(.unreachable, "The answer was lost")
        }
    }
}

/// Carries out the first questions, and loses the answers.
final class LossyExchange: HTTPExchange {
    private let inner: any HTTPExchange
    private let left: Mutex<Int>

    init(_ inner: any HTTPExchange, losing count: Int) {
        self.inner = inner
        left = Mutex(count)
    }

    func send(_ request: HTTPRequestMessage) async throws(MintingError) -> HTTPResponseMessage {
        let answer = try await inner.send(request)
        let isLost = left.withLock { left in
            left -= 1
            return left >= 0
        }
        if isLost { throw MintingError(.unreachable, "The answer was lost") }
        return answer
    }
}
