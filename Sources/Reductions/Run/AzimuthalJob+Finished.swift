import Foundation
import HDF5
import RunModel

extension AzimuthalJob {
    /// The result that an earlier call has finished and sealed, of this very input by this configuration and program: whoever continues many
    /// reductions that were interrupted has nothing left to do for it.
    ///
    /// - Returns: nil where there is no such result, or one of something else (a mask, a flat field or a data file that was changed
    ///   meanwhile, too), which `run` then refuses.
    public func finishedBefore() -> Outcome? {
        let folder = DerivedRun.folder(resultName, in: out)
        guard let json = FileManager.default.contents(atPath: folder + "/run.json"), let summary = try? RunSummary(json: json),
            summary.software == .init(name: "faisceau", version: version),
            summary.derivation?.inputs == [.init(path: input.path, pid: input.summary?.pid, identity: input.identity)],
            let name = summary.master, let result = try? ReductionReader(folder + "/" + name),
            let told = result.madeOf, told.hasSuffix("):\n" + configuration.text), let files = try? configuration.namedFiles(),
            let reader = try? FrameDatasetReader(path: input.file, datasetPath: configuration.frames.dataset),
            let dataFiles = try? DataFiles.fact(of: reader),
            told.dropLast(configuration.text.count).split(separator: "\n")
                .filter({ $0.hasPrefix("file: ") || $0.hasPrefix(DataFiles.label) })
                == (files.map(\.fact) + [dataFiles]).map({ $0.oneLine[...] })
        else { return nil }
        return Outcome(
            folder: folder, master: result.path, pid: "\(summary.pid)", frames: summary.frames, verdict: summary.verdict,
            resumedAt: result.frameCount, notes: [],
            plots: summary.files.filter { $0.role == .image }.map { folder + "/" + $0.path },
            firstProblem: summary.invalidFrames.first?.reason, wasFinished: true)
    }
}

extension ReductionReader {
    /// What the result was made of and how, as ``ReductionDescription`` has it; the configuration's text is its end.
    fileprivate var madeOf: String? {
        let path = ReductionLayout.path(ReductionLayout.process, ReductionLayout.parameters, ReductionLayout.identity)
        return (try? file.root.dataset(path).value())?.text
    }
}
