import CatalogueImport
import Custody
import Diagnostics
import EmbargoClock
import JSON
import RunCatalogue
import RunModel

/// A dataset as a client sends it, in the names of either version. Everything that stands against it is told at once.
///
/// Who owns what and who may read it follows from the group and the proposal. What is said of persons is kept, and gives nobody a right
/// (PostedPersons); a right that a field would give is refused. Size and number of files follow from the file lists, once there are any.
struct PostedDataset {
    let body: JSONObject
    /// What the clocks of the facility show: times are sent without a zone, too.
    let zone: TimeZoneRules
    var messages: [String] = []

    /// The catalogue sets them itself: one that describes a dataset leaves them out, one that changes it sends them again.
    private static let setHere: Set<String> = [
        "version", "history", "createdAt", "createdBy", "updatedAt", "updatedBy", "_id",
    ]
    private static let read: Set<String> = [
        "type", "datasetName", "ownerGroup", "sourceFolder", "creationTime", "startTime", "endTime", "creationLocation",
        "keywords", "pid",
        "proposalId", "proposalIds", "sampleId", "sampleIds", "instrumentId", "instrumentIds", "techniques", "scientificMetadata",
        "inputDatasets", "usedSoftware", "relationships", "jobParameters", "isPublished", "datasetlifecycle",
        "dataQualityMetrics",
        "owner", "ownerEmail", "orcidOfOwner", "contactEmail", "principalInvestigator", "principalInvestigators", "investigator",
        "accessGroups", "instrumentGroup", "sharedWith", "license",
        "size", "numberOfFiles", "packedSize", "numberOfFilesArchived", "scientificMetadataValid",
    ]
    /// Texts of the record that are kept as metadata values.
    static let texts = [
        "description", "dataFormat", "runNumber", "validationStatus", "comment", "sourceFolderHost", "scientificMetadataSchema",
        "jobLogData", "classification",
    ]

    init(_ body: JSONValue, _ zone: TimeZoneRules) throws(SciCatRefusal) {
        self.zone = zone
        guard let object = body.object else { throw SciCatRefusal("The body is \(body.kind), and a dataset is an object") }
        self.body = object.filter { $0.value != .null }
        for member in object.members where !Self.isKnown(member.key) {
            messages.append("property \(member.key.prefix(100).printable) should not exist")
        }
    }

    private static func isKnown(_ name: String) -> Bool {
        setHere.contains(name) || read.contains(name) || texts.contains(name)
    }

    // MARK: Fields

    mutating func text(_ name: String) -> String? {
        switch body[name] {
        case nil: return nil
        case .string(let text)? where text.utf8.count <= 4096: return text.allSatisfy(\.isWhitespace) ? nil : text
        default:
            messages.append("\(name) must be a text of 4096 bytes at most")
            return nil
        }
    }

    mutating func needed(_ name: String) -> String {
        let count = messages.count
        if let text = text(name) { return text }
        if messages.count == count { messages.append("\(name) should not be empty") }
        return ""
    }

    mutating func list(_ name: String) -> [String]? {
        guard let value = body[name] else { return nil }
        guard let values = value.list, values.count <= 1000, values.allSatisfy({ ($0.text?.utf8.count ?? .max) <= 4096 }) else {
            messages.append("\(name) must be a list of texts")
            return nil
        }
        return values.compactMap(\.text).filter { !$0.isEmpty }
    }

    mutating func time(_ name: String) -> Timestamp? {
        guard let text = text(name) else { return nil }
        do throws(SciCatRefusal) { return try PostedTime.read(text, name, zone) } catch {
            messages += error.messages
            return nil
        }
    }

    /// As they were named, each once: a run is of the first that the catalogue can link.
    mutating func names(_ singular: String, _ plural: String) -> [String] {
        var names = list(plural) ?? []
        if let one = text(singular), !names.contains(one) { names.insert(one, at: 0) }
        return names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    mutating func tree(_ name: String) -> JSONValue? {
        guard let value = body[name] else { return nil }
        guard value.object != nil else {
            messages.append("\(name) must be an object")
            return nil
        }
        return value
    }

    mutating func keywords() -> [String]? {
        list("keywords").map { words in words.reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
    }

    // MARK: Whole

    /// - Parameter instrument: the name by which runs call the instrument of an identifier.
    mutating func described(
        _ version: SciCatCall.Version, licence: String, instrument: (String) async throws -> String
    ) async throws -> DescribedRun {
        let kind = RunKind(rawValue: needed("type"))
        if kind == nil, body["type"] != nil { messages.append("type must be one of raw, derived") }
        let team = needed("ownerGroup")
        if version == .v4 || body["contactEmail"] != nil { _ = needed("contactEmail") }
        for name in Self.setHere.sorted() where body[name] != nil {
            messages.append("\(name) is set by the catalogue: leave it out")
        }
        if body["pid"] != nil { messages.append("pid is drawn by the catalogue: leave it out") }
        let folder = folder()
        let label = version == .v4 ? needed("datasetName") : text("datasetName")
        let (started, ended) = times()
        var run = DescribedRun(
            kind: kind ?? .raw, label: label ?? folder.split(separator: "/").last.map(String.init) ?? "", team: team,
            startedAt: started, endedAt: ended, folder: folder)
        let (samples, instruments) = (names("sampleId", "sampleIds"), names("instrumentId", "instrumentIds"))
        run.proposals = names("proposalId", "proposalIds")
        run.sample = samples.first
        run.keywords = keywords() ?? []
        run.technique = techniques().first?.name
        run.values = values()
        if let pid = instruments.first {
            run.instrument = try await instrument(pid)
        } else {
            run.instrument = text("creationLocation")
        }
        run.persons = persons(of: team, at: run.instrument, licence: licence)
        if samples.count > 1 { run.persons.texts[.sampleIds] = samples }
        if instruments.count > 1 { run.persons.texts[.instrumentIds] = instruments }
        guard messages.isEmpty else { throw SciCatRefusal(messages) }
        return run
    }

    private mutating func folder() -> String {
        var folder = needed("sourceFolder")
        while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        let parts = folder.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let isPlain = folder.hasPrefix("/") && !parts.contains { $0.isEmpty || $0 == "." || $0 == ".." }
        if !folder.isEmpty, !isPlain || folder.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            messages.append("sourceFolder must be an absolute path without . and ..")
        }
        return folder
    }

    /// What counts is the end of the measurement; without one, when all of it was there.
    mutating func times() -> (Timestamp, Timestamp) {
        let (start, end, made) = (time("startTime"), time("endTime"), time("creationTime"))
        if body["creationTime"] == nil { messages.append("creationTime should not be empty") }
        guard let ended = end ?? made else { return (Timestamp(unixNanoseconds: 0), Timestamp(unixNanoseconds: 0)) }
        let started = start ?? min(ended, made ?? ended)
        if started > ended { messages.append("startTime must not be after endTime") }
        if let made, made < started { messages.append("creationTime must not be before startTime") }
        return (started, ended)
    }

    mutating func techniques() -> [(name: String, pid: String)] {
        guard let value = body["techniques"] else { return [] }
        let pairs = (value.list ?? []).map { (name: $0["name"]?.text ?? "", pid: $0["pid"]?.text ?? "") }
        guard value.list != nil, pairs.allSatisfy({ !$0.name.isEmpty && $0.name.utf8.count <= 150 && $0.pid.utf8.count <= 1000 })
        else {
            messages.append("techniques must be a list of objects with name and pid")
            return []
        }
        return pairs
    }
}
