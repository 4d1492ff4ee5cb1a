import Diagnostics
import JSON

/// Where a record stands in the files of a dump.
struct RecordPlace: Hashable, Sendable {
    let file: Int
    /// From 0, within the file.
    let index: Int
    let offset: UInt64
    /// Behind it, where it was read to its end.
    var end: UInt64 = 0
}

/// One list of files, which may be a million long: where it stands, and what was counted when it was first read.
struct BlockPlace: Sendable {
    let record: RecordPlace
    /// Which of the lists within the record, from 0.
    let list: Int
    let algorithm: String?
    let count: Int64
    let bytes: Int64
    /// What is wrong in it; then its dataset is not taken.
    let fault: CatalogueImportError?
}

/// What a dump holds, without what it says: every record is read once here, and what is kept of it is where it stands and what it refers to.
/// The memory goes with the number of records, a few hundred bytes each, and not with the number of files.
struct SciCatDump {
    struct Dataset {
        let place: RecordPlace
        let pid: String
        let isDerived: Bool
    }

    struct Publication {
        let doi: String
        /// As its status says: registered with DataCite, not only drafted.
        let isRegistered: Bool
        let status: String?
        let registeredAt: String?
    }

    let files: [DumpFile]
    /// Of records that were sent: the file and the number that each has in the dump.
    private let places: [(file: String, index: Int)]
    private(set) var stamps: [FileStamp] = []
    private(set) var datasets: [Dataset] = []
    private(set) var blocks: [String: [BlockPlace]] = [:]
    private(set) var attachments: [String: [RecordPlace]] = [:]
    private(set) var samples: [String: RecordPlace] = [:]
    private(set) var publications: [String: [Publication]] = [:]
    /// Where they stand, as they are sent with what they are of.
    private(set) var publicationRecords: [String: [RecordPlace]] = [:]
    private(set) var instrumentRecords: [String: RecordPlace] = [:]
    private(set) var instruments: [String: String] = [:]
    private(set) var proposals: [RecordPlace] = []
    /// How many there are of each kind.
    private(set) var counts: [SciCatKind: Int] = [:]
    /// Records that cannot be used, told as they are met.
    private let refuse: (String?, RecordPlace, CatalogueImportError) throws -> Void
    private var pids: Set<String> = []

    /// As many broken lines of a file are told; then it is taken for something else than a dump.
    private static let mostBrokenLines = 1000

    /// - Parameters:
    ///   - refuse: told of each record that cannot be used.
    /// - Throws: `unreadable`; `notJSON` for a file that is none from its first byte on.
    init(
        _ paths: [String], progress: (Int) -> Void = { _ in },
        refuse: @escaping (String?, RecordPlace, CatalogueImportError) throws -> Void
    ) throws {
        (files, places) = (paths.map(DumpFile.init(path:)), [])
        self.refuse = refuse
        try index(progress)
        let orphans = Set(blocks.keys).union(attachments.keys).subtracting(pids)
        for pid in orphans.sorted() {
            guard let place = blocks[pid]?.first?.record ?? attachments[pid]?.first else { continue }
            try refuse(
                pid, place,
                CatalogueImportError(
                    .inconsistent, "Files or pictures of a dataset that is not in the dump", at: self.place(place, pid),
                    remedy: "Import it with its dataset"))
        }
    }

    /// A part of a dump that somebody has read as a whole, and sent with all that belongs to its datasets.
    /// - Parameter places: of each record, in the same order.
    init(
        sent records: String, places: [(file: String, index: Int)],
        refuse: @escaping (String?, RecordPlace, CatalogueImportError) throws -> Void
    ) throws {
        (files, self.places) = ([DumpFile(sent: records)], places)
        self.refuse = refuse
        try index { _ in }
    }

    private mutating func index(_ progress: (Int) -> Void) throws {
        for (number, file) in files.enumerated() {
            let reader = try DumpReader(file)
            stamps.append(reader.stamp)
            try index(reader, file: number, progress)
        }
    }

    /// What results were made from comes first: they belong to its proposal.
    var ordered: [Dataset] { datasets.filter { !$0.isDerived } + datasets.filter(\.isDerived) }

    /// Where a record stands in the dump.
    func told(_ place: RecordPlace) -> (file: String, index: Int) {
        places.indices.contains(place.index) ? places[place.index] : (files[place.file].name, place.index)
    }

    /// For messages.
    func place(_ place: RecordPlace, _ pid: String?) -> String {
        let (file, index) = told(place)
        return "\(file), record \(index)" + (pid.map { ", pid \(quoted($0))" } ?? "")
    }

    private mutating func index(_ reader: DumpReader, file: Int, _ progress: (Int) -> Void) throws {
        var reader = reader
        guard let first = try reader.look() else { return }
        let isArray = first == UInt8(ascii: "[")
        if isArray {
            try reader.take("[")
            if try reader.look() == UInt8(ascii: "]") { return }
        }
        var broken = 0
        var index = 0
        while try reader.look() != nil {
            let place = RecordPlace(file: file, index: index, offset: reader.offset)
            do {
                try add(&reader, place)
                if isArray {
                    if try reader.look() == UInt8(ascii: "]") { return try end(reader) }
                    try reader.take(",")
                }
            } catch let error as CatalogueImportError where error.code == .notJSON {
                try refuse(nil, place, error)
                broken += 1
                // A list that is broken has no next record; where lines are records, the next line is one.
                guard !isArray, broken < Self.mostBrokenLines else { return }
                try reader.skipLine()
            }
            index += 1
            if index % 1000 == 0 { progress(datasets.count) }
        }
        if isArray {
            try refuse(nil, RecordPlace(file: file, index: index, offset: reader.offset), reader.wrong("a record, or ']'"))
        }
    }

    private func end(_ reader: DumpReader) throws {
        try reader.take("]")
        if try reader.look() != nil { throw reader.wrong("nothing behind the list of records") }
    }

    private mutating func add(_ reader: inout DumpReader, _ place: RecordPlace) throws {
        var lists: [(count: Int64, bytes: Int64, fault: CatalogueImportError?)] = []
        let (tree, fault) = try reader.record { list, element, fault in
            while lists.count <= list { lists.append((0, 0, nil)) }
            let size = element["size"]?.unwrapped.integer
            let (sum, overflows) = lists[list].bytes.addingReportingOverflow(size ?? 0)
            if lists[list].fault == nil {
                if let fault {
                    lists[list].fault = fault
                } else if size.map({ $0 < 0 }) ?? true || overflows {
                    lists[list].fault = CatalogueImportError(
                        .badField, "A file has no size that can be", at: "'\(DumpReader.listKey)', entry \(lists[list].count)",
                        got: element["size"]?.line.prefix(60).printable ?? "none", expected: "a number of bytes")
                }
            }
            lists[list].bytes = overflows ? lists[list].bytes : sum
            lists[list].count += 1
        }
        var place = place
        place.end = reader.offset
        if let fault { return try refuse(nil, place, fault) }
        guard case .object = tree, let kind = SciCatKind(tree) else {
            return try refuse(
                nil, place,
                CatalogueImportError(
                    .unknownRecord, "No record of a SciCat that is known", at: self.place(place, nil), got: tree.kind,
                    expected: SciCatKind.allCases.map(\.rawValue).joined(separator: ", ")))
        }
        counts[kind, default: 0] += 1
        do throws(CatalogueImportError) { try add(tree, kind, place, lists) } catch { try refuse(nil, place, error) }
    }

    private mutating func add(
        _ tree: JSONValue, _ kind: SciCatKind, _ place: RecordPlace,
        _ lists: [(count: Int64, bytes: Int64, fault: CatalogueImportError?)]
    ) throws(CatalogueImportError) {
        var fields = SciCatFields(tree, kind, at: self.place(place, nil))
        switch kind {
        case .dataset:
            let pid = try fields.needed("pid")
            guard pids.insert(pid).inserted else {
                throw CatalogueImportError(
                    .inconsistent, "A dataset is in the dump twice", at: self.place(place, pid), remedy: "The first one is read")
            }
            datasets.append(Dataset(place: place, pid: pid, isDerived: try fields.text("type") == "derived"))
            addBlocks(of: tree, pid, place, lists)
        case .origDatablock: addBlocks(of: tree, try fields.needed("datasetId"), place, lists)
        case .datablock: break
        case .attachment:
            var owners: Set<String> = []
            if let owner = try fields.text("datasetId") { owners.insert(owner) }
            for relation in try fields.objects("relationships") where relation["targetType"] == .string("dataset") {
                if let owner = relation["targetId"]?.text { owners.insert(owner) }
            }
            for owner in owners { attachments[owner, default: []].append(place) }
        case .publishedData: try addPublication(&fields, place)
        case .sample: samples[try fields.needed("sampleId")] = place
        case .proposal: proposals.append(place)
        case .instrument:
            let pid = try fields.needed("pid")
            instrumentRecords[pid] = place
            if let name = try fields.text("name") { instruments[pid] = name }
        }
    }

    /// Also those that stand within a dataset, as an answer of the interface has them.
    private mutating func addBlocks(
        of tree: JSONValue, _ pid: String, _ place: RecordPlace,
        _ lists: [(count: Int64, bytes: Int64, fault: CatalogueImportError?)]
    ) {
        for (list, owner) in Self.listOwners(tree).enumerated() where list < lists.count && owner["archiveId"] == nil {
            let algorithm = owner["chkAlg"]?.text.flatMap { $0.isEmpty ? nil : $0 }
            blocks[pid, default: []].append(
                BlockPlace(
                    record: place, list: list, algorithm: algorithm, count: lists[list].count, bytes: lists[list].bytes,
                    fault: lists[list].fault))
        }
    }

    /// The objects whose list of files was handed over element by element, in the order in which the reader met them.
    private static func listOwners(_ tree: JSONValue) -> [JSONValue] {
        switch tree {
        case .array(let values): return values.flatMap(listOwners)
        case .object(let object):
            return object.members.flatMap { member -> [JSONValue] in
                if member.key == DumpReader.listKey, case .array = member.value { return [tree] }
                return listOwners(member.value)
            }
        default: return []
        }
    }

    /// v3: `pidArray`, `status` "registered" or "pending_registration"; v4: `datasetPids`, "private", "public", "registered", "amended".
    private mutating func addPublication(_ fields: inout SciCatFields, _ place: RecordPlace) throws(CatalogueImportError) {
        guard let doi = try fields.text(["doi", "_id"]) else { return }
        let status = try fields.text("status")
        let publication = Publication(
            doi: doi, isRegistered: status == "registered" || status == "amended", status: status,
            registeredAt: try fields.time("registeredTime").map { "\($0)" })
        for pid in Set(try fields.texts("datasetPids") + fields.texts("pidArray")) {
            publications[pid, default: []].append(publication)
            publicationRecords[pid, default: []].append(place)
        }
    }

    /// Reads a record once more.
    /// - Throws: `unreadable` when the file has changed since.
    func record(at place: RecordPlace) throws -> JSONValue {
        var reader = try DumpReader(files[place.file], unchangedSince: stamps[place.file], from: place.offset)
        let (tree, fault) = try reader.record()
        if let fault { throw fault }
        return tree
    }
}
