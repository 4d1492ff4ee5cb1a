import ArgumentParser
import CommandLineSupport
import Diagnostics
import Foundation
import HDF5
import JSON
import NeXus
import RunModel
import RunPipeline

/// `faisceau inspect RUN|FILE`
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Tell what a run or a NeXus file is, without reading its frames.",
        usage: "faisceau inspect RUN|FILE [<options>]",
        discussion: """
            A run may be sealed, still growing, or left behind by a writer that died. Of a file, the tree is shown.

            Examples:
              faisceau inspect /data/2026/20261121_lysozyme_12
              faisceau inspect lysozyme_12/lysozyme_12_master.h5 --json
            """)

    @Argument(help: ArgumentHelp("Folder of a run, or a NeXus/HDF5 file.", valueName: "RUN|FILE")) var path: String
    @OptionGroup var output: OutputOptions

    func run() throws {
        try runReporting(output) { console in
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw PipelineError(.notARun, "there is no such run or file", at: path)
            }
            return isFolder.boolValue ? try inspectRun(console) : try inspectFile(console)
        }
    }

    private func inspectRun(_ console: Console) throws -> CommandOutcome {
        let run = try RunInspection(folder: path)
        console.data("\(run.state)  \(run.folder)")
        var fields: JSONObject = ["run": .string(run.folder), "state": .string(run.state)]
        if let summary = run.summary {
            let frames = summary.frames
            console.data("verdict    \(summary.verdict.rawValue)")
            console.data("pid        \(summary.pid)")
            console.data("armed      \(summary.times.armed)")
            console.data(
                "frames     \(frames.written) written, \(frames.expected.map(String.init) ?? "?") expected, \(frames.missing) missing"
            )
            if let shape = summary.detector.shape {
                console.data(
                    "detector   \(summary.detector.description ?? "?"), [\(shape.map(String.init).joined(separator: ", "))] "
                        + "\(summary.detector.pixelType ?? "?") \(summary.detector.compression ?? "?")")
            }
            for range in summary.missingFrames.prefix(20) { console.data("missing    \(range.first ?? 0) … \(range.last ?? 0)") }
            for frame in summary.invalidFrames.prefix(20) { console.data("invalid    \(frame.frame): \(frame.reason)") }
            for note in summary.notes { console.data("note       \(note)") }
            for finding in summary.findings { console.data("finding    \(finding)") }
            fields["verdict"] = .string(summary.verdict.rawValue)
            fields["pid"] = .string("\(summary.pid)")
            fields["written"] = .integer(Int64(frames.written))
            fields["expected"] = JSONValue(frames.expected)
        }
        for file in run.dataFiles {
            console.data(
                "data       \(file.name): \(file.records) chunks from frame \(file.firstFrame), [\(file.slow), \(file.fast)] \(file.elementType)"
                    + (file.isBeingWritten ? ", being written" : file.isFinished ? "" : ", not finished"))
        }
        fields["data_files"] = .array(
            run.dataFiles.map {
                ["name": .string($0.name), "chunks": .integer(Int64($0.records)), "finished": .bool($0.isFinished)]
            })
        return CommandOutcome(.done, event: "inspected", fields)
    }

    private func inspectFile(_ console: Console) throws -> CommandOutcome {
        let root = try NeXusReader.read(path)
        for line in NeXusOutline.lines(of: root) { console.data(line) }
        return CommandOutcome(
            .done, event: "inspected", ["file": .string(path), "outline": JSONValue(NeXusOutline.lines(of: root))])
    }
}
