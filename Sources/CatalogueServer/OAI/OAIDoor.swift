import Custody
import Diagnostics
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import RunCatalogue

/// `/oai`: the public records for those who harvest them (OAI-PMH 2.0, https://www.openarchives.org/OAI/openarchivesprotocol.html), by GET and by
/// POST. Runs and sessions; what is wrong with a request is told in the protocol's words with status 200.
struct OAIDoor {
    let custodian: Custodian
    let pageSize: Int
    let logger: Logger

    private static let longestForm = 8192

    func add(to router: Router<ServedContext>) {
        router.get("oai") { request, _ in try await answer(FormFields(request.uri.query ?? "")?.pairs) }
        router.post("oai") { request, _ in
            let body: ByteBuffer
            do { body = try await request.body.collect(upTo: Self.longestForm) } catch is NIOTooManyBytesError {
                throw HTTPError(.contentTooLarge)
            }
            let query = request.uri.query.map { $0 + "&" } ?? ""
            return try await answer(String(validatingBuffer: body).flatMap { FormFields(query + $0) }?.pairs)
        }
    }

    private func answer(_ pairs: [(name: String, value: String)]?) async throws -> Response {
        let place = OAIRepository(custodian.rules)
        var request: OAIRequest?
        do {
            guard let pairs else {
                throw OAIError(.badArgument, "The arguments are no form: escapes of UTF-8, joined by & and =")
            }
            let understood = try OAIRequest(pairs)
            request = understood
            return Self.response(try await answer(understood, place))
        } catch let error as OAIError {
            var answer = OAIAnswer(place, at: try await custodian.harvestTime(), error.repeatsRequest ? request : nil)
            answer.add(error)
            return Self.response(answer.finished())
        }
    }

    private static func response(_ document: [UInt8]) -> Response {
        Response(
            status: .ok, headers: [.contentType: OAIAnswer.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: document)))
    }

    private func answer(_ request: OAIRequest, _ place: OAIRepository) async throws -> [UInt8] {
        switch request.verb {
        case .identify:
            var question = HarvestQuestion()
            (question.limit, question.describes) = (1, false)
            let harvest = try await custodian.harvest(question)
            var answer = OAIAnswer(place, at: harvest.time, request)
            answer.add(.identify) { $0.addIdentity(earliest: harvest.earliest ?? harvest.time) }
            return answer.finished()
        case .listMetadataFormats:
            if request.arguments["identifier"] != nil { _ = try await record(request, place, describes: false) }
            var answer = OAIAnswer(place, at: try await custodian.harvestTime(), request)
            answer.add(.listMetadataFormats) { $0.addFormats() }
            return answer.finished()
        case .listSets:
            // All of them come at once: no token is ever given.
            if request.arguments["resumptionToken"] != nil { throw OAIError(.badResumptionToken, "Lists of sets have no parts") }
            let sets = try await custodian.harvestSets()
            var answer = OAIAnswer(place, at: try await custodian.harvestTime(), request)
            answer.add(.listSets) { $0.addSets(sets) }
            return answer.finished()
        case .getRecord:
            let format = try request.format()
            let (record, time) = try await record(request, place, describes: true)
            var answer = OAIAnswer(place, at: time, request)
            var isWritten = true
            answer.add(.getRecord) { isWritten = $0.addRecord(record, in: format) }
            guard isWritten else {
                throw OAIError(.cannotDisseminateFormat, "This record cannot be written in \(format.rawValue)")
            }
            return answer.finished()
        case .listIdentifiers, .listRecords:
            return try await OAIList(custodian, place, pageSize: pageSize, logger: logger).answer(request)
        }
    }

    private func record(
        _ request: OAIRequest, _ place: OAIRepository, describes: Bool
    ) async throws -> (HarvestedRecord, time: Int64) {
        let identifier = request.arguments["identifier"] ?? ""
        // What nobody may know of is answered as what is not there.
        var question = HarvestQuestion()
        (question.pid, question.describes) = (place.pid(of: identifier) ?? "", describes)
        let harvest = try await custodian.harvest(question)
        guard let record = harvest.records.first else {
            throw OAIError(.idDoesNotExist, "There is no record '\(identifier.prefix(200))'")
        }
        return (record, harvest.time)
    }
}

extension String {
    fileprivate init?(validatingBuffer buffer: ByteBuffer) {
        self.init(validating: buffer.readableBytesView, as: UTF8.self)
    }
}
