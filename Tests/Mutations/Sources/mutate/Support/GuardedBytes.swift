import CReference

/// Bytes behind which is a page that nobody may touch.
final class GuardedBytes {
    private let memory: OpaquePointer

    /// - Parameter most: the longest run that `place` is asked for.
    init(most: Int) throws(Violation) {
        guard let memory = guarded_memory_make(most) else { throw Violation("no memory for a guarded buffer") }
        self.memory = memory
    }

    /// The same memory each time, so that it ends at the guard.
    func place(_ count: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: guarded_memory_place(memory, count), count: count)
    }
}
