import ChunkFile
import Foundation
import RunModel

/// Looks at the output folder every few seconds on a thread of its own: how much is free, and where the next run would go. Whoever asks for
/// the status gets what was seen last, at once: a file system that hangs must not take metrics and control socket with it.
///
/// The thread begins with the first question, and ends with the watch.
final class OutputWatch: Sendable {
    struct View: Sendable {
        /// nil when the file system does not say.
        var freeBytes: Int?
        /// Absolute path of the folder that the next run would get; `{series}` stands where its number is not known.
        var nextPath: String
    }

    private let watcher: Watcher

    init(_ plan: IngestPlan) { watcher = Watcher(plan) }

    deinit { watcher.end() }

    /// What was seen last. The first question waits for the first look, a second at the most.
    func view() -> View { watcher.view() }

    /// What was announced for the next run is another.
    ///
    /// - Parameter waits: for a look, a second at the most, so that who announced it is shown where it goes.
    func expect(_ next: ArmMetadata?, waits: Bool) { watcher.expect(next, waits: waits) }

    /// The folder has changed.
    func lookAgain() { watcher.lookAgain() }

    /// What the thread holds, and not the watch itself: it would never end.
    private final class Watcher: Sendable {
        private struct State {
            var view: View
            var next: ArmMetadata?
            var isStarted = false
            var isEnded = false
            /// Looks that were asked for, and how many of them have been answered.
            var asked = 1
            var answered = 0
            var firstLookUntil = Date.distantPast
        }

        private static let interval_s = 3.0
        private static let patience_s = 1.0

        private let plan: IngestPlan
        // A condition, not a Mutex: threads wait for what is behind it. `state` is touched under its lock only.
        private let condition = NSCondition()
        private nonisolated(unsafe) var state: State

        init(_ plan: IngestPlan) {
            self.plan = plan
            state = State(view: View(freeBytes: nil, nextPath: Self.nextPath(nil, plan) { _ in true }))
        }

        func view() -> View {
            condition.withLock {
                start()
                while state.answered == 0, condition.wait(until: state.firstLookUntil) {}
                return state.view
            }
        }

        func expect(_ next: ArmMetadata?, waits: Bool) {
            let plan = self.plan
            condition.withLock {
                state.next = next
                // Until it has been looked whether the name is taken.
                state.view.nextPath = Self.nextPath(next, plan) { _ in true }
                state.asked += 1
                if waits { start() }
                condition.broadcast()
                let (mine, limit) = (state.asked, Date(timeIntervalSinceNow: Self.patience_s))
                while waits, state.answered < mine, condition.wait(until: limit) {}
            }
        }

        func lookAgain() {
            condition.withLock {
                state.asked += 1
                condition.broadcast()
            }
        }

        func end() {
            condition.withLock {
                state.isEnded = true
                condition.broadcast()
            }
        }

        /// Under the lock.
        private func start() {
            guard !state.isStarted else { return }
            state.isStarted = true
            state.firstLookUntil = Date(timeIntervalSinceNow: Self.patience_s)
            let thread = Thread { self.run() }
            thread.name = "output-watch"
            thread.start()
        }

        private func run() {
            while let (next, number) = nextLook() {
                let view = View(
                    freeBytes: try? plan.fileSystem.statistics(plan.outputFolder).freeBytes,
                    nextPath: Self.nextPath(next, plan) { !FileManager.default.fileExists(atPath: $0) })
                condition.withLock {
                    // Seen for what was expected when the look began.
                    if state.next == next { state.view = view }
                    state.answered = number
                    condition.broadcast()
                }
            }
        }

        /// Waits until somebody asks, or the last look is old; nil at the end.
        private func nextLook() -> (next: ArmMetadata?, number: Int)? {
            condition.withLock {
                let due = Date(timeIntervalSinceNow: Self.interval_s)
                while !state.isEnded, state.asked == state.answered, condition.wait(until: due) {}
                return state.isEnded ? nil : (state.next, state.asked)
            }
        }

        private static func nextPath(_ next: ArmMetadata?, _ plan: IngestPlan, isFree: (String) -> Bool) -> String {
            let plan = plan.naming(next ?? ArmMetadata())
            guard let name = try? plan.nameTemplate.preview(plan.nameFields(at: plan.clock.now(), series: nil)) else {
                return plan.outputFolder
            }
            // Which numbers are taken is known only with the series.
            if plan.nameTemplate.hasSeries { return plan.outputFolder + "/" + name }
            let paths = (1...9_999).lazy.map { plan.outputFolder + "/" + RunNameTemplate.numbered(name, $0) }
            return paths.first(where: isFree) ?? plan.outputFolder
        }
    }
}
