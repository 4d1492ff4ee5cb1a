import CatalogueQuestions
import Custody
import Diagnostics
import JSON
import RunCatalogue

extension CatalogueAnswerer {
    func relations(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        var lines = AnswerLines()
        switch question.name {
        case .relate:
            guard let word = try question.word("relation", RelationWord.self) else {
                throw CatalogueError(.badRequest, "Which relation?", at: "relation")
            }
            let relation = try await custodian.relate(
                run(question), word, to: question.needed("target"), by: actor)
            lines.data("relation \(relation.number): \(relation.draft.word.rawValue) \(relation.draft.target)")
            return lines.answer("related", relation.fields)
        case .removeRelation:
            let number = question.whole("number") ?? 0
            try await custodian.removeRelation(number, of: run(question), by: actor)
            lines.data("relation \(number): removed")
            return lines.answer("removed", ["number": .integer(number)])
        default:
            let (own, ofOthers) = try await custodian.store.statedRelations(of: run(question), scope: scope())
            var table = AnswerTable([
                .init("number", isNumber: true), .init("relation"), .init("to", least: 16), .init("said at", least: 20),
            ])
            for one in own { table.add(["\(one.number)", one.draft.word.rawValue, one.draft.target, "\(one.at)"]) }
            for one in ofOthers { table.add(["", one.word.rawValue, one.target, "of the other run"]) }
            lines.data(table)
            return lines.answer("listed", ["relations": Self.fields(own, ofOthers)])
        }
    }

    /// What was said of a run, and behind it, without a number, what follows from what was said of others.
    static func fields(_ own: [StatedRelation], _ ofOthers: [RunRelations.Stated]) -> JSONValue {
        .array(
            own.map { .object($0.fields) }
                + ofOthers.map { ["relation": .string($0.word.rawValue), "target": .string($0.target)] })
    }
}

extension StatedRelation {
    var fields: JSONObject {
        [
            "number": .integer(number), "relation": .string(draft.word.rawValue), "target": .string(draft.target),
            "person": JSONValue(person.map(Int.init)), "at": .string("\(at)"),
        ]
    }
}
