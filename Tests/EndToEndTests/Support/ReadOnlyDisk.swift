import Foundation
import TestSupport

/// A place of runs that becomes read-only when it is told to, in a mount namespace of its own.
///
/// The kernel refuses to make a file system read-only while files of it are open for writing (`mount` says "busy"). In the middle of a run it
/// does so by itself: ext4 that meets an error of its journal or its metadata, mounted with `errors=remount-ro` as Debian has it. That is
/// what `.failing` is, an ext4 image whose journal is aborted (`remount,abort`). `.between` is a small tmpfs, remounted by an operator
/// between two runs.
final class ReadOnlyDisk: Sendable {
    enum Kind: Sendable {
        case failing
        case between
    }

    static let absenceOfLoop = "needs the right to mount an ext4 image (root, loop devices, mkfs.ext4)"

    private static let image = "truncate -s 512M image && mkfs.ext4 -q -F -m 0 -b 4096 image"

    static let canLoop: Bool = {
        guard getuid() == 0, let folder = try? TemporaryFolder("loop") else { return false }
        let script = "PATH=$PATH:/usr/sbin:/sbin; mkdir runs && \(image) && mount -o loop image runs && umount runs"
        return (try? ChildProcess.run("unshare", ["--mount", "sh", "-c", script], in: folder.path).status) == 0
    }()

    let process: ChildProcess
    let control: IngestControlView
    private let folder: TemporaryFolder

    /// What readers saw when the ingest had ended, the disk still being as it was.
    var seen: String { folder.file("seen").path }
    /// What was there after `faisceau recover` of every run (they are called `run…`) that had no end, on the disk mounted for writing again.
    var recovered: String { folder.file("recovered").path }

    init(_ kind: Kind, from address: String, _ ingest: [String], in folder: TemporaryFolder) throws {
        self.folder = folder
        control = IngestControlView(in: folder)
        for name in ["runs", "seen", "recovered"] {
            try FileManager.default.createDirectory(at: folder.file(name), withIntermediateDirectories: true)
        }
        let mount =
            switch kind {
            case .failing: "\(Self.image) && mount -o loop,errors=remount-ro image runs"
            case .between: "mount -t tmpfs -o size=32m none runs"
            }
        let readOnly = kind == .failing ? "mount -o remount,abort runs" : "mount -o remount,ro runs"
        let again = kind == .failing ? "umount runs && mount -o loop image runs" : "mount -o remount,rw runs"
        let script = """
            PATH=$PATH:/usr/sbin:/sbin
            { \(mount); } || exit 99
            program=$1
            "$@" & child=$!
            trap 'kill -TERM $child' TERM
            while kill -0 $child 2>/dev/null; do
                if [ -e read-only ] && \(readOnly); then mv read-only is-read-only; fi
                if [ -e writable ] && { \(again); }; then mv writable is-writable; fi
                sleep 0.05
            done
            wait $child; status=$?
            cp -a runs/. seen/
            \(kind == .failing ? again : ":") || exit 98
            for run in runs/run*/; do [ -e "$run/run.json" ] || "$program" recover "$run" >> recover.log 2>&1; done
            cp -a runs/. recovered/
            umount runs
            exit $status
            """
        let flags = ["--from", address, "--out", "runs", "--json", "--log-format", "json"] + control.flags + ingest
        process = try ChildProcess(
            "unshare",
            MemoryDisk.namespace + ["sh", "-c", script, "sh", FaisceauProgram.path ?? "", "ingest", "stream"] + flags,
            environment: ["NO_COLOR": "1"], in: folder.path)
        // The socket has its name a moment before somebody listens.
        try process.waitFor("\"event\":\"listening\"")
    }

    func becomeReadOnly() throws { try order("read-only") }
    func becomeWritable() throws { try order("writable") }

    /// Has it done: repeated until nothing is open for writing any more.
    private func order(_ name: String) throws {
        try folder.write("", to: name)
        let limit = ContinuousClock.now + .seconds(60)
        while !FileManager.default.fileExists(atPath: folder.file("is-" + name).path) {
            guard ContinuousClock.now < limit else {
                throw ChildFailure(description: "not \(name): \(process.standardError)")
            }
            usleep(10_000)
        }
    }
}
