import Custody
import Diagnostics
import HTTPTypes
import Hummingbird
import JSON
import RunCatalogue

/// `instruments`: everyone's, by identifier or by the name by which runs call them.
struct InstrumentDoor {
    let custodian: Custodian

    func answer(_ call: SciCatCall) async throws -> Response? {
        guard call.method == .get, call.parts.count <= 1 else { return nil }
        let reader = call.asker.reader
        if RecordLists.words.contains(call.word(0)) {
            let lists = try RecordLists(call, .instruments)
            let known = try await custodian.instruments(for: reader).map(Self.json)
            return lists.answer(call.word(0), known).map { SciCatAnswer.json($0) }
        }
        guard let name = call.parts.first else { return nil }
        return SciCatAnswer.json(.object(Self.json(try await custodian.instrument(name, for: reader))))
    }

    static func json(_ instrument: InstrumentRecord) -> JSONObject {
        var facts: JSONObject = [
            "title": .string(instrument.title), "landingPage": .string(instrument.landingPage),
            "owners": JSONValue(instrument.owners.map(\.name)),
            "manufacturers": JSONValue(instrument.manufacturers.map(\.name)), "types": JSONValue(instrument.types),
            "measuredVariables": JSONValue(instrument.measuredVariables),
        ]
        for (name, value) in [
            ("commissioned", instrument.commissioned), ("model", instrument.model), ("description", instrument.description),
            ("decommissioned", instrument.decommissioned),
        ] { if let value { facts[name] = .string(value) } }
        // What is known here comes before what a client has said of it.
        let said = instrument.customMetadata.flatMap { try? JSONValue(reading: Array($0.utf8)) }?.object ?? [:]
        for member in said.members where facts[member.key] == nil { facts[member.key] = member.value }
        return [
            "pid": .string(instrument.pid), "_id": .string(instrument.pid), "uniqueName": .string(instrument.name),
            "name": .string(instrument.name), "customMetadata": .object(facts),
        ]
    }
}
