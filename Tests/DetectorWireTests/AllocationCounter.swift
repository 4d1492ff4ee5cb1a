#if canImport(CAllocationCounter)
    import CAllocationCounter
#endif

/// Counts what one thread allocates on the heap, by whatever way; where the build cannot count, the tests that need it are skipped.
enum AllocationCounter {
    struct Count: Equatable {
        var allocations = 0
        var bytes = 0
    }

    static let absence = "needs the allocation counter, which this build has not (a sanitizer has its own allocator)"

    #if canImport(CAllocationCounter)
        static var isAvailable: Bool { allocation_counter_is_available() }

        /// What `body` allocates on this thread.
        static func measure(_ body: () -> Void) -> Count {
            allocation_counter_reset()
            body()
            return Count(allocations: allocation_counter_calls(), bytes: allocation_counter_bytes())
        }
    #else
        static var isAvailable: Bool { false }
        static func measure(_ body: () -> Void) -> Count { Count() }
    #endif
}
