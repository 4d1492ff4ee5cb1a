import CatalogueQuestions
import Custody
import DataCite
import Identifiers
import JSON
import RunCatalogue

extension CatalogueAnswerer {
    func collections(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        var lines = AnswerLines()
        switch question.name {
        case .collect:
            let collection = try await custodian.collect(
                runs(question.texts("runs")), title: question.needed("title"),
                article: question.text("article").map { try DOI($0) }, by: actor)
            lines.data("\(collection.pid)  \(collection.runs.count) runs")
            return lines.answer("created", collection.fields)
        case .changeCollection:
            let known = try await custodian.store.collection(PersistentIdentifier(question.record ?? ""), scope: scope())
            let collection = try await custodian.change(
                collection: known.pid, adding: runs(question.texts("add")),
                removing: question.texts("remove").map { try RunIdentifier($0) }, by: actor)
            lines.data("\(collection.pid)  \(collection.runs.count) runs")
            return lines.answer("changed", collection.fields)
        case .collection: return try await collection(question)
        default:
            let list = try await custodian.store.collections(scope: scope(), limit: question.count("limit") ?? 100)
            var table = AnswerTable([.init("pid", least: 20), .init("runs", isNumber: true), .init("title", least: 16)])
            for one in list { table.add(["\(one.pid)", "\(one.runs.count)", one.title ?? "(private until all is open)"]) }
            lines.data(table)
            return lines.answer("listed", ["collections": .array(list.map { .object($0.fields) })])
        }
    }

    private func runs(_ texts: [String]) async throws -> [RunIdentifier] {
        var runs: [RunIdentifier] = []
        for text in texts { runs.append(try await custodian.run(text, for: reader)) }
        return runs
    }

    private func collection(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let pid = try PersistentIdentifier(question.record ?? "")
        let scope = try await scope()
        var lines = AnswerLines()
        if question.isSet("datacite") {
            let json = try await custodian.dataCiteRecord(ofCollection: pid, scope: scope).json()
            lines.data(json)
            return lines.answer("shown", ["pid": .string("\(pid)"), "datacite": .string(json)])
        }
        let collection = try await custodian.store.collection(pid, scope: scope)
        lines.rows([
            ("pid", "\(collection.pid)"), ("title", collection.title), ("article", collection.article.map { "\($0)" }),
            ("made", "\(collection.madeAt)"),
        ])
        for run in collection.runs { lines.data("  \(run)") }
        return lines.answer("shown", collection.fields)
    }
}

extension RunCollection {
    fileprivate var fields: JSONObject {
        [
            "pid": .string("\(pid)"), "title": JSONValue(title), "article": JSONValue(article.map { "\($0)" }),
            "runs": JSONValue(runs.map { "\($0)" }), "person": JSONValue(person.map(Int.init)), "made": .string("\(madeAt)"),
        ]
    }
}
