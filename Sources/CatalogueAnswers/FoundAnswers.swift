import CatalogueQuestions
import Custody
import Diagnostics
import JSON
import RunCatalogue
import RunModel

extension CatalogueAnswerer {
    func search(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let zone = try zone
        let page = try await client.search(
            question.text("q") ?? "", after: question.text("after"), limit: question.count("limit") ?? 20)
        var lines = AnswerLines()
        var table = AnswerTable([
            .init("PID", least: 22), .init("started", least: 10), .init("beamline"), .init("technique"), .init("sample"),
            .init("name", least: 12),
            .init("state"), .init("opens", least: 10),
        ])
        for run in page.runs {
            table.add([
                "\(run.pid)", run.started.date(in: zone), run.beamline ?? "", run.technique ?? "", run.sample ?? "", run.name,
                run.state, run.opens ?? "",
            ])
        }
        let count: BoundedCount = page.isExact ? .exactly(page.count) : .atLeast(page.count)
        lines.data(table)
        lines.data("\(count.words)\(page.next.map { "; more: --after \($0)" } ?? "")")
        return lines.answer(
            "found",
            [
                "runs": .array(page.runs.map { .object($0.fields) }), "count": count.json, "next": JSONValue(page.next),
                "zone": .string(page.zone),
            ])
    }

    /// One candidate a line, as a shell's completion reads them: each the whole question.
    func completions(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let limit = min(max(question.count("limit") ?? 20, 1), 100)
        let candidates = try await custodian.completions(of: question.text("q") ?? "", for: reader, limit: limit)
        var lines = AnswerLines()
        for candidate in candidates { lines.data(candidate.question) }
        return lines.answer(
            "completed",
            [
                "candidates": .array(
                    candidates.map { .object(["value": .string($0.value), "question": .string($0.question)]) })
            ])
    }

    func facets(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let filter = try await custodian.understood(RunQuestion(question.text("q") ?? "", zone: zone).filter)
        let facets = try await custodian.store.facets(filter, scope: scope(), limit: 100_000)
        let parts: [(String, [(String, Int)])] = [
            ("technique", facets.techniques.map { ($0.value, $0.runs) }),
            ("beamline", facets.instruments.map { ($0.value, $0.runs) }),
            ("proposal", facets.proposals.map { ($0.value, $0.runs) }), ("sample", facets.samples.map { ($0.value, $0.runs) }),
            ("state", Self.ordered(facets.states.map { ($0.key.word, $0.value) })),
            ("kind", Self.ordered(facets.kinds.map { ($0.key.rawValue, $0.value) })),
        ]
        var lines = AnswerLines()
        var table = AnswerTable([.init("facet"), .init("value"), .init("runs", isNumber: true)])
        for (name, shares) in parts { for (value, runs) in shares { table.add([name, value, "\(runs)"]) } }
        lines.data(table)
        lines.data(facets.count.words)
        var fields: JSONObject = ["count": facets.count.json]
        for (name, shares) in parts {
            fields[name] = .array(shares.map { .object(["value": .string($0.0), "runs": .integer(Int64($0.1))]) })
        }
        return lines.answer("divided", fields)
    }

    /// The most first, and of as many by name: the same answer each time.
    private static func ordered(_ shares: [(String, Int)]) -> [(String, Int)] {
        shares.sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 < $1.0 }
    }

    func files(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let page = try await custodian.store.files(
            of: run(question), scope: scope(), from: question.whole("from") ?? 0, limit: question.count("limit") ?? 100)
        var lines = AnswerLines()
        var table = AnswerTable([
            .init("number", isNumber: true), .init("bytes", isNumber: true), .init("role"), .init("path", least: 20),
            .init("digest"),
        ])
        for listed in page.files {
            table.add([
                "\(listed.position)", "\(listed.file.bytes)", listed.file.role.rawValue, listed.file.path,
                listed.file.digest ?? "",
            ])
        }
        lines.data(table)
        lines.data("\(page.total) files\(page.next.map { "; more: --from \($0)" } ?? "")")
        return lines.answer(
            "listed",
            [
                "total": .integer(page.total), "next": JSONValue(page.next.map(Int.init)),
                "files": .array(
                    page.files.map {
                        .object([
                            "number": .integer($0.position), "path": .string($0.file.path),
                            "role": .string($0.file.role.rawValue), "bytes": .integer($0.file.bytes),
                            "digest": JSONValue($0.file.digest),
                        ])
                    }),
            ])
    }
}

extension BoundedCount {
    var words: String {
        switch self {
        case .exactly(let count): count == 1 ? "1 run" : "\(count) runs"
        case .atLeast(let count): "more than \(count) runs"
        }
    }

    var json: JSONValue {
        switch self {
        case .exactly(let count): .object(["runs": .integer(Int64(count)), "exact": .bool(true)])
        case .atLeast(let count): .object(["runs": .integer(Int64(count)), "exact": .bool(false)])
        }
    }
}
