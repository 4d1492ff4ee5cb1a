import Foundation
import Frames

/// Ingest against what C does with the same bytes: `make bench-ingest`.
@main
struct BenchIngest {
    static func main() {
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            if arguments.first == Pusher.command { return try Pusher.run(Array(arguments.dropFirst())) }
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
        Machine.touch(bytes: min(4 << 30, 4 * options.bytesPerRun))

        var comparisons: [Comparison] = []
        func take(_ results: [Comparison]) {
            for result in results { print(result.text + "\n") }
            comparisons += results
        }
        for writing in try inProcess(options, folder: folder) where options.wants(writing.subject) {
            take([try writing.compare(rounds: options.rounds, goal: goal(of: writing))])
        }
        if options.wants("loopback") {
            take(try Loopback(folder: folder, bytesPerRun: options.bytesPerRun).compare(rounds: options.rounds))
        }
        print("load average at the end \(Machine.load)")
        if let file = options.jsonFile { try write(Report(machine: machine, loadAfter: Machine.load, comparisons), to: file) }
    }

    private static func inProcess(_ options: BenchOptions, folder: String) throws -> [InProcessWriting] {
        // 512 pixels of 16 bits are 1 KiB: chunks of 4 KiB to 8 MiB.
        let sides = [("1 MiB", 1024, 512), ("2 MiB", 1024, 1024), ("8 MiB", 2048, 2048), ("4 KiB", 32, 64), ("64 KiB", 128, 256)]
        return try sides.map { name, slow, fast in
            let format = FrameFormat(shape: try FrameShape(slow: slow, fast: fast), pixelType: .uint16)
            return InProcessWriting(
                "in process, frames of \(name)", format: format,
                frames: max(1, min(options.bytesPerRun / format.byteCount, 200_000)), folder: folder,
                isRate: format.byteCount < 1 << 20)
        }
    }

    private static func goal(of writing: InProcessWriting) -> Comparison.Goal {
        if !writing.isRate { return .ratio(0.7) }
        return writing.format.byteCount == 4096 ? .rate(50_000) : .none
    }

    private struct Report: Encodable {
        let machine: Machine
        let loadAfter: String
        let comparisons: [Comparison]

        init(machine: Machine, loadAfter: String, _ comparisons: [Comparison]) {
            self.machine = machine
            self.loadAfter = loadAfter
            self.comparisons = comparisons
        }
    }

    private static func write(_ report: Report, to file: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(report).write(to: URL(fileURLWithPath: file), options: .atomic)
    }
}
