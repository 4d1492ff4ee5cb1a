import ChunkFile
import Diagnostics
import Digests
import Foundation
import Identifiers
import RunModel

/// The folder of a derived run: `<out>/<name>`, with its result, plots, `run.json` and `manifest.sha256`.
///
/// While it is made there is `begun.json` in it, with the identifier that the run will have: a reduction that is continued keeps it.
struct DerivedRun {
    /// Absolute.
    let folder: String
    let name: String
    var pid: RunIdentifier
    let began: Timestamp
    private let fileSystem: any FileSystem

    private struct Begun: Codable {
        var pid: RunIdentifier
        var began: Timestamp
    }

    var resultPath: String { "\(folder)/\(name).h5" }
    private static let begun = "begun.json"
    private var begunPath: String { folder + "/" + Self.begun }
    private var lockPath: String { ReductionFile.partialPath(resultPath) + ".lock" }
    static let thumbnail = "thumbnail.png"

    /// No part of the run: what says how far it is, and what an earlier attempt to seal it left.
    private static let passing: Set = [begun, "run.json", "run.json.partial", "manifest.sha256", "manifest.sha256.partial"]

    /// Whether a folder holds a run that is sealed.
    static func isSealed(_ folder: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/run.json") }

    /// Absolute.
    static func folder(_ name: String, in out: String) -> String {
        URL(fileURLWithPath: out).standardizedFileURL.path + "/" + name
    }

    /// What a sealed run was made from: two inputs of one name in different folders are no rarity.
    private static func origin(of folder: String) -> String? {
        guard let data = FileManager.default.contents(atPath: folder + "/run.json"), let summary = try? RunSummary(json: data),
            let input = summary.derivation?.inputs.first
        else { return nil }
        return "one of \(input.path), sealed \(summary.times.sealed)"
    }

    /// What the system said, without the words of Foundation around it.
    private static func systemReason(_ error: any Error) -> String? {
        guard !(error is any Diagnosed) else { return nil }
        let outer = error as NSError
        let inner = (outer.userInfo[NSUnderlyingErrorKey] as? any Error).map { $0 as NSError }
        guard let posix = [outer, inner].compactMap({ $0 }).first(where: { $0.domain == NSPOSIXErrorDomain }) else { return nil }
        return String(cString: strerror(Int32(truncatingIfNeeded: posix.code)))
    }

    /// Makes the folder, or takes up one whose run is not sealed.
    /// - Parameter input: the run that this one comes from: its identifier is drawn below the same prefix, so that it can be cited as that one.
    /// - Throws: `outputExists` for a sealed run, `writeFailed`.
    init(
        _ name: String, in out: String, of input: RunIdentifier?, now: Timestamp, fileSystem: any FileSystem
    ) throws(ReductionError) {
        self.name = name
        self.fileSystem = fileSystem
        folder = Self.folder(name, in: out)
        guard !Self.isSealed(folder) else {
            throw ReductionError(
                .outputExists, "There is a finished result of this name", at: folder, got: Self.origin(of: folder),
                remedy: "Choose another --out, or remove the folder")
        }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            if let data = FileManager.default.contents(atPath: folder + "/" + Self.begun),
                let begun = try? JSONDecoder().decode(Begun.self, from: data)
            {
                (pid, began) = (begun.pid, begun.began)
            } else {
                var generator = SystemRandomNumberGenerator()
                pid = try RunIdentifier.draw(prefix: input?.prefix, using: &generator)
                began = now
                try ProductFile.write(
                    Array(try JSONEncoder().encode(Begun(pid: pid, began: began))), to: folder + "/" + Self.begun,
                    replacing: true, fileSystem)
            }
        } catch {
            let reason = Self.systemReason(error)
            throw ReductionError(
                .writeFailed, "The folder of the result cannot be made", at: folder, got: reason,
                remedy: "Check its rights and the space", cause: reason == nil ? error : nil)
        }
    }

    /// Writes the manifest, then `run.json`, last: its presence says that the run is final.
    /// - Parameter summary: without its files, which are found in the folder.
    /// - Throws: `writeFailed`.
    func seal(_ summary: RunSummary) throws(ReductionError) {
        do {
            var summary = summary
            // A lock file whose removal failed: the result is finished, and nobody waits for it.
            try? fileSystem.remove(lockPath)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().filter { !Self.passing.contains($0) }
            summary.files = try names.map { name in
                let facts = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)
                return try FileEntry(
                    path: name, role: role(of: name, master: summary.master), bytes: (facts[.size] as? NSNumber)?.int64Value ?? 0)
            }
            let json = try summary.json()
            var lines = try names.map { name in
                try Manifest.Line(sha256: try FileDigest.sha256(of: folder + "/" + name, fileSystem: fileSystem), path: name)
            }
            var digest = SHA256()
            json.withUnsafeBytes { digest.add($0) }
            lines.append(try Manifest.Line(sha256: digest.finish(), path: "run.json"))
            try write(Array(Manifest(lines).text.utf8), "manifest.sha256")
            try write(Array(json), "run.json")
        } catch {
            guard !Self.isSealed(folder) else {
                try? fileSystem.remove(begunPath)
                throw ReductionError(
                    .writeFailed, "The result is sealed, but the disk did not confirm that it has the names of its files",
                    at: folder,
                    remedy: "Look after the disk, then check the files: sha256sum -c manifest.sha256", cause: error)
            }
            throw ReductionError(
                .writeFailed, "The result cannot be sealed", at: folder,
                remedy: "The curves are in \(name).h5; free space and run the reduction again with --resume", cause: error)
        }
        // Not before: a reduction that goes on finds its identifier here.
        try? fileSystem.remove(begunPath)
    }

    private func role(of name: String, master: String?) -> FileEntry.Role {
        if name == master { return .master }
        return name == Self.thumbnail ? .thumbnail : name.hasSuffix(".svg") ? .image : .other
    }

    /// Under another name first, and on the disk when it returns.
    private func write(_ bytes: [UInt8], _ name: String) throws(ReductionFileError) {
        try ProductFile.write(bytes, to: folder + "/" + name, replacing: true, fileSystem)
    }
}
