import Custody
import EmbargoClock
import Identifiers
import JSON
import RunCatalogue
import RunModel

/// A run as SciCat's clients read a dataset: for a reader who may read the run.
///
/// Nothing in it is for persons alone: no address of anybody, and where the data lie only for who the store tells it.
struct SciCatDataset {
    /// Which names a version has: `proposalId` in the third, `proposalIds` in the fourth.
    enum Names {
        case single, lists, both
    }

    let run: RunRecord
    let rules: FacilityRules
    let isPublic: Bool
    var proposal: ProposalDescription?
    /// The identifier of the instrument.
    var instrument: String?
    var metadata = SciCatMetadata()
    var createdAt: Timestamp?
    var updatedAt: Timestamp?

    init(run: RunRecord, rules: FacilityRules, isPublic: Bool) {
        self.run = run
        self.rules = rules
        self.isPublic = isPublic
    }

    /// Whether a version of SciCat has two names for it, the first of one and the second of lists.
    static let singular = [
        "principalInvestigators": "principalInvestigator", "proposalIds": "proposalId", "sampleIds": "sampleId",
        "instrumentIds": "instrumentId",
    ]

    /// The investigators by the proposal's record, as public records name them.
    private var investigators: [String] {
        (proposal?.persons ?? []).filter { $0.role == .principalInvestigator && !$0.person.isErased }.map { member in
            [member.person.givenName, member.person.familyName].compactMap(\.self).joined(separator: " ")
        }
    }

    private var orcid: String? {
        proposal?.persons.first { $0.role == .principalInvestigator && !$0.person.isErased }?.person.orcid
            .map { "https://orcid.org/\($0)" }
    }

    /// When all of it was there.
    var creationTime: Timestamp {
        metadata.text("creationTime").flatMap(SciCatTimeText.read) ?? run.endedAt ?? run.startedAt
    }

    func json(_ names: Names) -> JSONObject {
        var object: JSONObject = [:]
        func put(_ name: String, _ value: String?) { object[name] = value.map { .string($0) } }
        let pid = "\(run.pid)"
        put("pid", pid)
        put("_id", pid)
        put("type", run.kind.rawValue)
        put("datasetName", run.title ?? run.name)
        put("description", metadata.text("description"))
        put("owner", investigators.first ?? rules.facility)
        put("orcidOfOwner", orcid)
        put("contactEmail", rules.contact)
        put("ownerGroup", run.origin.team ?? rules.tenant)
        object["accessGroups"] = []
        object["sharedWith"] = []
        // SciCat wants a folder; for whom it is not told the identifier stands there.
        put("sourceFolder", run.folder ?? "/\(pid)")
        put("sourceFolderHost", metadata.text("sourceFolderHost"))
        object["size"] = .integer(run.bytes)
        object["numberOfFiles"] = .integer(run.fileCount)
        put("creationTime", creationTime.milliseconds)
        put("startTime", run.startedAt.milliseconds)
        put("endTime", run.endedAt?.milliseconds)
        put("creationLocation", metadata.text("creationLocation") ?? run.origin.instrument)
        for name in [
            "dataFormat", "runNumber", "validationStatus", "comment", "scientificMetadataSchema", "jobLogData", "classification",
        ] {
            put(name, metadata.text(name))
        }
        if let metrics = metadata.text("dataQualityMetrics").flatMap({ Int64($0) }) {
            object["dataQualityMetrics"] = .integer(metrics)
        }
        put("license", rules.policy.licence)
        object["keywords"] = JSONValue(run.keywords)
        object["techniques"] = techniques
        object["relationships"] = .array(
            metadata.relationships.map { ["relationship": .string($0.kind), "pid": .string($0.pid)] })
        object["inputDatasets"] = JSONValue(metadata.list("inputDatasets"))
        object["usedSoftware"] = JSONValue(metadata.list("usedSoftware"))
        if !metadata.jobParameters.isEmpty { object["jobParameters"] = .object(metadata.jobParameters) }
        object["scientificMetadata"] = .object(metadata.tree)
        object["isPublished"] = .bool(isPublic)
        object["datasetlifecycle"] = lifecycle
        put("createdAt", createdAt?.milliseconds)
        put("updatedAt", updatedAt?.milliseconds)
        put("version", "\(run.change)")
        for (plural, values) in [
            ("principalInvestigators", investigators), ("proposalIds", [run.origin.proposal].compactMap(\.self)),
            ("sampleIds", [run.origin.sample].compactMap(\.self)), ("instrumentIds", [instrument].compactMap(\.self)),
        ] {
            if names != .single { object[plural] = JSONValue(values) }
            if names != .lists, let name = Self.singular[plural] { put(name, values.first) }
        }
        // The third version has another word for who made a result.
        if names != .lists, run.kind == .derived { put("investigator", investigators.first ?? rules.facility) }
        return object
    }

    private var techniques: JSONValue {
        guard let name = run.origin.technique else { return [] }
        return [["name": .string(name), "pid": .string(metadata.techniques[name] ?? name)]]
    }

    /// The day is told, and never taken: it follows from the run.
    private var lifecycle: JSONValue {
        var object: JSONObject = ["publishable": .bool(isPublic)]
        if let seconds = run.access.opensAt, let time = Self.time(seconds) {
            object["dateOfPublishing"] = .string(time.milliseconds)
        }
        return .object(object)
    }

    private static func time(_ seconds: Int64) -> Timestamp? {
        let (nanoseconds, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflows ? nil : Timestamp(unixNanoseconds: nanoseconds)
    }
}
