import Foundation
import Synchronization

/// The same work on several threads at a time: one each, whatever the number of cores.
enum SideBySide {
    /// Runs `body` with 0, 1, … and waits for all; one alone is run on the caller's thread.
    ///
    /// - Throws: the first error of any.
    static func run(_ threads: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
        guard threads > 1 else { return try body(0) }
        let failure = Failure()
        let group = DispatchGroup()
        for index in 0..<threads {
            group.enter()
            let thread = Thread {
                do { try body(index) } catch { failure.take(error) }
                group.leave()
            }
            thread.stackSize = 1 << 20
            thread.start()
        }
        group.wait()
        if let error = failure.first { throw error }
    }

    private final class Failure: Sendable {
        private let error = Mutex<(any Error)?>(nil)
        var first: (any Error)? { error.withLock { $0 } }
        func take(_ new: any Error) { error.withLock { $0 = $0 ?? new } }
    }
}
