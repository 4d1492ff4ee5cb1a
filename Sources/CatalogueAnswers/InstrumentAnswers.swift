import CatalogueQuestions
import Custody
import DataCite
import JSON
import RunCatalogue

extension CatalogueAnswerer {
    func instruments(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        var lines = AnswerLines()
        switch question.name {
        case .importInstrument:
            let (instrument, outcome) = try await custodian.importInstrument(
                InstrumentDocument(text: question.needed("document"), file: "document"), name: question.text("name"), by: actor)
            lines.data("\(instrument.name)  \(outcome.rawValue)  \(instrument.pid)")
            return lines.answer(
                "imported",
                ["name": .string(instrument.name), "pid": .string(instrument.pid), "outcome": .string(outcome.rawValue)])
        case .instrument: return try await instrument(question)
        default:
            let list = try await custodian.instruments(for: reader)
            var table = AnswerTable([.init("name"), .init("pid", least: 20), .init("title", least: 16), .init("commissioned")])
            for one in list { table.add([one.name, one.pid, one.title, one.commissioned ?? ""]) }
            lines.data(table)
            return lines.answer("listed", ["instruments": .array(list.map { .object($0.fields) })])
        }
    }

    private func instrument(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let instrument = try await custodian.instrument(question.record ?? "", for: reader)
        var lines = AnswerLines()
        if question.isSet("datacite") {
            let json = try custodian.dataCiteRecord(of: instrument).json()
            lines.data(json)
            return lines.answer("shown", ["pid": .string(instrument.pid), "datacite": .string(json)])
        }
        lines.rows([
            ("name", instrument.name), ("pid", instrument.pid), ("page", instrument.landingPage), ("title", instrument.title),
            ("owner", instrument.owners.map(\.name).joined(separator: "; ")),
            ("made by", instrument.manufacturers.map(\.name).joined(separator: "; ")), ("model", instrument.model),
            ("type", instrument.types.isEmpty ? nil : instrument.types.joined(separator: "; ")),
            ("from", instrument.commissioned), ("until", instrument.decommissioned), ("about", instrument.description),
        ])
        return lines.answer("shown", instrument.fields)
    }
}

extension InstrumentRecord {
    fileprivate var fields: JSONObject {
        let parties = { (list: [Party]) in
            JSONValue.array(
                list.map {
                    .object([
                        "name": .string($0.name), "identifier": JSONValue($0.identifier),
                        "identifier_type": JSONValue($0.identifierType), "contact": JSONValue($0.contact),
                    ])
                })
        }
        return [
            "name": .string(name), "pid": .string(pid), "landing_page": .string(landingPage), "title": .string(title),
            "owners": parties(owners), "manufacturers": parties(manufacturers), "model": JSONValue(model),
            "description": JSONValue(description), "types": JSONValue(types), "measured_variables": JSONValue(measuredVariables),
            "commissioned": JSONValue(commissioned), "decommissioned": JSONValue(decommissioned),
            "related": .array(
                related.map {
                    .object([
                        "identifier": .string($0.identifier), "type": .string($0.identifierType),
                        "relation": .string($0.relation),
                    ])
                }),
            "alternates": .array(
                alternates.map { .object(["identifier": .string($0.identifier), "type": .string($0.type)]) }),
        ]
    }
}
