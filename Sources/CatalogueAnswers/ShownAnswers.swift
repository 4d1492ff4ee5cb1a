import CatalogueQuestions
import Custody
import DataCite
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import JSON
import Quantities
import RunCatalogue
import RunModel

extension CatalogueAnswerer {
    func show(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let scope = try await scope()
        switch try await subject(question) {
        case .run(let run): return try await show(run, scope)
        case .session(let session): return try await show(session)
        }
    }

    private func show(_ pid: RunIdentifier, _ scope: ReaderScope) async throws -> CatalogueAnswer {
        let run: RunRecord
        do { run = try await custodian.store.run(pid, scope: scope) } catch {
            guard error.code == .forbidden else { throw error }
            return try await showShort(pid, scope)
        }
        let values = try await custodian.store.values(of: pid, scope: scope)
        let alternates = try await custodian.store.alternates(of: pid, scope: scope)
        var lines = AnswerLines()
        lines.rows([
            ("pid", "\(run.pid)"), ("name", run.name), ("title", run.title), ("kind", run.kind.rawValue),
            ("verdict", run.verdict.rawValue), ("beamline", run.origin.instrument), ("technique", run.origin.technique),
            ("sample", run.origin.sample), ("proposal", run.origin.proposal), ("session", run.origin.session),
            ("team", run.origin.team), ("started", "\(run.startedAt)"), ("ended", run.endedAt.map { "\($0)" }),
            ("files", "\(run.fileCount), \(run.bytes) bytes"), ("keeping", keeping(run.bytes)), ("folder", run.folder),
            ("state", run.state.word),
            ("opens", run.access.opensAt.map { Timestamp.day(ofUnixSeconds: $0, in: custodian.rules) }),
        ])
        for other in alternates { lines.data("also".padding(12) + "\(other.text) (\(other.scheme.rawValue))") }
        var shown: JSONObject = [:]
        for value in values {
            switch value.content {
            case .text(let text):
                lines.data("  \(value.key.padding(30))\(text)")
                shown[value.key] = .string(text)
            case .number(let number, let unit):
                lines.data("  \(value.key.padding(30))\(Readable.number(number))" + (unit.isEmpty ? "" : " \(unit)"))
                shown[value.key] = .object(["value": .number(number), "unit": .string(unit)])
            }
        }
        var fields = run.fields(custodian.rules)
        if let (euro, kWh) = custodian.rules.rates?.yearly(ofBytes: run.bytes) {
            fields["keeping"] = ["euro_per_year": .number(euro), "kwh_per_year": .number(kWh)]
        }
        fields["values"] = .object(shown)
        let beside = try await custodian.besideRun(pid, scope)
        for line in beside.lines { lines.data(line) }
        fields.merge(beside.fields)
        fields["alternates"] = .array(
            alternates.map { .object(["scheme": .string($0.scheme.rawValue), "identifier": .string($0.text)]) })
        return lines.answer("shown", fields)
    }

    /// What a year of it costs, where the facility's file tells; to three digits.
    private func keeping(_ bytes: Int64) -> String? {
        guard let rates = custodian.rules.rates else { return nil }
        let (euro, kWh) = rates.yearly(ofBytes: bytes)
        return "\(Self.threeDigits(euro)) EUR and \(Self.threeDigits(kWh)) kWh a year"
    }

    private static func threeDigits(_ value: Double) -> String {
        guard value > 0 else { return "0" }
        let scale = pow(10, 2 - log10(value).rounded(.down))
        return Readable.number((value * scale).rounded() / scale)
    }

    private func showShort(_ pid: RunIdentifier, _ scope: ReaderScope) async throws -> CatalogueAnswer {
        let run = try await custodian.store.shortRecord(of: pid, scope: scope)
        let opens = run.opensAt.map { Timestamp.day(ofUnixSeconds: $0, in: custodian.rules) }
        let title = try await custodian.publicTitle(ofProposal: run.proposal)
        var lines = AnswerLines()
        lines.rows([
            ("pid", "\(run.pid)"), ("title", title), ("beamline", run.instrument), ("technique", run.technique),
            ("started", run.startedAt.description), ("state", run.state.word), ("opens", opens),
            ("withdrawn", run.withdrawalReason), ("licence", run.licence),
        ])
        lines.message("This is the public record: the data are not open.")
        return lines.answer(
            "shown",
            [
                "pid": .string("\(run.pid)"), "title": JSONValue(title), "beamline": JSONValue(run.instrument),
                "technique": JSONValue(run.technique), "started": .string("\(run.startedAt)"), "state": .string(run.state.word),
                "opens": JSONValue(opens), "withdrawn": JSONValue(run.withdrawalReason), "public_record": .bool(true),
            ])
    }

    private func show(_ session: SessionRecord) async throws -> CatalogueAnswer {
        let care = try await custodian.record(of: .session(session.name))
        let status = care.record.status(at: try await custodian.time.now().now)
        let words = EmbargoWords(status, rules: custodian.rules)
        var lines = AnswerLines()
        lines.rows([
            ("pid", session.pid.map { "\($0)" }), ("session", session.name.name), ("proposal", session.name.proposal),
            ("title", care.proposal?.title), ("beamline", session.instrument), ("planned end", "\(session.plannedEnd)"),
            ("state", words.summary), ("retention", words.retention),
        ])
        return lines.answer("shown", session.fields(words))
    }

    func citation(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let scope = try await scope()
        let style = try question.word("style", CitationStyle.self) ?? .apa
        let slice = try question.text("fragment").map { try SliceFragment($0) }
        let record: DataCiteRecord
        switch try await subject(question) {
        case .session(let session):
            guard slice == nil else {
                throw CatalogueError(.badRequest, "Frames are cited of a run, and this is a session", at: "\(session.name)")
            }
            record = try await custodian.dataCiteRecord(of: session, scope: scope)
        case .run(let run): record = try await custodian.dataCiteRecord(of: run, scope: scope)
        }
        let page = try await custodian.citedAddresses(for: [record]).page(of: record)
        let citation = try record.citation(style, slice: slice, at: page)
        var lines = AnswerLines()
        lines.data(citation)
        return lines.answer(
            "cited",
            [
                "citation": .string(citation), "style": .string(style.rawValue), "fragment": JSONValue(slice.map { "\($0)" }),
            ])
    }

    func mint(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let name: String
        let isNew: Bool
        if let collection = try await collection(question.record ?? "")?.pid {
            name = "\(collection)"
            isNew = try await custodian.mint(collection: collection, by: actor)
        } else {
            let run = try await run(question)
            name = "\(run)"
            isNew = try await custodian.mint(run, by: actor)
        }
        var lines = AnswerLines()
        lines.data("\(name): \(isNew ? "asked" : "was asked for before")")
        return lines.answer("asked", ["pid": .string(name), "new": .bool(isNew)])
    }

    func registration(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let known: RegisteredIdentifier?
        let name: String
        if let collection = try await collection(question.record ?? "")?.pid {
            name = "\(collection)"
            known = try await custodian.store.registration(ofCollection: collection, scope: scope())
        } else {
            let subject = try await subject(question)
            name = subject.description
            known = try await custodian.registration(of: subject, for: reader)
        }
        let page = custodian.rules.page(of: name)
        var lines = AnswerLines()
        lines.rows([
            ("identifier", name), ("registry", known?.state?.rawValue ?? "was told nothing yet"),
            ("told", known?.toldAt.map { "\($0)" }), ("asked", known.map { "\($0.askedAt)" }), ("page", page),
        ])
        return lines.answer(
            "shown",
            [
                "pid": .string(name), "state": JSONValue(known?.state?.rawValue),
                "told": JSONValue(known?.toldAt.map { "\($0)" }), "asked": JSONValue(known.map { "\($0.askedAt)" }),
                "page": .string(page),
            ])
    }
}

extension SessionRecord {
    func fields(_ words: EmbargoWords) -> JSONObject {
        [
            "pid": JSONValue(pid.map { "\($0)" }), "proposal": .string(name.proposal), "session": .string(name.name),
            "beamline": JSONValue(instrument), "planned_end": .string("\(plannedEnd)"), "runs": .integer(Int64(runs)),
            "state": .string(words.state), "opens": JSONValue(words.opens), "retention": .string(words.retention),
        ]
    }
}

extension AnswerLines {
    /// A fact a line; those that are not known are left out.
    mutating func rows(_ rows: [(String, String?)], width: Int = 12) {
        for (key, value) in rows { if let value { data(key.padding(width) + value) } }
    }
}

extension String {
    /// With blanks behind it; a longer text gets one.
    package func padding(_ width: Int) -> String { self + String(repeating: " ", count: Swift.max(1, width - count)) }
}
