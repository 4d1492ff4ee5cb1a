import RunModel

/// Which series a message belongs to, and when a series ends: a value without sockets, files, threads or a clock of its own.
///
///     start ──► current ──► closed: end message, next start, silence, stop, abort
///                              │ a frame of it still comes
///                              └──► late: a sibling run, closed by the end message or a short silence
///
/// - A start message ends the series before it. The same start message twice, with no frame in between, is one.
/// - A frame of a series that was closed goes to a sibling run of that series, never to another one; so two series that come at once on
///   one socket are both kept: the first in its run and that run's sibling, the second in its own.
/// - A frame of a series that was never begun, that the operator ended, or that no run could be made for, is refused and counted.
/// - Closed series are remembered up to a number; a series that begins with the identity of a closed one takes its place.
package struct SeriesRules: Sendable {
    /// A series since the program began; a sibling has a key of its own.
    package typealias Key = Int

    package struct Limits: Sendable {
        /// Silence after which a stall is said.
        package var stallAfter_s = 30.0
        /// Silence after which a series of frames this long (nil: not known) is closed.
        package var closeAfter_s: @Sendable (_ frameTime_s: Double?) -> Double = { max(600, 20 * ($0 ?? 0)) }
        /// Silence after which a sibling is closed whose series has ended by message.
        package var lateCloseAfter_s = 2.0
        /// Closed series whose late frames are still known.
        package var remembered = 16
        /// Siblings that are open at the same time.
        package var siblings = 4
        package init() {}
    }

    /// What is to be done, in this order.
    package enum Step: Equatable, Sendable {
        case open(Key)
        case close(Key, RunSummary.Ending)
        /// Nothing has come for `seconds`; said once.
        case stalled(Key, seconds: Double)
    }

    /// Where a frame goes.
    package enum Place: Equatable, Sendable {
        case current
        /// The same, and the first after a stall.
        case resumed
        case late(Key)
        /// A sibling of the closed series `of` is to be opened for it.
        case opensLate(Key, of: Key)
        case refused(Refusal)
    }

    /// Why a frame is not recorded.
    package enum Refusal: String, Hashable, Sendable, CaseIterable {
        case noStart = "their start message was not seen"
        case stopped = "their series was ended by the operator"
        case noRun = "no run could be made for their series"
        case tooManyLate = "too many closed series get frames at the same time"
    }

    private struct Open: Sendable {
        let key: Key
        let identity: SeriesIdentity
        /// Of the start message, to tell a repeated one from a series that has the same number.
        var header = 0
        var closeAfter_s: Double
        var lastMessage_s: Double
        var frames = 0
        var isStalled = false
        /// The closed series that this is the sibling of.
        var sibling: Key?
    }

    private struct Closed: Sendable {
        let key: Key
        let identity: SeriesIdentity
        var closeAfter_s: Double
        var hasEnded: Bool
        var refusal: Refusal?
    }

    package let limits: Limits
    private var current: Open?
    private var siblings: [Open] = []
    /// The newest last.
    private var closed: [Closed] = []
    private var nextKey = 0
    package private(set) var refused: [Refusal: Int] = [:]
    package private(set) var repeatedStarts = 0
    /// End messages of a series that had ended, or that was never begun.
    package private(set) var strayEnds = 0

    package init(limits: Limits = Limits()) { self.limits = limits }

    package var currentKey: Key? { current?.key }
    package var isStalled: Bool { current?.isStalled ?? false }
    package var hasOpenSiblings: Bool { !siblings.isEmpty }
    /// Whether a closed series may still get late frames.
    package func remembers(_ key: Key) -> Bool { closed.contains { $0.key == key } }

    /// - Parameter header: anything that is equal for equal start messages.
    package mutating func start(
        _ identity: SeriesIdentity, header: Int, frameTime_s: Double?, at now_s: Double
    ) -> [Step] {
        if let current, current.frames == 0, current.identity == identity, current.header == header {
            repeatedStarts += 1
            self.current?.lastMessage_s = now_s
            return []
        }
        var steps = closeCurrent(.nextStart)
        for sibling in siblings where sibling.identity.matches(identity) { steps.append(close(sibling: sibling.key, .nextStart)) }
        closed.removeAll { $0.identity.matches(identity) }
        let open = Open(
            key: key(), identity: identity, header: header, closeAfter_s: limits.closeAfter_s(frameTime_s), lastMessage_s: now_s)
        current = open
        return steps + [.open(open.key)]
    }

    /// A frame of the series being recorded: the only question that the frame path asks. nil: ask `image`.
    package mutating func isCurrent(at now_s: Double, _ matches: (SeriesIdentity) -> Bool) -> Place? {
        guard current != nil, let identity = current?.identity, matches(identity) else { return nil }
        current?.lastMessage_s = now_s
        current?.frames += 1
        guard isStalled else { return .current }
        current?.isStalled = false
        return .resumed
    }

    /// A frame of any series.
    package mutating func image(_ identity: SeriesIdentity, at now_s: Double) -> Place {
        if let place = isCurrent(at: now_s, { $0.matches(identity) }) { return place }
        if let index = siblings.firstIndex(where: { $0.identity.matches(identity) }) {
            siblings[index].lastMessage_s = now_s
            return .late(siblings[index].key)
        }
        guard let owner = closed.last(where: { $0.identity.matches(identity) }) else { return refuse(.noStart) }
        if let refusal = owner.refusal { return refuse(refusal) }
        guard siblings.count < limits.siblings else { return refuse(.tooManyLate) }
        let limit = owner.hasEnded ? min(limits.lateCloseAfter_s, owner.closeAfter_s) : owner.closeAfter_s
        let open = Open(key: key(), identity: owner.identity, closeAfter_s: limit, lastMessage_s: now_s, sibling: owner.key)
        siblings.append(open)
        return .opensLate(open.key, of: owner.key)
    }

    package mutating func end(_ identity: SeriesIdentity) -> [Step] {
        if let current, current.identity.matches(identity) { return closeCurrent(.endMessage) }
        if let index = closed.lastIndex(where: { $0.identity.matches(identity) }) {
            if closed[index].hasEnded { strayEnds += 1 }
            closed[index].hasEnded = true
            return siblings.filter { $0.identity.matches(identity) }.map { close(sibling: $0.key, .endMessage) }
        }
        strayEnds += 1
        return []
    }

    /// Looks at the time; to be called about once a second, and after a silence.
    ///
    /// - Parameter most: the longest silence that there can have been. A writer that stood still itself would take that for silence, while
    ///   messages wait for it.
    package mutating func tick(at now_s: Double, silence most: Double = .infinity) -> [Step] {
        var steps: [Step] = []
        for sibling in siblings where min(now_s - sibling.lastMessage_s, most) >= sibling.closeAfter_s {
            steps.append(close(sibling: sibling.key, .silence))
        }
        guard let current else { return steps }
        let silence = min(now_s - current.lastMessage_s, most)
        if silence >= current.closeAfter_s { return steps + closeCurrent(.silence) }
        if silence >= limits.stallAfter_s, !current.isStalled {
            self.current?.isStalled = true
            steps.append(.stalled(current.key, seconds: silence))
        }
        return steps
    }

    /// Ends the current series and its like on request; frames of them that still come are refused from then on.
    package mutating func stop(_ ending: RunSummary.Ending) -> [Step] {
        let keys = Set([current?.key].compactMap { $0 } + siblings.compactMap(\.sibling))
        let steps = siblings.map { close(sibling: $0.key, ending) } + closeCurrent(ending)
        for index in closed.indices where keys.contains(closed[index].key) { closed[index].refusal = .stopped }
        return steps
    }

    /// No run could be made for a series or a sibling that was to be opened.
    package mutating func runFailed(_ key: Key) {
        let owner = siblings.first { $0.key == key }?.sibling ?? key
        if current?.key == key { _ = closeCurrent(.writingFailed) }
        siblings.removeAll { $0.key == key }
        for index in closed.indices where closed[index].key == owner { closed[index].refusal = .noRun }
    }

    private mutating func closeCurrent(_ ending: RunSummary.Ending) -> [Step] {
        guard let open = current else { return [] }
        current = nil
        closed.append(
            Closed(
                key: open.key, identity: open.identity, closeAfter_s: open.closeAfter_s, hasEnded: ending == .endMessage,
                refusal: nil))
        if closed.count > limits.remembered { closed.removeFirst(closed.count - limits.remembered) }
        return [.close(open.key, ending)]
    }

    private mutating func close(sibling key: Key, _ ending: RunSummary.Ending) -> Step {
        siblings.removeAll { $0.key == key }
        return .close(key, ending)
    }

    private mutating func refuse(_ refusal: Refusal) -> Place {
        refused[refusal, default: 0] += 1
        return .refused(refusal)
    }

    private mutating func key() -> Key {
        nextKey += 1
        return nextKey
    }
}
