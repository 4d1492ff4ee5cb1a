import Foundation
import TestSupport

/// A small memory file system as the place of runs, in a mount namespace of its own: nothing stays mounted whatever happens.
enum MemoryDisk {
    static let absence = "needs the right to mount a tmpfs in a namespace (unshare --mount)"

    private static let namespace = getuid() == 0 ? ["--mount"] : ["--map-root-user", "--mount"]

    static let canMount: Bool = {
        guard let folder = try? TemporaryFolder("mount") else { return false }
        let command = "mount -t tmpfs -o size=1m none \(folder.path)"
        return (try? ChildProcess.run("unshare", namespace + ["sh", "-c", command]).status) == 0
    }()

    /// Runs ingest with its output on a tmpfs; what is there at the end is copied to `kept`.
    ///
    /// - Returns: `Recorded`, whose paths lie in the folder `runs` that is gone, and whose files lie in `kept`.
    static func record(
        mount options: String, source: String, playing: [String], ingest: [String] = []
    ) throws -> Recorded {
        let folder = try TemporaryFolder("disk")
        for name in ["runs", "kept"] {
            try FileManager.default.createDirectory(at: folder.file(name), withIntermediateDirectories: true)
        }
        let player = try Player(source, playing)
        let program = FaisceauProgram.path ?? ""
        let flags = ["--from", player.address, "--out", "runs", "--json", "--log-format", "json"] + ingest
        let script = """
            mount -t tmpfs -o \(options) none runs || exit 99
            "$@"; status=$?
            cp -a runs/. kept/
            exit $status
            """
        let output = try ChildProcess.run(
            "unshare", namespace + ["sh", "-c", script, "sh", program, "ingest", "stream"] + flags,
            environment: ["NO_COLOR": "1"], in: folder.path, seconds: 60)
        return Recorded(folder: folder, output: output, player: player)
    }
}
