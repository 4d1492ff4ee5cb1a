/// How civil dates are counted. A stored date names its rule, so that a later rule never moves an earlier decision unseen.
public enum CalendarRule: Int, Sendable, Hashable, Codable {
    /// Years are added to the anchor, 29 February becomes the last day of a shorter February, ends are not moved to working days, and
    /// the day after the last one begins at the first instant that the zone gives it.
    case yearsFromAnchor = 1
}

/// What happens with a request for an extension on which nobody has decided when the embargo ends.
public enum Grace: Sendable, Hashable, Codable {
    /// The data stay closed until a decision, at most these days.
    case days(Int)
    /// The data open, and the request lapses.
    case open

    private enum DaysCodingKeys: String, CodingKey { case _0 = "number" }
}

/// Who reads open data.
public enum OpenAccess: String, Sendable, Hashable, Codable {
    case everyone = "open"
    case registered
}

/// A facility's data policy in numbers; `version` names it in every stored date.
public struct EmbargoPolicy: Sendable, Hashable {
    public let version: String
    public let rule: CalendarRule
    /// 3 of "3 + 1 + 1".
    public let embargoYears: Int
    /// A third extension of a year, which a director decides.
    public let allowsThirdExtension: Bool
    /// An extension is asked this many days before the opening; 0: until the opening instant.
    public let askingDeadlineDays: Int
    /// The team is warned this many days before the opening.
    public let warningDays: Int
    public let grace: Grace
    /// The days in which a team member can object to an early release.
    public let objectionDays: Int
    /// Data are kept this many years from the anchor, and never less than a year after they opened.
    public let retentionYears: Int
    /// Between the notice of a purge and the purge.
    public let purgeNoticeDays: Int
    public let access: OpenAccess
    /// SPDX identifier of the licence under which the data open.
    public let licence: String

    /// Extensions that a curator grants: 1 + 1.
    public static let plainExtensions = 2

    public var largestNumberOfExtensions: Int { Self.plainExtensions + (allowsThirdExtension ? 1 : 0) }

    /// The numbers of the plan "3 + 1 + 1, kept 5 years", each of which a facility may set.
    ///
    /// - Throws: `malformed` for a number that no policy has.
    public init(
        version: String, rule: CalendarRule = .yearsFromAnchor, embargoYears: Int = 3, allowsThirdExtension: Bool = false,
        askingDeadlineDays: Int = 0, warningDays: Int = 180, grace: Grace = .days(30), objectionDays: Int = 14,
        retentionYears: Int = 5, purgeNoticeDays: Int = 90, access: OpenAccess = .everyone, licence: String = "CC-BY-4.0"
    ) throws(EmbargoError) {
        self.version = version
        self.rule = rule
        self.embargoYears = embargoYears
        self.allowsThirdExtension = allowsThirdExtension
        self.askingDeadlineDays = askingDeadlineDays
        self.warningDays = warningDays
        self.grace = grace
        self.objectionDays = objectionDays
        self.retentionYears = retentionYears
        self.purgeNoticeDays = purgeNoticeDays
        self.access = access
        self.licence = licence
        try check()
    }

    private func check() throws(EmbargoError) {
        for (name, text) in [("version", version), ("licence", licence)] where !isTold(text) {
            throw EmbargoError(
                .malformed, "The policy has no \(name)", at: "policy.\(name)", got: quoted(text), expected: "a text")
        }
        var graceDays = 1
        if case .days(let days) = grace { graceDays = days }
        let numbers: [(name: String, value: Int, range: ClosedRange<Int>)] = [
            ("embargoYears", embargoYears, 0...100), ("retentionYears", retentionYears, 0...1000),
            ("askingDeadlineDays", askingDeadlineDays, 0...365), ("warningDays", warningDays, 0...3660),
            ("grace", graceDays, 1...30), ("objectionDays", objectionDays, 14...3660),
            ("purgeNoticeDays", purgeNoticeDays, 90...3660),
        ]
        for number in numbers where !number.range.contains(number.value) {
            throw EmbargoError(
                .malformed, "The policy has a number that cannot be", at: "policy.\(number.name)", got: "\(number.value)",
                expected: "\(number.range.lowerBound) to \(number.range.upperBound)")
        }
    }
}

extension EmbargoPolicy: Codable {
    /// Every field is there, or the policy is refused: a number that is missing is no default.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        version = try fields.decode(String.self, forKey: .version)
        rule = try fields.decode(CalendarRule.self, forKey: .rule)
        embargoYears = try fields.decode(Int.self, forKey: .embargoYears)
        allowsThirdExtension = try fields.decode(Bool.self, forKey: .allowsThirdExtension)
        askingDeadlineDays = try fields.decode(Int.self, forKey: .askingDeadlineDays)
        warningDays = try fields.decode(Int.self, forKey: .warningDays)
        grace = try fields.decode(Grace.self, forKey: .grace)
        objectionDays = try fields.decode(Int.self, forKey: .objectionDays)
        retentionYears = try fields.decode(Int.self, forKey: .retentionYears)
        purgeNoticeDays = try fields.decode(Int.self, forKey: .purgeNoticeDays)
        access = try fields.decode(OpenAccess.self, forKey: .access)
        licence = try fields.decode(String.self, forKey: .licence)
        do throws(EmbargoError) { try check() } catch { throw DecodingError.refused(error, at: decoder.codingPath) }
    }
}

/// Whether a text says anything, and not more than can be kept.
func isTold(_ text: String) -> Bool { !text.allSatisfy(\.isWhitespace) && text.utf8.count <= 10_000 }
