import ChunkFile
import Diagnostics
import Foundation

/// What is looked at before `ready` is said: whether a run could be recorded here at all.
public struct Preflight: Sendable {
    /// Space that must be free even when nothing is known of the run: index, master file, ledger.
    public static let leastFreeBytes = 16 << 20

    public let outputFolder: String
    public let fileSystem: any FileSystem

    public struct Report: Sendable {
        public let outputFolder: String
        public let fileSystemType: String
        public let freeBytes: Int
        /// What the operator should know, though it stops nothing (a network file system, little memory).
        public let warnings: [String]
    }

    public init(outputFolder: String, fileSystem: any FileSystem) {
        self.outputFolder = outputFolder
        self.fileSystem = fileSystem
    }

    /// - Parameter poolBytes: what the message pool may take.
    /// - Returns: what was found, with the output folder's absolute path.
    /// - Throws: `outputUnusable`, `noSpace` or `memoryTooSmall`.
    public func run(poolBytes: Int) throws(PipelineError) -> Report {
        let folder = URL(fileURLWithPath: outputFolder).standardizedFileURL.path
        try checkFolder(folder)
        let statistics: FileSystemStatistics
        do { statistics = try fileSystem.statistics(folder) } catch {
            throw PipelineError(.outputUnusable, "the output folder's file system cannot be asked", at: folder, cause: error)
        }
        guard statistics.freeBytes >= Self.leastFreeBytes else {
            throw PipelineError(
                .noSpace, "too little space for any run", at: folder, got: "\(statistics.freeBytes) bytes free",
                expected: "at least \(Self.leastFreeBytes)", remedy: "free some, or choose another folder with --out")
        }
        var warnings: [String] = []
        if statistics.kind.isNetwork {
            warnings.append(
                "\(folder) is on \(statistics.kind.name): a power cut or a lost server can take frames that were acknowledged here"
            )
        }
        if let limit = MemoryLimit.current(), limit < poolBytes + (200 << 20) {
            throw PipelineError(
                .memoryTooSmall, "this process may use less memory than the message pool", got: "\(limit) bytes",
                expected: "\(poolBytes + (200 << 20)) bytes", remedy: "raise the limit, or lower the pool with --pool")
        }
        return Report(
            outputFolder: folder, fileSystemType: statistics.kind.name, freeBytes: statistics.freeBytes, warnings: warnings)
    }

    /// Whether a run of so many frames fits, asked when the start message has come.
    ///
    /// Compressed sizes are not known before; a tenth of the unpacked size is the least that is asked for.
    public func checkSpace(frames: Int, bytesPerFrame: Int) throws(PipelineError) -> String? {
        let (product, overflows) = frames.multipliedReportingOverflow(by: bytesPerFrame)
        guard let free = try? fileSystem.statistics(outputFolder).freeBytes else { return nil }
        guard overflows || product > free else { return nil }
        guard overflows || product / 10 > free else {
            return
                "\(frames) frames of \(bytesPerFrame) bytes unpacked are more than the \(free) bytes free; they fit only if they compress"
        }
        throw PipelineError(
            .noSpace, "this series cannot fit", at: outputFolder, got: "\(free) bytes free",
            expected: "\(frames) frames of \(bytesPerFrame) bytes unpacked, a tenth of it at the very least",
            remedy: "free some space, or choose another folder with --out")
    }

    private func checkFolder(_ folder: String) throws(PipelineError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
            throw PipelineError(
                .outputUnusable, "the output folder does not exist", at: folder, remedy: "make it first: mkdir -p \(folder)")
        }
        guard isFolder.boolValue else {
            throw PipelineError(.outputUnusable, "the output is not a folder", at: folder, remedy: "give a folder with --out")
        }
        // Trying is the only test that also knows quotas, read-only mounts and access lists.
        let probe = folder + "/.faisceau-probe-\(ProcessInfo.processInfo.processIdentifier)"
        do throws(ChunkFileError) {
            try fileSystem.makeFolder(probe, permissions: 0o700)
            rmdir(probe)
        } catch {
            throw PipelineError(
                error.code == .diskFull ? .noSpace : .outputUnusable, "nothing can be made in the output folder", at: folder,
                got: "\(error.what)", remedy: "check its owner, mode and mount with `faisceau doctor --out \(folder)`",
                cause: error)
        }
    }
}

/// The memory that this process may use, where something limits it.
enum MemoryLimit {
    /// Bytes: the smaller of the control group's limit and the address-space limit; nil where there is none.
    static func current() -> Int? {
        let files = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
        let group = files.compactMap { path -> Int? in
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
            return Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        var address = rlimit()
        let hasLimit = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &address) == 0 && address.rlim_cur != rlim_t.max
        // cgroup v1 says "no limit" by a number near 2^63.
        let limits = group.filter { $0 < 1 << 60 } + (hasLimit ? [Int(clamping: address.rlim_cur)] : [])
        return limits.min()
    }
}
