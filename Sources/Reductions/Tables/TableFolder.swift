import ChunkFile
import Foundation
import Glibc

/// The files of a ``TableStore``: `DIGEST.tables`, and `.DIGEST.….partial` while one is written.
enum TableFolder {
    private static let suffix = ".tables"
    private static let partialSuffix = ".partial"
    /// After so many seconds nobody writes a partial file any more: its process was killed.
    private static let patience_s = 3600

    static func path(of digest: String, in folder: String) -> String { folder + "/" + digest + suffix }

    /// A name that no other process, and no other thread of this one, has.
    static func newTemporaryPath(_ digest: String, in folder: String) -> String {
        folder + "/.\(digest).\(getpid()).\(String(UInt64.random(in: 0...UInt64.max), radix: 16))" + partialSuffix
    }

    /// Makes the folder and those above it that are missing, for this user alone. Where it cannot, the first file says why.
    static func make(_ folder: String, _ fileSystem: any FileSystem) {
        do throws(SystemErrno) { try fileSystem.makeFolderOnce(folder, permissions: 0o700) } catch {
            let above = (folder as NSString).deletingLastPathComponent
            guard error.number == ENOENT, !above.isEmpty, above != folder else { return }
            make(above, fileSystem)
            try? fileSystem.makeFolderOnce(folder, permissions: 0o700)
        }
    }

    /// Used now: the last to be removed. Where the time cannot be set, it stays.
    static func touch(_ path: String) { utimensat(AT_FDCWD, path, nil, 0) }

    /// Removes the tables that were not used for longest, until all together have `most` bytes at most, and what killed processes left.
    ///
    /// - Parameter digest: of tables that stay.
    static func prune(_ folder: String, to most: Int, sparing digest: String, _ fileSystem: any FileSystem) {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return }
        var tables: [Entry] = []
        for name in names {
            guard let entry = Entry(folder + "/" + name) else { continue }
            if isTables(name) {
                tables.append(entry)
            } else if isPartial(name), entry.used.tv_sec < time(nil) - patience_s {
                try? fileSystem.remove(entry.path)
            }
        }
        var sum = tables.reduce(0) { $0 + $1.bytes }
        let spared = path(of: digest, in: folder)
        for entry in tables.sorted(by: <) where sum > most && entry.path != spared {
            // One that another process has just removed is gone as well.
            try? fileSystem.remove(entry.path)
            sum -= entry.bytes
        }
    }

    /// Other people's files are none of ours.
    private static func isTables(_ name: String) -> Bool {
        name.utf8.count == 64 + suffix.utf8.count && name.hasSuffix(suffix) && isDigest(name.prefix(64))
    }

    private static func isPartial(_ name: String) -> Bool {
        name.hasPrefix(".") && name.hasSuffix(partialSuffix) && isDigest(name.dropFirst().prefix(64))
    }

    private static func isDigest(_ text: Substring) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private struct Entry: Comparable {
        let path: String
        let bytes: Int
        let used: timespec

        /// nil for what is no plain file, or has gone.
        init?(_ path: String) {
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
            self.path = path
            bytes = Int(status.st_size)
            used = status.st_mtim
        }

        static func < (one: Entry, other: Entry) -> Bool {
            (one.used.tv_sec, one.used.tv_nsec, one.path) < (other.used.tv_sec, other.used.tv_nsec, other.path)
        }

        static func == (one: Entry, other: Entry) -> Bool { one.path == other.path }
    }
}
