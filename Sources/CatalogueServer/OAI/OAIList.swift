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
        let page = try await page(question, request.verb, in: format, isResumed: token != nil)
        var answer = OAIAnswer(place, at: page.harvest.time, request)
        answer.add(request.verb) { answer in
            answer.add(page.records)
            let cursor = token?.cursor ?? 0
            let size = max(token?.size ?? page.size ?? 0, cursor + page.passed)
            if let after = page.harvest.next {
                var next = ResumptionToken(
                    request.verb.rawValue, format.rawValue, from: range.0, until: range.1, set: set, after: after)
                (next.cursor, next.size) = (cursor + page.passed, max(size, cursor + page.passed + 1))
                answer.addToken(next.text(key), size: next.size, cursor: cursor)
            } else if token != nil {
                answer.addToken("", size: size, cursor: cursor)
            }
        }
        return answer.finished()
    }

    private struct Page {
        /// The last one that was asked for.
        let harvest: Harvest
        let size: Int?
        let records: XMLBytes
        /// Records of the list that this page brings, or passes over.
        let passed: Int
    }

    /// A page has one record at least: the protocol's schema knows no list without.
    ///
    /// What a token has promised may have moved on since, beyond the end of the list or out of the set. Then the list ends with the record that came
    /// before it once more: who harvests knows it by its identifier. Records that cannot be written are passed over.
    private func page(
        _ question: HarvestQuestion, _ verb: OAIRequest.Verb, in format: OAIFormat, isResumed: Bool
    ) async throws -> Page {
        var question = question
        var harvest = try await custodian.harvest(question)
        let size = harvest.size
        var passed = harvest.records.count
        var (records, count) = await written(harvest, verb, in: format)
        while count == 0, let next = harvest.next {
            (question.after, question.counts) = (next, false)
            harvest = try await custodian.harvest(question)
            passed += harvest.records.count
            (records, count) = await written(harvest, verb, in: format)
        }
        guard count == 0 else { return Page(harvest: harvest, size: size, records: records, passed: passed) }
        guard isResumed else { throw OAIError(.noRecordsMatch, "There is no record in this set between these dates") }
        question.endsThere = true
        harvest = try await custodian.harvest(question)
        for record in harvest.records.reversed() {
            var last = XMLBytes()
            if verb == .listIdentifiers {
                place.write(header: record, to: &last)
            } else if !place.write(record, in: format, to: &last) {
                continue
            }
            return Page(harvest: harvest, size: size, records: last, passed: passed)
        }
        throw OAIError(.badResumptionToken, "All that this list had has changed since: begin it anew")
    }

    private func written(
        _ harvest: Harvest, _ verb: OAIRequest.Verb, in format: OAIFormat
    ) async -> (XMLBytes, count: Int) {
        guard verb == .listRecords else {
            var headers = XMLBytes()
            for record in harvest.records { place.write(header: record, to: &headers) }
            return (headers, harvest.records.count)
        }
        let (records, leftOut) = await place.written(harvest.records, in: format)
        for pid in leftOut { logger.error("not harvested: the record cannot be written", metadata: ["record": "\(pid)"]) }
        return (records, harvest.records.count - leftOut.count)
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
