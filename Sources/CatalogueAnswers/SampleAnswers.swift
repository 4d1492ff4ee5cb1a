import CatalogueQuestions
import Custody
import DataCite
import Foundation
import JSON
import RunCatalogue

extension CatalogueAnswerer {
    func samples(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        var lines = AnswerLines()
        switch question.name {
        case .importSamples:
            let document = try SampleDocument(json: Data(question.needed("document").utf8))
            let reports = try await custodian.importSamples(document, by: actor)
            for report in reports { lines.data("\(report.sample.name)  \(report.outcome.rawValue)  \(report.sample.igsn)") }
            return lines.answer(
                "imported",
                [
                    "samples": .array(
                        reports.map {
                            .object([
                                "name": .string($0.sample.name), "igsn": .string($0.sample.igsn),
                                "outcome": .string($0.outcome.rawValue),
                            ])
                        })
                ])
        case .sample: return try await sample(question)
        default:
            let list = try await custodian.store.samples(scope: scope(), limit: question.count("limit") ?? 100)
            var table = AnswerTable([
                .init("name", least: 12), .init("igsn", least: 20), .init("team"), .init("about", least: 16),
            ])
            for one in list { table.add([one.name, one.igsn, one.team, one.description ?? ""]) }
            lines.data(table)
            return lines.answer("listed", ["samples": .array(list.map { .object($0.fields) })])
        }
    }

    private func sample(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let sample = question.record ?? ""
        let scope = try await scope()
        var lines = AnswerLines()
        if question.isSet("datacite") {
            let json = try await custodian.dataCiteRecord(ofSample: sample, scope: scope).json()
            lines.data(json)
            return lines.answer("shown", ["datacite": .string(json)])
        }
        switch try await custodian.store.sample(sample, scope: scope) {
        case .identifierOnly(let igsn):
            lines.data("igsn".padding(12) + igsn)
            lines.message("That it exists is public; what it is opens with its runs.")
            return lines.answer("shown", ["igsn": .string(igsn), "public_record": .bool(true)])
        case .all(let record):
            lines.rows([
                ("igsn", record.igsn), ("name", record.name), ("team", record.team), ("about", record.description),
                ("keywords", record.keywords.isEmpty ? nil : record.keywords.joined(separator: ", ")),
                ("taken from", record.derivedFrom.isEmpty ? nil : record.derivedFrom.joined(separator: ", ")),
                ("registered", record.registered),
            ])
            return lines.answer("shown", record.fields)
        }
    }
}

extension SampleRecord {
    fileprivate var fields: JSONObject {
        [
            "igsn": .string(igsn), "name": .string(name), "team": .string(team), "description": JSONValue(description),
            "keywords": JSONValue(keywords), "derived_from": JSONValue(derivedFrom), "registered": .string(registered),
            "alternate_identifiers": .array(
                alternates.map { .object(["identifier": .string($0.identifier), "type": .string($0.type)]) }),
        ]
    }
}
