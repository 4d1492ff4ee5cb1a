/// Where a run's clocks stand. Computed by the embargo's state machine, stored and compared here, never computed here: a database does
/// not add years.
public struct RunAccess: Sendable, Hashable {
    public var state: AccessState
    /// When the embargo ends by the rule, UTC seconds; nil where there is no clock.
    public var opensAt: Int64?
    /// From when on the bytes may be read, UTC seconds; nil for never (held, collecting, proprietary, withdrawn).
    public var closedUntil: Int64?
    /// Anchor, zone, rule version and decisions, as the state machine writes them; opaque here.
    public var clock: String?

    public init(state: AccessState, opensAt: Int64? = nil, closedUntil: Int64? = nil, clock: String? = nil) {
        self.state = state
        self.opensAt = opensAt
        self.closedUntil = closedUntil
        self.clock = clock
    }

    /// "Never" as the column holds it, so that one comparison decides.
    static let never = Int64.max
}
