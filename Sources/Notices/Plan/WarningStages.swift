import Diagnostics
import EmbargoClock

/// How many days before the opening a team is warned, each stage once.
public struct WarningStages: Sendable, Hashable {
    /// The first warning first: 180, 90, 30, 7.
    public let days: [Int]

    public static let standard = WarningStages(ordered: [180, 90, 30, 7])

    /// - Parameter days: in any order; none: the team is not warned.
    /// - Throws: `malformed` for a day that is no stage or comes twice, `tooLong` for more than 20.
    public init(days: [Int]) throws(NoticeError) {
        guard days.count <= 20 else {
            throw NoticeError(.tooLong, "There are too many stages of warning", got: "\(days.count)", expected: "at most 20")
        }
        for day in days where !(1...3660).contains(day) {
            throw NoticeError(
                .malformed, "No stage of warning", got: "\(day) days before the opening", expected: "1 to 3660 days")
        }
        guard Set(days).count == days.count else {
            throw NoticeError(.malformed, "A stage of warning comes twice", got: "\(days)", expected: "each stage once")
        }
        self.init(ordered: days.sorted(by: >))
    }

    /// The policy's first warning, and those of the standard ones that come after it.
    public init(_ policy: EmbargoPolicy) {
        let first = policy.warningDays
        self.init(ordered: first == 0 ? [] : [first] + Self.standard.days.filter { $0 < first })
    }

    private init(ordered days: [Int]) { self.days = days }
}
