import Custody
import Diagnostics
import Logging
import RunCatalogue

/// ListRecords and ListIdentifiers, a page at a time, in the order of datestamps.
///
/// A list has no end in time but its own `until`: a record that changes while it is harvested has a later datestamp, and comes again.
struct OAIList {
    private let custodian: Custodian
    private let place: OAIRepository
    private let pageSize: Int
    private let logger: Logger

    init(_ custodian: Custodian, _ place: OAIRepository, pageSize: Int, logger: Logger) {
        (self.custodian, self.place, self.pageSize, self.logger) = (custodian, place, pageSize, logger)
    }

    func answer(_ request: OAIRequest) async throws -> [UInt8] {
        let key = try await custodian.harvestKey()
        let token = try resumed(request, key)
        let format = try token.flatMap { OAIFormat(rawValue: $0.prefix) } ?? request.format()
        let range = try token.map { ($0.from, $0.until) } ?? request.range()
        let set = token == nil ? request.arguments["set"] : token?.set
        var question = HarvestQuestion()
        (question.from, question.until) = range
        (question.after, question.limit) = (token?.after, pageSize)
        question.describes = request.verb == .listRecords
        question.counts = token == nil
        if let set {
            guard let named = OAISet.named(set) else { throw OAIError(.noRecordsMatch, "There is no set '\(set)'") }
            question.set = named
        }
        let harvest = try await custodian.harvest(question)
        guard !harvest.records.isEmpty || token != nil else {
            throw OAIError(.noRecordsMatch, "There is no record in this set between these dates")
        }
        let (records, leftOut) =
            request.verb == .listRecords ? await place.written(harvest.records, in: format) : (XMLBytes(), [])
        for pid in leftOut { logger.error("not harvested: the record cannot be written", metadata: ["record": "\(pid)"]) }
        var answer = OAIAnswer(place, at: harvest.time, request)
        answer.add(request.verb) { answer in
            if request.verb == .listRecords {
                answer.add(records)
            } else {
                for record in harvest.records { answer.addHeader(record) }
            }
            let cursor = token?.cursor ?? 0
            let size = max(token?.size ?? harvest.size ?? 0, cursor + harvest.records.count)
            if let after = harvest.next {
                var next = ResumptionToken(
                    request.verb.rawValue, format.rawValue, from: range.0, until: range.1, set: set, after: after)
                (next.cursor, next.size) = (cursor + pageSize, max(size, cursor + pageSize + 1))
                answer.addToken(next.text(key), size: next.size, cursor: cursor)
            } else if token != nil {
                answer.addToken("", size: size, cursor: cursor)
            }
        }
        return answer.finished()
    }

    private func resumed(_ request: OAIRequest, _ key: [UInt8]) throws(OAIError) -> ResumptionToken? {
        guard let text = request.arguments["resumptionToken"] else { return nil }
        guard let token = ResumptionToken(text, key), token.verb == request.verb.rawValue,
            OAIFormat(rawValue: token.prefix) != nil
        else {
            throw OAIError(.badResumptionToken, "This token was not given by this repository for \(request.verb.rawValue)")
        }
        return token
    }
}
