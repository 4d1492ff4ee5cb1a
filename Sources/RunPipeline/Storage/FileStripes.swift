import DetectorWire
import Frames
import Logging

/// How many frames a data file has when several writers share a run.
///
/// Each writes a block of consecutive frames, a data file, while the next one writes the next block: all are busy only if a block for each
/// of them waits in memory. So blocks are so short that one for each fits into half of the message pool; the other half is for those that
/// follow.
struct FileStripes {
    let writers: Int
    let poolBytes: Int

    /// Fewer would make more files than a folder and a reader like.
    static let fewestFrames = 16

    /// Frames of a block that fits; not less than one.
    func fitting(frameBytes: Int) -> Int { max(1, poolBytes / 2 / writers / max(frameBytes, 1)) }

    /// What frames of a series take of the pool, all channels together, as far as its start message says: detectors compress to about a
    /// quarter, and frames that come unpacked need as much again for what we make of them.
    static func expectedFrameBytes(_ start: StartMessage, compression: ChunkEncoding) -> Int {
        let settings = start.settings
        guard let slow = settings.imageSizeSlow, let fast = settings.imageSizeFast,
            let shape = try? FrameShape(slow: slow, fast: fast)
        else { return 1 << 20 }
        let element = settings.imageElement?.byteCount ?? max(1, (settings.bitDepthImage ?? 16) / 8)
        let pixels = shape.slow * shape.fast * element * max(start.channels.count, 1)
        guard settings.compression == "none" else { return max(1, pixels / 4) }
        return compression == .none ? pixels : 2 * pixels
    }
}

extension IngestPlan {
    /// This plan with data files of the length that several writers need, unless somebody asked for another.
    ///
    /// - Parameter poolBytes: memory for frames that wait to be written; nil when there is but one writer.
    func striped(for start: StartMessage, poolBytes: Int?, logger: Logger) -> IngestPlan {
        guard writers > 1, let poolBytes, let framesPerFile else { return self }
        let fitting = FileStripes(writers: writers, poolBytes: poolBytes)
            .fitting(frameBytes: FileStripes.expectedFrameBytes(start, compression: compression))
        var plan = self
        if !framesPerFileIsGiven { plan.framesPerFile = min(framesPerFile, max(fitting, FileStripes.fewestFrames)) }
        let chosen = plan.framesPerFile ?? framesPerFile
        let metadata: Logger.Metadata = [
            "writers": "\(writers)", "frames_per_file": "\(chosen)", "pool_mib": "\(poolBytes >> 20)", "fitting": "\(fitting)",
        ]
        if chosen > fitting {
            logger.warning(
                "a data file for each writer does not fit into half of the pool: writers will wait for each other; give a larger --pool",
                metadata: metadata)
        } else {
            logger.info("data files are so short that one for each writer fits into half of the pool", metadata: metadata)
        }
        return plan
    }
}
