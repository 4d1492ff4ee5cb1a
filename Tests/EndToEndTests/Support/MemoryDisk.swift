import Foundation
import TestSupport

/// A small memory file system as the place of runs, in a mount namespace of its own: nothing stays mounted whatever happens.
enum MemoryDisk {
    static let absence = "needs the right to mount a tmpfs in a namespace (unshare --mount)"

    static let namespace = getuid() == 0 ? ["--mount"] : ["--map-root-user", "--mount"]

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

    /// An ingest that runs for ever on a tmpfs which a filler file makes small until `free` is called.
    final class Session: Sendable {
        let process: ChildProcess
        private let folder: TemporaryFolder
        /// What was on the disk at the end.
        var kept: String { folder.file("kept").path }

        init(megabytes: Int, filler: Int, from address: String, _ ingest: [String], in folder: TemporaryFolder) throws {
            self.folder = folder
            for name in ["runs", "kept"] {
                try FileManager.default.createDirectory(at: folder.file(name), withIntermediateDirectories: true)
            }
            let script = """
                mount -t tmpfs -o size=\(megabytes)m none runs || exit 99
                head -c \(filler)M /dev/zero > runs/.filler
                "$@" & child=$!
                trap 'kill -TERM $child' TERM
                while kill -0 $child 2>/dev/null; do
                    if [ -e free ] && [ -e runs/.filler ]; then rm runs/.filler; : > freed; fi
                    sleep 0.05
                done
                wait $child; status=$?
                cp -a runs/. kept/
                exit $status
                """
            let flags = ["--from", address, "--out", "runs", "--forever", "--json", "--log-format", "json"] + ingest
            process = try ChildProcess(
                "unshare",
                MemoryDisk.namespace + ["sh", "-c", script, "sh", FaisceauProgram.path ?? "", "ingest", "stream"] + flags,
                environment: ["NO_COLOR": "1"], in: folder.path)
        }

        /// Gives the disk its space back.
        func free() throws {
            try folder.write("", to: "free")
            let limit = ContinuousClock.now + .seconds(60)
            while !FileManager.default.fileExists(atPath: folder.file("freed").path) {
                guard ContinuousClock.now < limit else { throw ChildFailure(description: "the space was not freed") }
                usleep(10_000)
            }
        }

        func stop() throws -> ChildOutput {
            process.signal(SIGTERM)
            return try process.wait(seconds: 60)
        }
    }
}
