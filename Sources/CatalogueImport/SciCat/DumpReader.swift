import Diagnostics
import JSON

/// A file of a dump, or records that were sent from one.
struct DumpFile: Sendable {
    /// Of a file its path.
    let name: String
    private let sent: [UInt8]?

    init(path: String) { (name, sent) = (path, nil) }
    init(sent text: String) { (name, sent) = ("the records that were sent", Array(text.utf8)) }

    func bytes() throws(JSONError) -> JSONBytes {
        if let sent { return JSONBytes(sent) }
        return try JSONBytes(path: name)
    }
}

/// Reads the records of a dump's file, one after another. Lists of files may be a million long: they are no part of the record, but are handed
/// over one by one.
struct DumpReader {
    /// Called for each file, with the number of its list in the record, from 0. The list is left empty in the record.
    typealias ElementReader = (_ list: Int, _ element: JSONValue, _ fault: CatalogueImportError?) throws -> Void

    /// The member whose list is handed over.
    static let listKey = "dataFileList"
    /// A thumbnail is a text, in base 64. What is beyond a 64-bit float is kept as it is written, and of what stands twice the second is told.
    private static let limits = JSONLimits(
        textBytes: 24 << 20, valueBytes: 64 << 20, takesAnyNumber: true, takesNamesTwice: true)
    /// Of one file in a list.
    private static let elementBytes = 64 << 10

    private let file: DumpFile
    private var reader: JSONReader
    /// To see whether the file is changed while it is read.
    let stamp: FileStamp

    /// - Throws: `unreadable`.
    init(_ file: DumpFile) throws(CatalogueImportError) {
        self.file = file
        do throws(JSONError) {
            let bytes = try file.bytes()
            stamp = try bytes.stamp()
            reader = JSONReader(bytes, limits: Self.limits, what: "The record")
        } catch { throw CatalogueImportError(error) }
    }

    /// From a place on that was met before.
    /// - Throws: `unreadable`, also for a file that is not the one that was read first.
    init(_ file: DumpFile, unchangedSince first: FileStamp, from offset: UInt64) throws(CatalogueImportError) {
        try self.init(file)
        guard stamp == first else {
            throw CatalogueImportError(
                .unreadable, "The dump was changed while it was read", at: file.name, remedy: "Begin again")
        }
        reader.bytes.seek(to: offset)
    }

    /// Of the next byte.
    var offset: UInt64 { reader.bytes.offset }

    /// The next record, and what is wrong within it, if anything is.
    /// - Throws: `notJSON`, `unreadable`, and whatever `element` throws.
    mutating func record(
        _ element: @escaping ElementReader = { _, _, _ in }
    ) throws -> (record: JSONValue, fault: CatalogueImportError?) {
        var lists = 0
        reader.member = { (key, reader) throws(JSONError) in
            guard key == Self.listKey, try reader.look() == UInt8(ascii: "[") else { return nil }
            try reader.each { (reader) throws(JSONError) in
                let (value, fault) = try reader.part("A file's entry", atMost: Self.elementBytes)
                do { try element(lists, value, fault.map { CatalogueImportError($0) }) } catch {
                    throw JSONError(.stopped, "The list is not read on", cause: error)
                }
            }
            lists += 1
            return .array([])
        }
        defer { reader.member = nil }
        do throws(JSONError) {
            let (record, fault) = try reader.value()
            return (record, fault.map { CatalogueImportError($0) })
        } catch {
            if error.code == .stopped, let cause = error.cause { throw cause }
            throw CatalogueImportError(error)
        }
    }

    /// Skips blanks; the next byte, which stays.
    func look() throws(CatalogueImportError) -> UInt8? {
        do throws(JSONError) { return try reader.look() } catch { throw CatalogueImportError(error) }
    }

    /// - Throws: `notJSON` when something else comes next.
    func take(_ sign: Unicode.Scalar) throws(CatalogueImportError) {
        do throws(JSONError) { try reader.take(UInt8(ascii: sign)) } catch { throw CatalogueImportError(error) }
    }

    /// Goes on behind the next line feed.
    func skipLine() throws(CatalogueImportError) {
        do throws(JSONError) { try reader.skipLine() } catch { throw CatalogueImportError(error) }
    }

    func wrong(_ expected: String) -> CatalogueImportError { CatalogueImportError(reader.wrong(expected)) }
}

extension CatalogueImportError {
    fileprivate init(_ error: JSONError) {
        let code: CatalogueImportErrorCode =
            switch error.code {
            case .notJSON: .notJSON
            case .badValue: .badField
            case .tooMuch: .tooMuch
            case .unreadable, .stopped: .unreadable
            }
        self.init(
            code, error.what, at: error.place, got: error.got, expected: error.expected, remedy: error.remedy, cause: error.cause)
    }
}
