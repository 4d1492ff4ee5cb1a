import Diagnostics
import Foundation
import RunModel

/// One thing that frames are read from: the folder of a run, or a NeXus/HDF5 file.
public struct InputRun: Sendable {
    /// Absolute.
    public let path: String
    /// The file with the frames, or with the links to them.
    public let file: String
    /// Of the run, or of the file without its ending.
    public let name: String
    /// Of a sealed run.
    public let summary: RunSummary?

    /// - Throws: `inputMissing`, `inputInvalid`.
    public init(path given: String) throws(ReductionError) {
        let path = URL(fileURLWithPath: given).standardizedFileURL.path
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ReductionError(.inputMissing, "There is no such run or file", at: given)
        }
        self.path = path
        guard isFolder.boolValue else {
            try Self.requireFrames(in: path, as: given)
            file = path
            summary = nil
            name = Self.stem(path)
            return
        }
        let summary = try Self.summary(of: path)
        // Its curves, frames beside bins, would be taken for an image.
        if let derivation = summary?.derivation {
            throw Self.derivedRun(given, derivation.method, from: derivation.inputs.first?.path)
        }
        self.summary = summary
        if let summary, let master = summary.master {
            file = path + "/" + master
            name = summary.name
            return
        }
        let inside = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let names = inside.filter { $0.hasSuffix("_master.h5") }
        guard let master = names.first, names.count == 1 else {
            throw ReductionError(
                .inputMissing, "This folder is not that of a run", at: given,
                got: names.isEmpty ? "no master file" : "\(names.count) master files", expected: "one NAME_master.h5",
                remedy: inside.contains { FileManager.default.fileExists(atPath: "\(path)/\($0)/run.json") }
                    ? "There are runs in it: give those" : "Give the folder that `faisceau ingest` named, or a file")
        }
        file = path + "/" + master
        name = Self.stem(file)
    }

    /// Whether the frames are those of a run that nobody has sealed: its master shows the first data file at most.
    var isUnsealed: Bool {
        let folder = (file as NSString).deletingLastPathComponent
        return FileManager.default.fileExists(atPath: folder + "/armed.json")
            && !FileManager.default.fileExists(atPath: folder + "/run.json")
    }

    /// - Throws: `inputInvalid` while it is recorded, and where its recording was cut short.
    public func requireSealed() throws(ReductionError) {
        guard isUnsealed else { return }
        throw ReductionError(
            .inputInvalid, "This run is being recorded, or its recording was cut short", at: path,
            got: "armed.json without run.json", expected: "a sealed run",
            remedy: "While it is recorded, `faisceau reduce azimuthal RUN --live DIR` follows it; what was cut short is "
                + "sealed by `faisceau recover`")
    }

    public var pid: String? { summary.map { "\($0.pid)" } }
    public var sampleName: String? { summary?.origin.sample }

    /// What tells this input from another of the same name: the digest of its manifest where there is one, else size and time of the file.
    public var identity: String {
        if let manifest = FileManager.default.contents(atPath: path + "/manifest.sha256"),
            let line = String(decoding: manifest, as: UTF8.self).split(separator: "\n").first(where: {
                $0.hasSuffix("  " + (file as NSString).lastPathComponent)
            })
        {
            return "sha256:" + line.prefix { $0 != " " }
        }
        let facts = (try? FileManager.default.attributesOfItem(atPath: file)) ?? [:]
        let size = (facts[.size] as? NSNumber)?.int64Value ?? -1
        let time = (facts[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        return "size:\(size),modified:\(time)"
    }

    static func summary(of folder: String) throws(ReductionError) -> RunSummary? {
        let path = folder + "/run.json"
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        // Far more than any run.json; a run has thousands of files at most.
        guard let data = try? handle.read(upToCount: 64 << 20) else {
            throw ReductionError(.inputInvalid, "run.json cannot be read", at: path)
        }
        do { return try RunSummary(json: data) } catch { throw ReductionError(.inputInvalid, error, at: path) }
    }

    private static func stem(_ path: String) -> String {
        let name = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
        return name.hasSuffix("_master") ? String(name.dropLast(7)) : name
    }
}
