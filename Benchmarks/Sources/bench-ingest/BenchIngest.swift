import Foundation
import Frames

/// Ingest against what C does with the same bytes: `make bench-ingest`.
@main
struct BenchIngest {
    static func main() {
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            if arguments.first == Pusher.command { return try Pusher.run(Array(arguments.dropFirst())) }
            if arguments.first == Recorder.command { return try Recorder.run(Array(arguments.dropFirst())) }
            if arguments.contains("--help") { return print(BenchOptions.help) }
            try run(try BenchOptions(arguments))
        } catch {
            FileHandle.standardError.write(Data("bench-ingest: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func run(_ options: BenchOptions) throws {
        let folder = options.folder + "/bench-ingest-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let machine = try Machine(folder: options.folder)
        print(machine.description)
        print("\(options.rounds) rounds of each side in turn, median (least…most); 1 GB = 10⁹ bytes\n")

        var report = Report(machine: machine)
        for writing in try inProcess(options, folder: folder) where options.wants(writing.subject) {
            report.take([try writing.compare(rounds: options.rounds)])
        }
        if options.wants("loopback") {
            report.take(try Loopback(folder: folder, bytesPerRun: options.bytesPerRun).compare(rounds: options.rounds))
        }
        for finding in try Service(folder: folder, options: options).measure() {
            print(finding.text + "\n")
            report.findings.append(finding)
        }
        if options.wants("codec") { report.codec = try Codec(options: options, folder: folder).measure() }
        report.loadAfter = Machine.load
        print("load average at the end \(report.loadAfter)")
        if let file = options.jsonFile { try write(report, to: file) }
    }

    private static func inProcess(_ options: BenchOptions, folder: String) throws -> [InProcessWriting] {
        func writing(
            _ size: String, _ slow: Int, _ fast: Int, _ peer: InProcessWriting.Peer, _ goal: Comparison.Goal, writers: Int = 1
        ) throws -> InProcessWriting {
            let format = FrameFormat(shape: try FrameShape(slow: slow, fast: fast), pixelType: .uint16)
            return InProcessWriting(
                subject: "in process, frames of \(size)\(peer.isPython ? " against h5py" : "")"
                    + (writers > 1 ? ", \(writers) writers" : ""), format: format,
                frames: max(1, min(options.bytesPerRun / format.byteCount, 200_000)), folder: folder,
                isRate: format.byteCount < 1 << 20, peer: peer, goal: goal, threads: writers)
        }
        let large = Comparison.Goal.ratio(0.85, aim: 0.95)
        // 512 pixels of 16 bits are 1 KiB.
        var list = [
            try writing("1 MiB", 1024, 512, .write, large), try writing("2 MiB", 1024, 1024, .write, large),
            try writing("8 MiB", 2048, 2048, .write, large),
            try writing("1 MiB", 1024, 512, .write, large, writers: 2),
            try writing("8 MiB", 2048, 2048, .write, large, writers: 2),
            try writing("4 KiB", 32, 64, .write, .rate(100_000, aim: 250_000)),
        ]
        guard let python = options.python else {
            print("left out: h5py and the codecs' peers, as no --python was given\n")
            return list
        }
        let h5py = InProcessWriting.Peer.h5py(python: python, script: options.scripts + "/write_direct_chunk.py")
        list.append(try writing("64 KiB", 128, 256, h5py, .ratio(1.3, aim: 1.6)))
        list.append(try writing("8 MiB", 2048, 2048, h5py, .ratio(1.1, aim: 1.5)))
        return list
    }

    private struct Report: Encodable {
        let machine: Machine
        var loadAfter = ""
        var comparisons: [Comparison] = []
        var findings: [Finding] = []
        var codec: [Codec.Row] = []

        init(machine: Machine) { self.machine = machine }

        mutating func take(_ results: [Comparison]) {
            for result in results { print(result.text + "\n") }
            comparisons += results
        }
    }

    private static func write(_ report: Report, to file: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(report).write(to: URL(fileURLWithPath: file), options: .atomic)
    }
}
