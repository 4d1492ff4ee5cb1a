import Custody
import EmbargoClock
import Identifiers
import JSON
import RunCatalogue
import RunModel

/// What a `PATCH` changes of a dataset. Clients send whole models again: what is equal changes nothing.
struct DatasetChange {
    /// With a correction, where something would change on which the clocks or the rights rest.
    let amendment: RunAmendment
    /// What a curator corrects, with a reason.
    let corrected: [String]
    /// What may not change and would.
    let forbidden: [String]

    /// - Parameters:
    ///   - known: the run's values.
    ///   - reason: why, where something is corrected.
    init(
        _ posted: inout PostedDataset, of dataset: SciCatDataset, _ known: [MetadataValue], reason: String
    ) throws {
        var forbidden: [String] = []
        let told = dataset.json(.both)
        for name in ["sampleId", "instrumentId", "sourceFolder"] {
            guard let text = posted.text(name), !Self.isSame(text, name, told[name], dataset) else { continue }
            forbidden.append(name)
        }
        for name in ["sampleIds", "instrumentIds"] {
            guard let list = posted.list(name), !list.isEmpty else { continue }
            if list.count != 1 || !Self.isSame(list[0], name, told[name]?.list?.first, dataset) { forbidden.append(name) }
        }
        let run = dataset.run
        if let techniques = Optional(posted.techniques()), !techniques.isEmpty, techniques.first?.name != run.origin.technique {
            forbidden.append("techniques")
        }
        if posted.body["isPublished"] == true, !dataset.isPublic { forbidden.append("isPublished") }
        if posted.body["datasetlifecycle"] != nil { forbidden.append("datasetlifecycle") }
        if let pid = posted.text("pid"), (try? RunIdentifier(pid)) != run.pid { forbidden.append("pid") }
        let correction = CorrectedFields(&posted, of: dataset, reason: reason)
        var amendment = RunAmendment()
        if let label = posted.text("datasetName"), label != run.title ?? run.name { amendment.name = label }
        if let words = posted.keywords(), words != run.keywords { amendment.keywords = words }
        let team = posted.text("ownerGroup") ?? dataset.ownerGroup
        amendment.persons = Self.changed(
            posted.persons(of: team, at: run.origin.instrument, licence: dataset.rules.policy.licence), told)
        let values = try correction.withCreation(posted.amended(known))
        if Set(values) != Set(known) { amendment.values = values }
        guard posted.messages.isEmpty else { throw SciCatRefusal(posted.messages) }
        amendment.correction = correction.names.isEmpty ? nil : correction.correction
        (self.amendment, corrected, self.forbidden) = (amendment, correction.names, forbidden)
    }

    /// Of what is told as it was sent nothing changes, also where it is the proposal's or the facility's own.
    private static func changed(_ persons: DescribedPersons, _ told: JSONObject) -> DescribedPersons {
        DescribedPersons(
            persons.texts.filter { field, texts in
                let known = told[field.rawValue]
                return known?.list.map { $0.compactMap(\.text) } ?? [known?.text].compactMap(\.self) != texts
            })
    }

    /// An instrument also by its name; a folder also with a slash behind it.
    private static func isSame(_ text: String, _ name: String, _ told: JSONValue?, _ dataset: SciCatDataset) -> Bool {
        if told?.text == text { return true }
        if name.hasPrefix("instrument") { return text == dataset.run.origin.instrument }
        return name == "sourceFolder" && told?.text.map { $0 + "/" == text } ?? false
    }
}

/// The fields of a `PATCH` on which the clocks and the rights rest, as far as they differ from what the record says.
private struct CorrectedFields {
    private(set) var correction: RunCorrection
    private(set) var names: [String] = []
    /// When all of it was there, and when it ended, as it is to be told.
    private var (made, ended): (Timestamp, Timestamp)

    init(_ posted: inout PostedDataset, of dataset: SciCatDataset, reason: String) {
        let run = dataset.run
        correction = RunCorrection(reason: reason)
        (made, ended) = (dataset.creationTime, run.endedAt ?? run.startedAt)
        if let word = posted.text("type"), word != run.kind.rawValue {
            correction.kind = RunKind(rawValue: word)
            if correction.kind == nil { posted.messages.append("type must be one of raw, derived") }
            names.append("type")
        }
        if let team = posted.text("ownerGroup"), team != dataset.ownerGroup {
            correction.team = team
            names.append("ownerGroup")
        }
        let name = posted.body["proposalId"] == nil ? "proposalIds" : "proposalId"
        if let proposal = posted.single("proposalId", "proposalIds"), proposal != run.origin.proposal {
            correction.proposal = proposal
            names.append(name)
        }
        readTimes(&posted, run)
    }

    /// Only milliseconds are told, and so only they are compared.
    private mutating func readTimes(_ posted: inout PostedDataset, _ run: RunRecord) {
        if let time = posted.time("startTime"), time.milliseconds != run.startedAt.milliseconds {
            correction.startedAt = time
            names.append("startTime")
        }
        // Of a record that was given no end the end is its creation, and goes with it.
        let endIsCreation = made.milliseconds == ended.milliseconds && posted.body["endTime"] == nil
        if let time = posted.time("endTime"), time.milliseconds != ended.milliseconds {
            (correction.endedAt, ended) = (time, time)
            names.append("endTime")
        }
        if let time = posted.time("creationTime"), time.milliseconds != made.milliseconds {
            made = time
            names.append("creationTime")
            if endIsCreation { (correction.endedAt, ended) = (time, time) } else { correction.correctsValues = true }
        }
        // And one that was given no start begins with its end.
        if correction.startedAt == nil, correction.endedAt != nil, run.startedAt == run.endedAt { correction.startedAt = ended }
    }

    /// The values with the one that says when all of it was there, where that is not the end.
    func withCreation(_ values: [MetadataValue]) throws -> [MetadataValue] {
        let key = SciCatMetadata.prefix + "creationTime"
        let others = values.filter { $0.key != key }
        guard made.milliseconds != ended.milliseconds else { return others }
        return others + [try MetadataValue(key, text: made.milliseconds)]
    }
}
