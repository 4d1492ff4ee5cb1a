import Diagnostics
import Foundation
import JSON

/// A dump in pieces that can be sent to whoever enters it: each holds some datasets, with all that the dump says of them. They come in the order in
/// which they are entered.
public struct SciCatPieces {
    public struct Piece: Sendable {
        /// A JSON list of records, each byte for byte as it stands in the dump.
        public let records: String
        /// Of each record its number and its file, as ``SciCatImport/run(sent:places:progress:record:)`` takes them.
        public let places: [String]
        public let datasets: Int
    }

    /// Of what is sent at once; escaped as a text it is at most twice as long.
    static let mostBytes = 30 << 20
    private static let enoughDatasets = 100
    private let enoughBytes: Int

    private let dump: SciCatDump
    /// Read a second time for each piece.
    private let handles: [FileHandle]
    private let ordered: [SciCatDump.Dataset]
    private var next = 0
    /// Proposals are only compared, and go first.
    private var proposals: ArraySlice<RecordPlace>
    public var datasets: Int { ordered.count }

    /// Reads a dump as a whole.
    /// - Parameters:
    ///   - enoughBytes: a piece that has as many is sent.
    ///   - refuse: told of each record that cannot be used.
    /// - Throws: `unreadable`, `notJSON`: as an import.
    public init(_ paths: [String], enoughBytes: Int = 4 << 20, refuse: (ImportedRecord) throws -> Void) throws {
        var unusable: [(String?, RecordPlace, CatalogueImportError)] = []
        let dump = try SciCatDump(paths) { unusable.append(($0, $1, $2)) }
        for (name, place, error) in unusable { try refuse(SciCatImport.refused(dump.told(place), name, error)) }
        handles = try paths.map { path throws(CatalogueImportError) in
            guard let handle = FileHandle(forReadingAtPath: path) else {
                throw CatalogueImportError(.unreadable, "The file cannot be opened", at: path)
            }
            return handle
        }
        self.dump = dump
        self.enoughBytes = enoughBytes
        ordered = dump.ordered
        proposals = dump.proposals[...]
    }

    /// How many records there are of kinds that are only looked into.
    public var others: [String: Int] {
        var others: [String: Int] = [:]
        for (kind, count) in dump.counts where kind != .dataset && kind != .origDatablock { others[kind.rawValue] = count }
        return others
    }

    /// The next piece; nil behind the last one.
    /// - Parameter refuse: told of a dataset that is too large to be sent.
    /// - Throws: `unreadable` when a file has changed since it was read first.
    public mutating func piece(refuse: (ImportedRecord) throws -> Void) throws -> Piece? {
        var records = PieceRecords()
        while let place = proposals.first, records.bytes < enoughBytes {
            records.add([place])
            proposals.removeFirst()
        }
        while next < ordered.count, records.bytes < enoughBytes, records.datasets < Self.enoughDatasets {
            let entry = ordered[next]
            let parts = try parts(of: entry)
            let bytes = parts.reduce(0) { $0 + $1.bytes }
            if bytes > Self.mostBytes {
                let error = CatalogueImportError(
                    .tooMuch, "The dataset with its files is too large to be sent", at: dump.place(entry.place, entry.pid),
                    got: "\(bytes) bytes", expected: "at most \(Self.mostBytes)",
                    remedy: "Import it where the catalogue's file is")
                try refuse(SciCatImport.refused(dump.told(entry.place), entry.pid, error))
            } else {
                guard records.bytes == 0 || records.bytes + bytes <= Self.mostBytes else { break }
                records.add(parts)
                records.datasets += 1
            }
            next += 1
        }
        guard !records.places.isEmpty else { return nil }
        let texts = try records.places.map(text)
        for file in Set(records.places.map(\.file)) {
            guard try DumpReader(dump.files[file]).stamp == dump.stamps[file] else { throw changed(file) }
        }
        return Piece(
            records: "[" + texts.joined(separator: ",\n") + "]",
            places: records.places.map { place in
                let (file, index) = dump.told(place)
                return "\(index) \(file)"
            }, datasets: records.datasets)
    }

    /// All that the dump says of a dataset, the dataset first.
    private func parts(of entry: SciCatDump.Dataset) throws -> [RecordPlace] {
        var parts = [entry.place]
        parts += (dump.blocks[entry.pid] ?? []).map(\.record)
        parts += dump.attachments[entry.pid] ?? []
        parts += dump.publicationRecords[entry.pid] ?? []
        var fields = SciCatFields(try dump.record(at: entry.place), .dataset, at: dump.place(entry.place, entry.pid))
        // What cannot be read there is refused by whoever enters it.
        let samples = (try? fields.texts("sampleIds") + fields.texts("sampleId")) ?? []
        let instruments = (try? fields.texts("instrumentIds") + fields.texts("instrumentId")) ?? []
        parts += samples.compactMap { dump.samples[$0] } + instruments.compactMap { dump.instrumentRecords[$0] }
        return parts
    }

    private func text(of place: RecordPlace) throws -> String {
        let handle = handles[place.file]
        try handle.seek(toOffset: place.offset)
        guard let data = try handle.read(upToCount: place.bytes), data.count == place.bytes else { throw changed(place.file) }
        return String(decoding: data, as: UTF8.self)
    }

    private func changed(_ file: Int) -> CatalogueImportError {
        CatalogueImportError(
            .unreadable, "The dump was changed while it was read", at: dump.files[file].name, remedy: "Begin again")
    }

    /// `12 datasets.json`
    /// - Throws: `badField`.
    static func place(_ text: String) throws(CatalogueImportError) -> (file: String, index: Int) {
        let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let index = Int(parts[0]), index >= 0 else {
            throw CatalogueImportError(
                .badField, "Not the place of a record", at: "places", got: quoted(text), expected: "its number and its file")
        }
        return (parts[1].printable, index)
    }
}

/// What is sent together; a sample of several datasets goes once.
private struct PieceRecords {
    private(set) var places: [RecordPlace] = []
    private(set) var bytes = 0
    var datasets = 0
    private var known: Set<RecordPlace> = []

    mutating func add(_ parts: [RecordPlace]) {
        for part in parts where known.insert(part).inserted {
            places.append(part)
            bytes += part.bytes
        }
    }
}

extension RecordPlace {
    fileprivate var bytes: Int { Int(clamping: end - min(end, offset)) }
}
