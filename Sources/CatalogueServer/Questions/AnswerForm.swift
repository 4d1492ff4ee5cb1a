import CatalogueQuestions
import HTTPTypes
import Hummingbird
import JSON
import NIOCore

/// In which form whoever asks takes an answer.
struct AnswerForm: Sendable {
    private let creates: Bool
    /// Whether with what people are told.
    private let tells: Bool
    /// Whether with how far it is, until it is there.
    let tellsProgress: Bool

    init(_ request: Request, _ route: QuestionRoute) {
        creates = route.creates
        let accepted = request.headers[values: .accept]
        tells = accepted.contains { $0.contains(CatalogueAnswer.mediaType) }
        tellsProgress = accepted.contains { $0.contains(AnswerProgress.mediaType) }
    }

    func response(_ answer: CatalogueAnswer) -> Response {
        let isNew = creates && answer.fields["new"] != false
        return PlainAnswer.text(
            line(answer), tells ? CatalogueAnswer.mediaType : "application/json; charset=utf-8", status: isNew ? .created : .ok,
            headers: [.vary: "Accept"])
    }

    private func line(_ answer: CatalogueAnswer) -> String { (tells ? answer.json : .object(answer.fields)).line + "\n" }

    /// A line for each look, and the answer, or why there is none, as the last one.
    func response(
        _ work: QuestionWork, from progress: AnswerProgress, refusal: @escaping @Sendable (any Error) -> QuestionRefusal
    ) -> Response {
        let body = ResponseBody { writer in
            var line = progress.json.line + "\n"
            var isOver = false
            while !isOver {
                try await writer.write(ByteBuffer(string: line))
                switch await work.next() {
                case .underWay(let progress): line = progress.json.line + "\n"
                case .over(let result):
                    isOver = true
                    switch result {
                    case .success(let answer): line = self.line(answer)
                    case .failure(let error): line = refusal(error).error.json.line + "\n"
                    }
                }
            }
            try await writer.write(ByteBuffer(string: line))
            try await writer.finish(nil)
        }
        // A proxy that gathers lines until it has many tells nobody anything.
        var headers: HTTPFields = [.contentType: AnswerProgress.mediaType, .vary: "Accept"]
        if let name = HTTPField.Name("X-Accel-Buffering") { headers[name] = "no" }
        return Response(status: .ok, headers: headers, body: body)
    }
}
