import Diagnostics
import JSON
import RunCatalogue
import RunModel

/// The files of one dataset, read from the dump one by one each time they are asked for.
struct SciCatFiles: RunFileSource {
    struct Block: Sendable {
        let file: DumpFile
        let stamp: FileStamp
        let offset: UInt64
        let list: Int
        let algorithm: String?
    }

    let blocks: [Block]
    /// The dataset's: paths may be written with it.
    let folder: String?
    let count: Int64
    let bytes: Int64

    init(_ places: [BlockPlace], of dump: SciCatDump, folder: String?) {
        blocks = places.map {
            Block(
                file: dump.files[$0.record.file], stamp: dump.stamps[$0.record.file], offset: $0.record.offset, list: $0.list,
                algorithm: $0.algorithm)
        }
        self.folder = folder
        count = places.reduce(0) { $0 + $1.count }
        bytes = places.reduce(0) { $0 &+ $1.bytes }
    }

    func forEach(_ body: (RunFile) throws -> Void) throws {
        // The reader keeps its listener no longer than it reads.
        try withoutActuallyEscaping(body) { try read($0) }
    }

    private func read(_ body: @escaping (RunFile) throws -> Void) throws {
        for block in blocks {
            var reader: DumpReader
            do throws(CatalogueImportError) {
                reader = try DumpReader(block.file, unchangedSince: block.stamp, from: block.offset)
            } catch {
                throw CatalogueError(.storage, error.what, at: error.place, got: error.got, remedy: error.remedy)
            }
            var number = 0
            do {
                _ = try reader.record { list, element, fault in
                    guard list == block.list else { return }
                    if let fault { throw fault }
                    try body(
                        try Self.file(element, in: folder, algorithm: block.algorithm, at: "'dataFileList', entry \(number)"))
                    number += 1
                }
            } catch let error as CatalogueImportError {
                throw CatalogueError(
                    .badRequest, error.what, at: error.place, got: error.got, expected: error.expected, remedy: error.remedy)
            }
        }
    }

    /// - Parameter time: what a text says of when the file was changed.
    /// - Throws: `badField`.
    static func file(
        _ element: JSONValue, in folder: String?, algorithm: String?, at place: String,
        time: (String) throws -> Timestamp? = { _ in nil }
    ) throws -> RunFile {
        guard let written = element["path"]?.text, let size = element["size"]?.unwrapped.integer, size >= 0 else {
            throw CatalogueImportError(
                .badField, "A file needs a path and a size", at: place, got: element.line.prefix(120).printable)
        }
        let path = relative(written, to: folder)
        var digest: String?
        if let checksum = element["chk"]?.text, !checksum.isEmpty {
            digest = try text(of: checksum, algorithm, at: place)
        }
        return try RunFile(
            path: path, role: role(of: path), bytes: size, digest: digest,
            changedAt: try element["time"]?.text.flatMap { $0.isEmpty ? nil : try time($0) })
    }

    /// SciCat wants paths below the source folder; whole ones, and such with a dot before them, are met as well.
    private static func relative(_ path: String, to folder: String?) -> String {
        var rest = path[...]
        if let folder, rest.hasPrefix(folder + "/") { rest = rest.dropFirst(folder.count + 1) }
        while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
        return String(rest)
    }

    /// What is not told is not guessed further than by what a name's ending says.
    private static func role(of path: String) -> FileEntry.Role {
        let name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
        if name.hasSuffix("_master.h5") { return .master }
        let ending = name.split(separator: ".").last.map(String.init) ?? ""
        switch ending {
        case "h5", "hdf5", "nxs", "cbf", "edf", "tif", "tiff": return .data
        case "png", "jpg", "jpeg": return .image
        default: return .other
        }
    }

    static let untoldAlgorithm = "untold"

    /// `sha256:…`: as our own are written, with the algorithm by the name that it has there; `untold` where there is none, as it cannot be guessed
    /// from a length.
    private static func text(of checksum: String, _ algorithm: String?, at place: String) throws(CatalogueImportError) -> String {
        let name = (algorithm ?? untoldAlgorithm).lowercased()
        let isName =
            !name.isEmpty && name.utf8.count <= 32
            && name.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (48...57).contains($0) || "-_/".utf8.contains($0)
            }
        guard isName, checksum.utf8.count <= 256, checksum.utf8.allSatisfy({ (0x21..<0x7F).contains($0) }) else {
            throw CatalogueImportError(
                .badField, "A checksum cannot be read", at: place, got: "\(quoted(name)) \(quoted(checksum))",
                expected: "the name of an algorithm, and at most 256 signs")
        }
        return "\(name):\(checksum)"
    }
}
