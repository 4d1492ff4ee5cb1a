import Custody
import Diagnostics
import EmbargoClock
import JSON
import RunCatalogue
import RunModel

/// How a dump is read.
public struct SciCatOptions: Sendable {
    /// Takes datasets whose proposal was not imported, or that name none.
    public var withUnknownProposal = false
    /// Enters as open what is published there, and has a registered DOI.
    public var trustsPublished = false
    /// Writes nothing.
    public var onlyLooks = false
    /// Names of this catalogue for instruments of theirs: by identifier or by name.
    public var instruments: [String: String] = [:]
    /// Names of this catalogue for metadata keys of theirs: `energy` is `beam/incident_energy`.
    public var keys: [String: String] = [:]

    public init() {}

    /// A name of theirs and one of ours, as `THEIRS=OURS`; theirs may have the sign in it.
    public static func pair(_ text: String) -> (theirs: String, ours: String)? {
        guard let sign = text.lastIndex(of: "=") else { return nil }
        let (theirs, ours) = (String(text[..<sign]), String(text[text.index(after: sign)...]))
        return theirs.isEmpty || ours.isEmpty ? nil : (theirs, ours)
    }
}

/// A dataset of a dump as a run, with all that is to be told of it.
struct SciCatDataset {
    var run: ForeignRun
    var pictures: [ImportedPicture]
    var dates: SciCatDates
    /// The DOIs under which it is published there.
    var publications: [SciCatDump.Publication]
    var isPublished: Bool
    var inputs: [String]
    var notes: [String]
    /// `dataset.packedSize`: what was not taken.
    var left: [String]
}

/// Reads datasets of a dump.
struct SciCatMapper {
    let dump: SciCatDump
    let options: SciCatOptions
    let zone: TimeZoneRules

    /// What is looked at and means nothing here; each is told as not taken. Who owns and who may read follows from the proposal's record, dates
    /// are counted anew, and addresses of persons are kept where they can be erased.
    private static let known: Set<String> = ["origdatablocks", "datablocks", "attachments", "pid", "_id", "id", "__v"]

    func dataset(_ entry: SciCatDump.Dataset) throws -> SciCatDataset {
        let place = dump.place(entry.place, entry.pid)
        let tree = try dump.record(at: entry.place)
        var fields = SciCatFields(tree, .dataset, at: place)
        for name in Self.known { _ = fields.raw(name) }
        let name: AlternateIdentifier
        do { name = try AlternateIdentifier(.scicat, entry.pid) } catch { throw told(error, at: place) }
        var notes: [String] = []
        let (started, ended) = try times(&fields, &notes)
        let folder = try folder(&fields, &notes)
        let places = dump.blocks[entry.pid] ?? []
        if let fault = places.lazy.compactMap(\.fault).first {
            throw CatalogueImportError(
                fault.code, fault.what, at: "\(place), \(fault.place ?? "")", got: fault.got, expected: fault.expected)
        }
        let files = SciCatFiles(places, of: dump, folder: folder)
        let verdict = try verdict(files, &fields, &notes)
        var dates = SciCatDates()
        let isPublished = try fields.flag("isPublished") ?? false
        let leftOfLifecycle = try read(&dates, &fields, place)
        var values = SciCatValues(names: options.keys)
        values.add(fields.raw("scientificMetadata"), below: "scicat")
        var run = ForeignRun(
            name: name, kind: try kind(&fields), label: try fields.needed("datasetName"), verdict: verdict, startedAt: started,
            endedAt: ended, files: files, detail: "")
        run.folder = folder
        run.keywords = try keywords(&fields, &notes)
        run.proposal = try single(fields.texts("proposalIds") + fields.texts("proposalId"), "proposals", place)
        run.instrument = try instrument(&fields, &values, place)
        run.technique = try technique(&fields, &values)
        run.sample = try sample(&fields, &values, place)
        let inputs = try fields.texts("inputDatasets")
        try texts(&fields, &values, inputs)
        run.values = values.values
        let (pictures, lostPictures) = try attachments(tree, entry, place)
        notes += lostPictures
        notes += values.unknownUnits.map { "'\($0.key)': the unit \(quoted($0.unit)) is not known, the value is kept as a text" }
        notes += values.otherSI.map { "'\($0)': the value in SI units was another there, ours is counted from value and unit" }
        notes += values.lost.map { "'\($0.key.prefix(100).printable)' is not taken: \($0.why)" }
        let publications = dump.publications[entry.pid] ?? []
        run.detail = detail(entry.pid, dates, publications, isPublished: isPublished)
        return SciCatDataset(
            run: run, pictures: pictures, dates: dates, publications: publications, isPublished: isPublished, inputs: inputs,
            notes: notes,
            left: fields.left.map { "dataset.\($0)" } + leftOfLifecycle
                + values.lost.map { "scientificMetadata.\($0.key.prefix(100).printable)" }
                + (files.count > 0 ? Self.leftOfFiles : []) + (lostPictures.isEmpty ? [] : [SciCatAttachments.word]))
    }

    /// Rows of files have no place for these.
    private static let leftOfFiles = ["dataFileList.time, uid, gid, perm, type"]

    func told(_ error: any Error, at place: String) -> CatalogueImportError {
        if let known = error as? CatalogueImportError { return known }
        guard let other = error as? any Diagnosed else {
            return CatalogueImportError(.badField, "The record cannot be read", at: place, cause: error)
        }
        return CatalogueImportError(
            .badField, other.what, at: "\(place)\(other.place.map { ", \($0)" } ?? "")", got: other.got, expected: other.expected,
            remedy: other.remedy)
    }

    /// The end of the measurement is what counts. `creationTime` is when the files were complete, or the record was made: later, if at all.
    private func times(_ fields: inout SciCatFields, _ notes: inout [String]) throws(CatalogueImportError) -> (
        Timestamp, Timestamp
    ) {
        let (start, end, made) = (try fields.time("startTime"), try fields.time("endTime"), try fields.time("creationTime"))
        guard let ended = end ?? made else {
            throw CatalogueImportError(
                .badField, "The end of the measurement is not told", at: fields.place, expected: "'endTime', or 'creationTime'",
                remedy: "Without it no embargo can be counted")
        }
        if end == nil { notes.append("no 'endTime': counted from 'creationTime' \(ended)") }
        guard let start else { return (ended, ended) }
        guard start <= ended else {
            throw CatalogueImportError(
                .badField, "The measurement ends before it begins", at: fields.place, got: "\(start) to \(ended)")
        }
        return (start, ended)
    }

    private func folder(_ fields: inout SciCatFields, _ notes: inout [String]) throws(CatalogueImportError) -> String? {
        guard var folder = try fields.text("sourceFolder") else { return nil }
        while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        guard folder.hasPrefix("/"), !folder.unicodeScalars.contains(where: \.isControl), folder.utf8.count <= 4096 else {
            notes.append("'sourceFolder' \(quoted(folder)) is no absolute path: it is not taken")
            return nil
        }
        return folder
    }

    /// Frames were not counted there. Complete is here what lists as many files and bytes as the record says of itself.
    private func verdict(
        _ files: SciCatFiles, _ fields: inout SciCatFields, _ notes: inout [String]
    ) throws(CatalogueImportError) -> Verdict {
        let (count, size) = (try fields.integer("numberOfFiles"), try fields.integer("size"))
        let isWhole = (count ?? files.count) == files.count && (size ?? files.bytes) == files.bytes
        if !isWhole {
            notes.append(
                "the record says \(count ?? 0) files, \(size ?? 0) bytes, and its datablocks list \(files.count) files, "
                    + "\(files.bytes) bytes: entered as partial")
        }
        return isWhole ? .complete : .partial
    }

    /// - Returns: what of the life cycle is not taken.
    private func read(
        _ dates: inout SciCatDates, _ fields: inout SciCatFields, _ place: String
    ) throws(CatalogueImportError) -> [String] {
        dates.opens = try fields.time("releaseDate")
        let made = try fields.time(["createdAt", "creationTime"])
        guard let lifecycle = fields.raw("datasetlifecycle") else { return [] }
        var inner = SciCatFields(lifecycle, .dataset, at: "\(place), 'datasetlifecycle'")
        if let opens = try inner.time("dateOfPublishing") { dates.opens = opens }
        dates.publishedOn = try inner.time("publishedOn")
        dates.keptUntil = try inner.time("archiveRetentionTime")
        dates.look(madeAt: made, in: zone)
        return inner.left.map { "datasetlifecycle.\($0)" }
    }

    /// Sites may add types of their own; what they are is not guessed.
    private func kind(_ fields: inout SciCatFields) throws(CatalogueImportError) -> RunKind {
        let type = try fields.needed("type")
        guard let kind = RunKind(rawValue: type) else {
            throw CatalogueImportError(
                .badField, "The type of the dataset is not known", at: fields.place, got: quoted(type), expected: "raw, derived")
        }
        return kind
    }

    private func keywords(_ fields: inout SciCatFields, _ notes: inout [String]) throws(CatalogueImportError) -> [String] {
        var words: [String] = []
        for word in try fields.texts("keywords") where !words.contains(word) {
            if word.unicodeScalars.contains(where: \.isControl) {
                notes.append("keyword \(quoted(word)) has control characters: it is not taken")
            } else {
                words.append(word)
            }
        }
        return words
    }

    /// A run belongs to one of them, and which one is not guessed.
    private func single(_ names: [String], _ what: String, _ place: String) throws(CatalogueImportError) -> String? {
        let names = Set(names)
        guard names.count <= 1 else {
            throw CatalogueImportError(
                .inconsistent, "The dataset names several \(what)", at: place,
                got: names.sorted().prefix(5).map { quoted($0) }.joined(separator: ", "), expected: "one")
        }
        return names.first
    }

    private func instrument(
        _ fields: inout SciCatFields, _ values: inout SciCatValues, _ place: String
    ) throws(CatalogueImportError) -> String? {
        let location = try fields.text("creationLocation")
        values.add("scicat/creationLocation", text: location)
        guard let pid = try single(fields.texts("instrumentIds") + fields.texts("instrumentId"), "instruments", place) else {
            return location.map { options.instruments[$0] ?? $0 }
        }
        let name = dump.instruments[pid]
        return options.instruments[pid] ?? name.flatMap { options.instruments[$0] } ?? name ?? pid
    }

    /// The first one is the run's; all of them stay to be found.
    private func technique(_ fields: inout SciCatFields, _ values: inout SciCatValues) throws(CatalogueImportError) -> String? {
        var names: [String] = []
        for technique in try fields.objects("techniques") {
            var inner = SciCatFields(technique, .dataset, at: "\(fields.place), 'techniques'")
            let name = try inner.needed("name")
            values.add("scicat/techniques/\(name)", text: try inner.text("pid"))
            names.append(name)
        }
        return names.first
    }

    private func sample(
        _ fields: inout SciCatFields, _ values: inout SciCatValues, _ place: String
    ) throws -> String? {
        let names = Array(Set(try fields.texts("sampleIds") + fields.texts("sampleId"))).sorted()
        if names.count > 1 { values.add("scicat/sampleIds", text: names.joined(separator: "\n")) }
        for name in names {
            guard let record = dump.samples[name] else { continue }
            var inner = SciCatFields(try dump.record(at: record), .sample, at: dump.place(record, name))
            let key = names.count > 1 ? "scicat/sample/\(name)" : "scicat/sample"
            values.add("\(key)/description", text: try inner.text("description"))
            values.add(inner.raw("sampleCharacteristics"), below: key)
        }
        return names.count == 1 ? names[0] : nil
    }

    private func texts(
        _ fields: inout SciCatFields, _ values: inout SciCatValues, _ inputs: [String]
    ) throws(CatalogueImportError) {
        for name in [
            "description", "dataFormat", "runNumber", "validationStatus", "comment", "sourceFolderHost",
            "scientificMetadataSchema",
        ] { values.add("scicat/\(name)", text: try fields.text(name)) }
        if let quality = fields.raw("dataQualityMetrics") {
            values.add(["dataQualityMetrics": quality], below: "scicat")
        }
        let software = try fields.texts("usedSoftware")
        values.add("scicat/usedSoftware", text: software.isEmpty ? nil : software.joined(separator: "\n"))
        values.add("scicat/inputDatasets", text: inputs.isEmpty ? nil : inputs.joined(separator: "\n"))
        if let parameters = fields.raw("jobParameters"), !parameters.isEmpty {
            values.add(parameters, below: "scicat/jobParameters")
        }
        for relation in try fields.objects("relationships") {
            var inner = SciCatFields(relation, .dataset, at: "\(fields.place), 'relationships'")
            values.add("scicat/relationships/\(try inner.needed("relationship"))", text: try inner.text("pid"))
        }
    }

    /// Those that stand within the dataset, and those that name it; and why others are not taken: a picture keeps no run out.
    private func attachments(
        _ tree: JSONValue, _ entry: SciCatDump.Dataset, _ place: String
    ) throws -> (pictures: [ImportedPicture], lost: [String]) {
        var trees = tree["attachments"]?.list ?? []
        for record in dump.attachments[entry.pid] ?? [] { trees.append(try dump.record(at: record)) }
        var drafts: [ImportedPicture] = []
        var lost: [String] = []
        var bytes = 0
        for (number, tree) in trees.enumerated() {
            do throws(CatalogueImportError) {
                guard let draft = try SciCatAttachments.draft(tree, number: number, at: "\(place), attachment \(number)") else {
                    continue
                }
                // One answer may have it within the dataset, another one by itself.
                guard !drafts.contains(where: { $0.name == draft.name && $0.bytes == draft.bytes }) else { continue }
                guard bytes + draft.bytes.count <= SciCatAttachments.mostBytes else {
                    lost.append(
                        "\(trees.count - number) pictures are not taken: together more than \(SciCatAttachments.mostBytes) bytes")
                    break
                }
                bytes += draft.bytes.count
                drafts.append(draft)
            } catch {
                if lost.count < Self.mostLostPictures { lost.append("a picture is not taken: \(error)") }
            }
        }
        return (drafts, lost)
    }

    private static let mostLostPictures = 100

    /// What stays in the history.
    private func detail(
        _ pid: String, _ dates: SciCatDates, _ publications: [SciCatDump.Publication], isPublished: Bool
    ) -> String {
        let detail: JSONValue = [
            "from": "scicat", "pid": .string(pid),
            "theirs": [
                "opens": JSONValue(dates.opens.map { "\($0)" }), "published_on": JSONValue(dates.publishedOn.map { "\($0)" }),
                "kept_until": JSONValue(dates.keptUntil.map { "\($0)" }), "is_published": .bool(isPublished),
                "dois": JSONValue(publications.map(\.doi)),
            ],
        ]
        return detail.line
    }
}
