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

    /// - Parameter wanted: the fields that are told; nil: all.
    func json(_ names: Names, only wanted: Set<String>? = nil) -> JSONObject {
        var object: JSONObject = [:]
        func wants(_ name: String) -> Bool { wanted?.contains(name) ?? true }
        func put(_ name: String, _ value: @autoclosure () -> String?) {
            if wants(name) { object[name] = value().map { .string($0) } }
        }
        func set(_ name: String, _ value: @autoclosure () -> JSONValue) {
            if wants(name) { object[name] = value() }
        }
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
        set("accessGroups", [])
        set("sharedWith", [])
        // SciCat wants a folder; for whom it is not told the identifier stands there.
        put("sourceFolder", run.folder ?? "/\(pid)")
        put("sourceFolderHost", metadata.text("sourceFolderHost"))
        set("size", .integer(run.bytes))
        set("numberOfFiles", .integer(run.fileCount))
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
            set("dataQualityMetrics", .integer(metrics))
        }
        put("license", rules.policy.licence)
        set("keywords", JSONValue(run.keywords))
        set("techniques", techniques)
        set(
            "relationships",
            .array(metadata.relationships.map { ["relationship": .string($0.kind), "pid": .string($0.pid)] }))
        set("inputDatasets", JSONValue(metadata.list("inputDatasets")))
        set("usedSoftware", JSONValue(metadata.list("usedSoftware")))
        if !metadata.jobParameters.isEmpty { set("jobParameters", .object(metadata.jobParameters)) }
        set("scientificMetadata", .object(metadata.tree))
        set("isPublished", .bool(isPublic))
        set("datasetlifecycle", lifecycle)
        put("createdAt", createdAt?.milliseconds)
        put("updatedAt", updatedAt?.milliseconds)
        put("version", "\(run.change)")
        func putNames(_ plural: String, _ values: @autoclosure () -> [String]) {
            if names != .single { set(plural, JSONValue(values())) }
            if names != .lists, let name = Self.singular[plural] { put(name, values().first) }
        }
        putNames("principalInvestigators", investigators)
        putNames("proposalIds", [run.origin.proposal].compactMap(\.self))
        putNames("sampleIds", [run.origin.sample].compactMap(\.self))
        putNames("instrumentIds", [instrument].compactMap(\.self))
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
