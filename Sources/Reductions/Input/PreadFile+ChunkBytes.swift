import ChunkIndex
import Diagnostics
import Frames
import ReductionKernels

extension PreadFile: ChunkBytes {
    public func readBytes(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FrameError) -> Int {
        do { return try read(into: buffer, at: offset) } catch {
            throw FrameError(.systemResource, error.what, at: error.place, got: error.got)
        }
    }
}
