import CLinux
import Glibc

/// Tries in a folder what a run does there, in a hidden folder of its own that is removed again.
public enum FolderProbe {
    /// - Parameter path: need not exist; then the nearest folder above it is tried.
    public static func examine(_ path: String) -> FolderFacts {
        let tried = nearestExisting(path)
        let resolved = realPath(tried)
        var facts = FolderFacts(path: path, tried: tried)
        facts.mount = SystemText.read("/proc/self/mountinfo").flatMap { MountTable(text: $0).mount(holding: resolved ?? tried) }
        var statistics = statvfs()
        if statvfs(tried, &statistics) == 0 {
            facts.freeBytes = Int(clamping: UInt64(statistics.f_bavail).multipliedClamping(UInt64(statistics.f_frsize)))
            facts.freeFiles = statistics.f_files > 0 ? Int(clamping: statistics.f_favail) : nil
        }
        do throws(Refused) {
            facts.syncSeconds = try attempt(in: tried)
        } catch {
            facts.failure = FolderFacts.Failure(error.step, String(cString: strerror(error.number)))
        }
        return facts
    }

    private struct Refused: Error {
        let step: TrialStep
        let number: Int32
    }

    /// All steps; those whose failure is only advice (locking, reserving) come after the others, so that they hide no worse failure.
    private static func attempt(in parent: String) throws(Refused) -> Double {
        let folder = "\(parent)/.faisceau-doctor-\(getpid())"
        let first = folder + "/trial.part"
        let second = folder + "/trial"
        defer {
            _ = unlink(first)
            _ = unlink(second)
            _ = rmdir(folder)
        }
        try check(.makeFolder, mkdir(folder, 0o700))
        let file = open(first, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        try check(.createFile, file)
        defer { close(file) }
        // One block is enough: what is asked is whether, not how fast.
        let bytes = [UInt8](repeating: 0x5A, count: 4096)
        try check(.write, pwrite(file, bytes, bytes.count, 0) == bytes.count ? 0 : -1)
        let start = ContinuousClock.now
        try check(.sync, fsync(file))
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        try check(.rename, rename(first, second))
        try check(.readOnly, chmod(second, 0o440))
        try check(.remove, unlink(second))
        try check(.lock, flock(file, LOCK_EX | LOCK_NB))
        try check(.preallocate, linux_reserve(file, 0, 1 << 20))
        return seconds
    }

    private static func check(_ step: TrialStep, _ result: Int32) throws(Refused) {
        if result < 0 { throw Refused(step: step, number: errno) }
    }

    private static func nearestExisting(_ path: String) -> String {
        var parts = path.split(separator: "/", omittingEmptySubsequences: true)
        let root = path.hasPrefix("/") ? "/" : "./"
        while !parts.isEmpty {
            let candidate = (root == "/" ? "/" : "") + parts.joined(separator: "/")
            if access(candidate, F_OK) == 0 { return candidate }
            parts.removeLast()
        }
        return root == "/" ? "/" : "."
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

extension UInt64 {
    fileprivate func multipliedClamping(_ other: UInt64) -> UInt64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}
