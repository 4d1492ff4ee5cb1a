import Custody
import DataCite
import EmbargoClock
import Identifiers
import JSON
import RunCatalogue
import RunModel

/// A run as SciCat's clients read a dataset: for a reader who may read the run.
///
/// Addresses of persons, and where the data lie, are in it only for who the store tells them: the team and the facility.
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
    /// From which it was made, by the catalogue's own record.
    var inputs: [String] = []
    /// What the client said that described it, as far as this reader is told.
    var persons = DescribedPersons()
    /// Whether the reader is of the team or the facility, where there are such texts.
    var isForInsiders = false
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

    /// The team is told what was said of the run; everyone else, as public records name them: the proposal's first.
    private var investigators: [String] {
        let said = persons[.principalInvestigators]
        let named = ofProposal
        return isForInsiders || named.isEmpty ? (said.isEmpty ? named : said) : named
    }

    private var owner: String {
        let said = persons[.owner].first
        return (isForInsiders ? said : nil) ?? investigators.first ?? said ?? rules.facility
    }

    private var ofProposal: [String] {
        (proposal?.persons ?? []).filter { $0.role == .principalInvestigator && !$0.person.isErased }.map { member in
            member.person.givenName.map { "\($0) \(member.person.familyName)" } ?? member.person.familyName
        }
    }

    private var orcid: String? {
        let said = persons[.orcidOfOwner].first
        return (isForInsiders ? said : nil) ?? orcidOfProposal ?? said
    }

    private var orcidOfProposal: String? {
        proposal?.persons.first { $0.role == .principalInvestigator && !$0.person.isErased }?.person.orcid
            .map { "https://orcid.org/\($0)" }
    }

    var ownerGroup: String { run.origin.team ?? rules.tenant }

    /// When all of it was there.
    var creationTime: Timestamp {
        metadata.text("creationTime").flatMap(SciCatTimeText.read) ?? run.endedAt ?? run.startedAt
    }

    /// - Parameter wanted: the fields that are told; nil: all.
    func json(_ names: Names, only wanted: Set<String>? = nil) -> JSONObject {
        var object: JSONObject = [:]
        object.reserve(wanted?.count ?? 48)
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
        put("owner", owner)
        put("orcidOfOwner", orcid)
        put("ownerEmail", persons[.ownerEmail].first)
        // In a public answer the beamline's, also after the opening.
        put("contactEmail", persons[.contactEmail].first ?? rules.contact)
        put("instrumentGroup", persons[.instrumentGroup].first)
        put("ownerGroup", ownerGroup)
        set("accessGroups", JSONValue(persons[.accessGroups]))
        set("sharedWith", [])
        // SciCat wants a folder; for whom it is not told the identifier stands there.
        put("sourceFolder", run.folder ?? "/\(pid)")
        put("sourceFolderHost", metadata.text("sourceFolderHost"))
        // Until files are listed, what was announced.
        func announced(_ name: String) -> Int64? { run.fileCount > 0 ? nil : metadata.announced(name).flatMap { Int64($0) } }
        set("size", .integer(announced("size") ?? run.bytes))
        set("numberOfFiles", .integer(announced("numberOfFiles") ?? run.fileCount))
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
        // Nothing is packed here.
        set("packedSize", 0)
        set("numberOfFilesArchived", 0)
        if let word = metadata.announced("scientificMetadataValid") { set("scientificMetadataValid", .bool(word == "true")) }
        put("license", run.licence)
        set("keywords", JSONValue(run.keywords))
        set("techniques", techniques)
        set(
            "relationships",
            .array(metadata.relationships.map { ["relationship": .string($0.kind), "pid": .string($0.pid)] }))
        set("inputDatasets", JSONValue(inputDatasets))
        set("usedSoftware", JSONValue(metadata.list("usedSoftware")))
        if !metadata.jobParameters.isEmpty { set("jobParameters", .object(metadata.jobParameters)) }
        set("scientificMetadata", .object(metadata.tree))
        set("isPublished", .bool(isPublic))
        set("datasetlifecycle", lifecycle)
        put("createdAt", createdAt?.milliseconds)
        put("updatedAt", updatedAt?.milliseconds)
        put("version", "\(run.change)")
        func putNames(_ plural: String, _ values: [String]) {
            if names != .single { set(plural, JSONValue(values)) }
            if names != .lists, let name = Self.singular[plural] { put(name, values.first) }
        }
        putNames("principalInvestigators", investigators)
        putNames("proposalIds", named(.proposalIds) ?? Self.list(run.origin.proposal))
        putNames("sampleIds", named(.sampleIds) ?? Self.list(run.origin.sample))
        putNames("instrumentIds", named(.instrumentIds) ?? Self.list(instrument))
        // The third version has another word for who made a result.
        if names != .lists, run.kind == .derived { put("investigator", investigators.first ?? rules.facility) }
        return object
    }

    /// As they were named, where it is more than the link.
    private func named(_ field: DescribedPersons.Field) -> [String]? { persons[field].isEmpty ? nil : persons[field] }

    private static func list(_ text: String?) -> [String] { text.map { [$0] } ?? [] }

    /// In the order in which they were named by who described it; and those that its run.json names.
    private var inputDatasets: [String] {
        let named = metadata.list("inputDatasets")
        return named + inputs.filter { !named.contains($0) }
    }

    private var techniques: JSONValue {
        let others = metadata.techniques.keys.filter { $0 != run.origin.technique }.sorted()
        return .array(
            (Self.list(run.origin.technique) + others).map { name in
                ["name": .string(name), "pid": .string(term(of: name))]
            })
    }

    /// As it was sent; else the term that the name means, by its address. One that means none here has nothing but its name, and clients want a text.
    private func term(of name: String) -> String {
        if let sent = metadata.techniques[name], sent != name { return sent }
        return rules.techniques.technique(named: name)?.address ?? name
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
