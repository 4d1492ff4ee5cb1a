import Diagnostics
import Frames
import Synchronization

/// Frames whose chunks come one by one from somewhere else than a file: a stream of the caller's own.
///
/// May be used from several threads: each call takes a set of kernels that nobody else has, and leaves it for the next one. There are as many
/// sets as there were ever calls at once.
public final class ChunkReduction: Sendable {
    private let plan: AzimuthalPlan
    private let idle = Mutex<[Kernels]>([])

    // Safe to hand from thread to thread: only one at a time has it.
    private struct Kernels: @unchecked Sendable {
        let reducer: FrameReducer
    }

    public init(plan: AzimuthalPlan) { self.plan = plan }

    /// Reduces one frame.
    ///
    /// - Parameters:
    ///   - chunk: the frame of the plan's format, encoded; any bytes do no harm, and are not looked at after the call.
    ///   - frame: its number from 0; only a monitor of the plan needs it.
    /// - Returns: `reduced`, or `failed` for bytes that are no such frame and for frames without a monitor.
    /// - Throws: `notSupported` for frames that no kernel reduces.
    public func reduce(
        _ chunk: UnsafeRawBufferPointer, _ encoding: ChunkEncoding, frame: Int
    ) throws(ReductionError) -> FrameOutcome {
        let kernels: Kernels
        if let waiting = idle.withLock({ $0.popLast() }) {
            kernels = waiting
        } else {
            kernels = Kernels(reducer: try FrameReducer(plan))
        }
        // After an error too: a frame leaves nothing behind in them.
        defer { idle.withLock { $0.append(kernels) } }
        return try kernels.reducer.reduce([.chunk(chunk, encoding)], frames: [frame])[0]
    }
}
