#if canImport(CAllocationCounter)
    import CAllocationCounter
#endif

/// Counts what one thread allocates on the heap, by whatever way; where the build cannot count, the tests that need it are skipped.
public enum AllocationCounter {
    public struct Count: Equatable, Sendable {
        public var allocations = 0
        public var bytes = 0

        public init() {}

        fileprivate init(allocations: Int, bytes: Int) {
            self.allocations = allocations
            self.bytes = bytes
        }
    }

    public static let absence = "needs the allocation counter, which this build has not (a sanitizer has its own allocator)"

    #if canImport(CAllocationCounter)
        public static var isAvailable: Bool { allocation_counter_is_available() }

        /// What `body` allocates on this thread.
        public static func measure(_ body: () throws -> Void) rethrows -> Count {
            allocation_counter_reset()
            try body()
            return Count(allocations: allocation_counter_calls(), bytes: allocation_counter_bytes())
        }
    #else
        public static var isAvailable: Bool { false }
        public static func measure(_ body: () throws -> Void) rethrows -> Count { Count() }
    #endif
}
