import CatalogueQuestions
import Custody
import Diagnostics
import EmbargoClock
import HTTPTypes
import Hummingbird
import JSON
import RunCatalogue

/// Why a question is not answered: in the words that a command on the catalogue's own file would use, as far as they tell nobody what is hidden.
struct QuestionRefusal {
    let status: HTTPResponse.Status
    let error: AnsweredError
    var headers: HTTPFields = [:]

    private init(_ status: HTTPResponse.Status, _ error: AnsweredError, headers: HTTPFields = [:]) {
        self.status = status
        self.error = error
        self.headers = headers
    }

    var response: Response {
        PlainAnswer.text(error.json.line + "\n", "application/json; charset=utf-8", status: status, headers: headers)
    }

    /// All that is to be told of it, with the status and the headers of what everyone would be told.
    init(whole error: any Diagnosed, like other: QuestionRefusal) {
        self.init(other.status, AnsweredError(error), headers: other.headers)
    }

    static let unavailable = QuestionRefusal(
        .serviceUnavailable,
        AnsweredError(
            code: "unavailable", "The catalogue cannot answer at present; its log tells why", exitStatus: .environment,
            isRetryable: true), headers: [.retryAfter: "30"])

    /// Of the requests themselves: no valid token, the wrong one, no such path, too much.
    init(_ error: HTTPError) {
        let code: String
        var status = ExitStatus.environment
        switch error.status {
        case .unauthorized: code = "notSignedIn"
        case .forbidden: code = "wrongScope"
        case .notFound, .methodNotAllowed: code = "noSuchPath"
        case .badRequest, .contentTooLarge, .uriTooLong:
            code = "badRequest"
            status = .invalidInput
        default: code = "notAnswered"
        }
        self.init(
            error.status, AnsweredError(code: code, error.body ?? error.status.reasonPhrase, exitStatus: status),
            headers: error.headers)
    }

    /// - Returns: nil for what the log has to tell.
    init?(_ error: any Error) {
        if let error = error as? CatalogueError {
            self.init(error)
            return
        }
        // A mistyped identifier or time, a run.json of another version: what was sent, in the words of whoever reads it.
        guard let told = error as? any Diagnosed, told.exitStatus == .invalidInput || told.exitStatus == .refused else {
            return nil
        }
        self.init(told.exitStatus == .refused ? .conflict : .badRequest, AnsweredError(told))
    }

    private init?(_ error: CatalogueError) {
        var told = AnsweredError(error)
        switch error.code {
        // Whatever was asked for: nobody learns from the words what is there and hidden.
        case .notFound:
            self.init(
                .notFound,
                AnsweredError(code: told.codeName, "The catalogue has no such record", exitStatus: error.exitStatus))
        // Who would be allowed it, and of whom it is, is told to nobody who may not.
        case .forbidden:
            self.init(
                .forbidden,
                AnsweredError(code: told.codeName, error.what, remedy: error.remedy, exitStatus: error.exitStatus))
        case .clockRefuses:
            told.place = nil
            let isOfPerson = (error.cause as? ClockGuard)?.code.kind == .forbidden
            self.init(isOfPerson ? .forbidden : .conflict, told)
        case .contentDiffers, .exists, .changedMeanwhile, .proposalUnknown: self.init(.conflict, told)
        case .badRequest: self.init(.badRequest, told)
        case .gone, .noSuchFile: self.init(error.code == .gone ? .gone : .notFound, told)
        case .busy: self.init(.serviceUnavailable, told, headers: [.retryAfter: "1"])
        default: return nil
        }
    }
}
