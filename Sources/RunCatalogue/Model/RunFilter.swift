import RunModel

/// Which runs a list is about. Every part that is set must hold; none set is every run.
public struct RunFilter: Sendable, Hashable {
    public var technique: String?
    /// Other names that runs have for the same technique.
    public var otherNames: Set<String> = []
    public var instrument: String?
    public var proposal: String?
    /// The session (beam time) by its name; with `proposal` where two proposals use one name.
    public var session: String?
    public var sample: String?
    /// One of the run's keywords.
    public var keyword: String?
    /// Somebody of the proposal's team: "Family" or "Family, Given", in any case of the letters A to Z.
    public var person: String?
    public var kind: RunKind?
    public var state: AccessState?
    /// Runs that started in it: the start belongs to it, the end does not.
    public var started: Range<Timestamp>?
    public var ranges: [NumericRange]
    /// Words that all occur in the run's texts; each may be the beginning of a word. Signs of the search engine are plain text.
    public var text: String?
    /// A piece of the run's name, title or sample, of three letters at least, wherever it stands in a word.
    public var fragment: String?

    public init(
        technique: String? = nil, instrument: String? = nil, proposal: String? = nil, session: String? = nil,
        sample: String? = nil,
        kind: RunKind? = nil, state: AccessState? = nil, started: Range<Timestamp>? = nil, ranges: [NumericRange] = [],
        text: String? = nil, fragment: String? = nil
    ) {
        self.technique = technique
        self.instrument = instrument
        self.proposal = proposal
        self.session = session
        self.sample = sample
        self.kind = kind
        self.state = state
        self.started = started
        self.ranges = ranges
        self.text = text
        self.fragment = fragment
    }
}
