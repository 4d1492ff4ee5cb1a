import CatalogueQuestions
import Custody
import Deliveries
import Diagnostics
import JSON
import Minting
import RunCatalogue
import RunModel

// The outbox: what is to be told outside, telling it, and comparing what was told.

extension CatalogueAnswerer {
    private static let mostMessages = 100_000

    /// What waits; with `retryOutbox` what waits for a person is let go before.
    func outbox(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let limit = question.count("limit") ?? 100
        guard (1...Self.mostMessages).contains(limit) else {
            throw CatalogueError(
                .badRequest, "So many messages cannot be listed", at: "limit", got: "\(limit)",
                expected: "1 to \(Self.mostMessages)")
        }
        let retries = question.name == .retryOutbox
        let released = try await retries ? Deliverer.retry(custodian) : 0
        let messages = try await custodian.store.undeliveredMessages(
            topic: nil, tenant: custodian.rules.tenant, limit: Self.mostMessages)
        var table = AnswerTable([
            .init("message", isNumber: true), .init("topic"), .init("about", least: 24), .init("tries", isNumber: true),
            .init("next", least: 20), .init("error", least: 20),
        ])
        for message in messages.prefix(limit) {
            table.add([
                "\(message.number)", message.topic, message.payload, "\(message.attempts)",
                message.due.map(Self.time) ?? "waits for you", message.lastError ?? "",
            ])
        }
        var lines = AnswerLines()
        lines.data(table)
        let pauses = try await Deliverer.pauses(custodian)
        for pause in pauses { lines.warning(pause.words) }
        let stuck = messages.count { $0.due == nil }
        if retries { lines.message("\(released) messages are due again.") }
        lines.data("\(messages.count - stuck) wait, \(stuck) wait for a person")
        return lines.answer(
            "listed",
            [
                "waiting": .integer(Int64(messages.count - stuck)), "stuck": .integer(Int64(stuck)),
                "released": .integer(Int64(released)),
                "messages": .array(
                    messages.prefix(limit).map {
                        [
                            "message": .integer($0.number), "topic": .string($0.topic), "about": .string($0.payload),
                            "attempts": .integer(Int64($0.attempts)), "next": JSONValue($0.due.map(Self.time)),
                            "error": JSONValue($0.lastError),
                        ]
                    }),
            ], status: stuck > 0 || pauses.contains { $0.until == nil } ? .refused : .done)
    }

    private var needsMeans: CatalogueError {
        CatalogueError(
            .clockRefuses, "Nobody outside is told anything by this process", at: "deliveries",
            expected: "a server that delivers", remedy: "It was started with --no-delivery: ask the one that delivers")
    }

    /// Tells all that is due, once.
    func deliver(_ progress: @escaping Progress) async throws -> CatalogueAnswer {
        guard let means else { throw needsMeans }
        let deliverer = Deliverer(custodian, office: try means.office(), holder: means.holder)
        let report = try await deliverer.deliver { progress(AnswerProgress(done: $0)) }
        var lines = AnswerLines()
        if report.isHeldElsewhere { lines.message("Another process delivers at present.") }
        if report.hasNoTime {
            lines.warning("The clock cannot be trusted: nobody knows what is due. See faisceau embargo clock")
        }
        for sent in report.sent.prefix(Self.mostNamed) { lines.data("sent  \(sent)") }
        for failure in report.failures.prefix(Self.mostNamed) {
            lines.warning("message \(failure.number) (\(failure.topic)): \(failure.saying)")
        }
        for pause in report.pauses { lines.warning(pause.words) }
        lines.data(
            "\(report.sent.count) sent, \(report.overtaken) had nothing to tell, \(report.waiting) wait, \(report.stuck) wait for a person"
        )
        return lines.answer("delivered", report.fields, status: report.status)
    }

    /// Compares what the registry holds with what it ought to hold.
    func drift(mend: Bool, _ progress: @escaping Progress) async throws -> CatalogueAnswer {
        guard let means else { throw needsMeans }
        let registry = try means.office().registry
        let (holdings, refused) = try await custodian.registryHoldings { progress(AnswerProgress(done: $0)) }
        let report = await DriftReport(holdings: holdings, registry: registry)
        var lines = AnswerLines()
        for (pid, error) in refused { lines.warning("\(pid): \(error)") }
        lines.data(report.text.hasSuffix("\n") ? String(report.text.dropLast()) : report.text)
        let told = try await mend ? custodian.tellAgain(report) : 0
        if mend { lines.message("\(told) are told again by faisceau catalogue deliver.") }
        let differing = report.differences.filter { $0.kind != .notCompared }
        return lines.answer(
            "compared",
            [
                "compared": .integer(Int64(report.compared)), "told_again": .integer(Int64(told)),
                "unwritable": .array(refused.map { ["pid": .string($0.pid), "error": .string("\($0.error)")] }),
                "differences": .array(
                    report.differences.map {
                        [
                            "pid": .string($0.pid), "kind": .string($0.kind.rawValue), "attribute": JSONValue($0.attribute),
                            "ours": JSONValue($0.ours), "theirs": JSONValue($0.theirs),
                        ]
                    }),
            ],
            status: !differing.isEmpty || !refused.isEmpty
                ? .verificationFailed : report.differences.isEmpty ? .done : .environment)
    }

    /// Asks the registry which works cite what it lists for us.
    func readCitations(_ progress: @escaping Progress) async throws -> CatalogueAnswer {
        guard let means else { throw needsMeans }
        let registry = try means.office().registry
        let report = try await custodian.readCitations(from: registry) { progress(AnswerProgress(done: $0)) }
        var lines = AnswerLines()
        for found in report.found.prefix(Self.mostNamed) { lines.data("\(found.pid)  is cited by  \(found.work)") }
        if !registry.keepsRecords {
            lines.message("Nothing is registered outside: works that cite are stated with faisceau catalogue relation.")
        }
        lines.data("\(report.found.count) new, of \(report.asked) records that were asked about")
        if let (pid, error) = report.failure { lines.warning("\(pid) and what comes after it were not asked about: \(error)") }
        return lines.answer(
            "read",
            [
                "asked": .integer(Int64(report.asked)),
                "found": .array(report.found.map { ["pid": .string($0.pid), "work": .string("\($0.work)")] }),
                "error": JSONValue(report.failure.map { "\($0.error)" }),
            ], status: report.failure == nil ? .done : .environment)
    }

    /// Seconds of the outbox as people read them.
    fileprivate static func time(_ seconds: Int64) -> String {
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return "\(Timestamp(unixNanoseconds: overflows ? .max : product))"
    }
}

extension TopicPause {
    /// For people.
    fileprivate var words: String {
        guard let until else {
            return "\(topic): nothing is sent until somebody lets it go (faisceau catalogue outbox --retry): \(saying)"
        }
        return "\(topic): tried again at \(CatalogueAnswerer.time(until)): \(saying)"
    }
}

extension DeliveryReport {
    fileprivate var status: ExitStatus {
        if stuck > 0 || pauses.contains(where: { $0.until == nil }) { return .refused }
        return hasNoTime || !failures.isEmpty || !pauses.isEmpty ? .environment : .done
    }

    fileprivate var fields: JSONObject {
        [
            "sent": .array(sent.map(JSONValue.string)), "overtaken": .integer(Int64(overtaken)),
            "waiting": .integer(Int64(waiting)),
            "stuck": .integer(Int64(stuck)), "elsewhere": .bool(isHeldElsewhere),
            "failures": .array(
                failures.map {
                    [
                        "message": .integer($0.number), "topic": .string($0.topic), "error": .string($0.saying),
                        "next": JSONValue($0.next.map(CatalogueAnswerer.time)),
                    ]
                }),
            "pauses": .array(
                pauses.map {
                    [
                        "topic": .string($0.topic), "until": JSONValue($0.until.map(CatalogueAnswerer.time)),
                        "error": .string($0.saying),
                    ]
                }),
        ]
    }
}
