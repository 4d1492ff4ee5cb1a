import Custody
import Identifiers
import JSON
import RunCatalogue
import RunModel

/// What a `PATCH` changes of a dataset. What the clocks rest on is only compared: clients send whole models again.
struct DatasetChange {
    let amendment: RunAmendment
    /// What may not change and would.
    let forbidden: [String]

    /// - Parameter known: the run's values.
    init(_ posted: inout PostedDataset, of dataset: SciCatDataset, _ known: [MetadataValue]) throws {
        var forbidden: [String] = []
        let told = dataset.json(.both)
        for name in ["type", "ownerGroup", "proposalId", "sampleId", "instrumentId", "sourceFolder"] {
            guard let text = posted.text(name), !Self.isSame(text, name, told[name], dataset) else { continue }
            forbidden.append(name)
        }
        for name in ["proposalIds", "sampleIds", "instrumentIds"] {
            guard let list = posted.list(name), !list.isEmpty else { continue }
            if list.count != 1 || !Self.isSame(list[0], name, told[name]?.list?.first, dataset) { forbidden.append(name) }
        }
        let run = dataset.run
        for (name, stored) in [
            ("startTime", run.startedAt), ("endTime", run.endedAt ?? run.startedAt), ("creationTime", dataset.creationTime),
        ] {
            guard let time = posted.time(name) else { continue }
            // Only milliseconds are told.
            if time.milliseconds != stored.milliseconds { forbidden.append(name) }
        }
        if let techniques = Optional(posted.techniques()), !techniques.isEmpty, techniques.first?.name != run.origin.technique {
            forbidden.append("techniques")
        }
        if posted.body["isPublished"] == true, !dataset.isPublic { forbidden.append("isPublished") }
        if posted.body["datasetlifecycle"] != nil { forbidden.append("datasetlifecycle") }
        if let pid = posted.text("pid"), (try? RunIdentifier(pid)) != run.pid { forbidden.append("pid") }
        var amendment = RunAmendment()
        if let label = posted.text("datasetName"), label != run.title ?? run.name { amendment.name = label }
        if let words = posted.keywords(), words != run.keywords { amendment.keywords = words }
        let values = posted.amended(known)
        if Set(values) != Set(known) { amendment.values = values }
        guard posted.messages.isEmpty else { throw SciCatRefusal(posted.messages) }
        (self.amendment, self.forbidden) = (amendment, forbidden)
    }

    /// An instrument also by its name; a folder also with a slash behind it.
    private static func isSame(_ text: String, _ name: String, _ told: JSONValue?, _ dataset: SciCatDataset) -> Bool {
        if told?.text == text { return true }
        if name.hasPrefix("instrument") { return text == dataset.run.origin.instrument }
        return name == "sourceFolder" && told?.text.map { $0 + "/" == text } ?? false
    }
}
