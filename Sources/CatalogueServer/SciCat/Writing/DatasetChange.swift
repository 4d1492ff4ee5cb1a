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
    ///   - own: a proposal of the team that is stated of the run, and is to be linked.
    ///   - reason: why, where something is corrected.
    init(
        _ posted: inout PostedDataset, of dataset: SciCatDataset, _ known: [MetadataValue], linking own: String?, reason: String
    ) throws {
        var forbidden: [String] = []
        let told = dataset.json(.both)
        if let folder = posted.text("sourceFolder"), !Self.isFolder(folder, told) { forbidden.append("sourceFolder") }
        let instruments = posted.names("instrumentId", "instrumentIds")
        if !Self.isTold(instruments, "instrumentIds", told), instruments != [dataset.run.origin.instrument].compactMap(\.self) {
            forbidden.append(posted.body["instrumentId"] == nil ? "instrumentIds" : "instrumentId")
        }
        let run = dataset.run
        if posted.body["isPublished"] == true, !dataset.isPublic { forbidden.append("isPublished") }
        if !Self.isLifecycle(posted.body["datasetlifecycle"], told) { forbidden.append("datasetlifecycle") }
        if let pid = posted.text("pid"), (try? RunIdentifier(pid)) != run.pid { forbidden.append("pid") }
        let correction = CorrectedFields(&posted, of: dataset, told, linking: own, reason: reason)
        var amendment = RunAmendment()
        if let label = posted.text("datasetName"), label != run.title ?? run.name { amendment.name = label }
        if let words = posted.keywords(), words != run.keywords { amendment.keywords = words }
        let team = posted.text("ownerGroup") ?? dataset.ownerGroup
        amendment.persons = Self.changed(
            posted.persons(of: team, at: run.origin.instrument, licence: run.licence ?? dataset.rules.policy.licence), told)
        let samples = posted.names("sampleId", "sampleIds")
        if let sample = samples.first, !Self.isTold(samples, "sampleIds", told) {
            if sample != run.origin.sample { amendment.sample = sample }
            amendment.persons.texts[.sampleIds] = samples.count > 1 ? samples : []
        }
        let techniques = posted.body["techniques"] == told["techniques"] ? [] : posted.techniques()
        if let technique = techniques.first?.name, technique != run.origin.technique { amendment.technique = technique }
        if correction.correction.proposal != nil { amendment.persons.texts[.proposalIds] = [] }
        let values = try correction.withCreation(posted.amended(known, told))
        if Set(values) != Set(known) { amendment.values = values }
        guard posted.messages.isEmpty else { throw SciCatRefusal(posted.messages) }
        amendment.correction = correction.names.isEmpty ? nil : correction.correction
        (self.amendment, corrected, self.forbidden) = (amendment, correction.names, forbidden)
    }

    /// Whether names are those that are told: all, or the first, as the third version tells them.
    static func isTold(_ names: [String], _ plural: String, _ told: JSONObject) -> Bool {
        let known = told[plural]?.list?.compactMap(\.text) ?? []
        return names.isEmpty || names == known || names == Array(known.prefix(1))
    }

    /// What is sent back as it was told, or in part.
    private static func isLifecycle(_ sent: JSONValue?, _ told: JSONObject) -> Bool {
        guard let sent else { return true }
        guard let members = sent.object?.members, let known = told["datasetlifecycle"]?.object else { return false }
        return members.allSatisfy { member in
            guard member.value != .null, member.value != known[member.key] else { return true }
            guard let time = member.value.text.flatMap(SciCatTimeText.read) else { return false }
            return time == known[member.key]?.text.flatMap(SciCatTimeText.read)
        }
    }

    /// Of what is told as it was sent nothing changes, also where it is the proposal's or the facility's own.
    private static func changed(_ persons: DescribedPersons, _ told: JSONObject) -> DescribedPersons {
        DescribedPersons(
            persons.texts.filter { field, texts in
                let known = told[field.rawValue]
                return known?.list.map { $0.compactMap(\.text) } ?? [known?.text].compactMap(\.self) != texts
            })
    }

    /// Also with a slash behind it.
    private static func isFolder(_ text: String, _ told: JSONObject) -> Bool {
        let known = told["sourceFolder"]?.text
        return text == known || known.map { $0 + "/" == text } ?? false
    }
}

/// The fields of a `PATCH` on which the clocks and the rights rest, as far as they differ from what the record says.
private struct CorrectedFields {
    private(set) var correction: RunCorrection
    private(set) var names: [String] = []
    /// When all of it was there, and when it ended, as it is to be told.
    private var (made, ended): (Timestamp, Timestamp)

    init(
        _ posted: inout PostedDataset, of dataset: SciCatDataset, _ told: JSONObject, linking own: String?, reason: String
    ) {
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
        let proposals = posted.names("proposalId", "proposalIds")
        let name = posted.body["proposalId"] == nil ? "proposalIds" : "proposalId"
        if let own {
            correction.proposal = own
            names.append(name)
        } else if !DatasetChange.isTold(proposals, "proposalIds", told), proposals != [run.origin.proposal].compactMap(\.self) {
            if proposals.count > 1 { posted.messages.append("\(name) must name one: a run is corrected to one") }
            correction.proposal = proposals.first
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
