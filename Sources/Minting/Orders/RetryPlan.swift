/// When an order that failed is tried again: a pure function of how often it has failed, and of what the registry said.
public struct RetryPlan: Hashable, Sendable {
    /// After the first failure.
    public let first: Duration
    /// Never longer than this of our own accord.
    public let longest: Duration
    /// However long the registry wants to be left alone: a header that says centuries stalls nothing for ever.
    public let longestWish: Duration

    /// One minute, doubled each time, six hours at most; a day where the registry wishes it.
    public static let standard = RetryPlan()

    private init() {
        first = .seconds(60)
        longest = .seconds(6 * 3600)
        longestWish = .seconds(24 * 3600)
    }

    public enum Step: Hashable, Sendable {
        /// Try again after this time.
        case again(after: Duration)
        /// Trying again would change nothing: a person looks at what was said, and lets the order go again.
        case forAPerson
    }

    /// - Parameters:
    ///   - failures: how often this order has failed, this time included; from 1.
    ///   - generator: spreads orders that failed together over the last quarter of the time, so that they do not come back together.
    public func step(
        after error: MintingError, failures: Int, using generator: inout some RandomNumberGenerator
    ) -> Step {
        guard error.isRetryable else { return .forAPerson }
        let doublings = min(max(failures, 1) - 1, 20)
        let whole = min(first * (1 << doublings), longest)
        let ours = whole * Double.random(in: 0.75...1, using: &generator)
        let theirs = min(error.retryAfter ?? .zero, longestWish)
        return .again(after: max(ours, theirs))
    }
}
