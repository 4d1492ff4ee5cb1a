// EmbargoClock: when data open and how long they are kept, as a pure state machine. Values in, values out: no file is read, no clock is
// asked, no database adds a year. The caller reads the zone table, keeps the chain of entries and tells the time it trusts.
//
// A record is its chain: `EmbargoRecord` grows by `applying(_:by:at:in:)` and is read by `status(at:)`. Nothing else is true of it.

/// Why a date, a zone table, an event or a stored record was refused.
public enum EmbargoErrorCode: String, Sendable, Codable, CaseIterable {
    /// A date, a time, a number or a text that cannot be read, or that is outside what this target can hold.
    case malformed
    /// Bytes that are no TZif file of version 2 or later, or that contradict themselves.
    case zoneTableMalformed
    /// An instant after the last transition of a zone table that gives no rule for later years.
    case zoneTableEnds
    /// A zone that is not the record's.
    case zoneDiffers
    /// A stored chain that no sequence of accepted events gives.
    case chainBroken
    /// A time before that of the last entry.
    case timeRunsBack
    /// An end of an experiment more than a day ahead.
    case endAhead
    /// A reason that is blank, or longer than can be kept.
    case reasonMissing
    /// A licence that is not the policy's.
    case licenceNotAccepted
    /// The person may not do this, or not in this role.
    case notEntitled
    /// A second person is needed, and it is the first one again.
    case samePersonTwice
    /// The event does not fit the state: there is nothing to decide, something is pending already, the record is open.
    case stateForbids
    /// Too late: the opening, or the deadline for asking, has passed.
    case tooLate
    /// Too early: the notice, the planned end or the retention has not passed.
    case tooEarly
    /// As many extensions as the policy knows.
    case extensionsExhausted
    /// A hold stands against it.
    case held
    /// A job still has a lease on the bytes.
    case leased

    /// What kind of refusal it is; callers over HTTP answer 400, 403 and 409.
    public var kind: EmbargoRefusal {
        switch self {
        case .malformed, .zoneTableMalformed, .zoneTableEnds, .endAhead, .reasonMissing, .licenceNotAccepted: .invalid
        case .notEntitled, .samePersonTwice: .forbidden
        case .zoneDiffers, .chainBroken, .timeRunsBack, .stateForbids, .tooLate, .tooEarly, .extensionsExhausted, .held, .leased:
            .conflict
        }
    }
}

/// The three kinds of refusal.
public enum EmbargoRefusal: String, Sendable, Codable {
    /// What was sent is wrong, whoever sends it.
    case invalid
    /// Someone else may.
    case forbidden
    /// It may have been right at another time.
    case conflict
}

/// An error of this target. It has the fields of `Diagnostics.Fault`, which this target does not import; callers map one to the other.
public struct EmbargoError: Error, Sendable, Hashable, CustomStringConvertible {
    public let code: EmbargoErrorCode
    /// What went wrong, as a sentence without its full stop.
    public let what: String
    /// The event, the field, or the place in the bytes.
    public let place: String?
    public let got: String?
    public let expected: String?
    /// What the reader can do next.
    public let remedy: String?

    public init(
        _ code: EmbargoErrorCode, _ what: String, at place: String? = nil, got: String? = nil, expected: String? = nil,
        remedy: String? = nil
    ) {
        self.code = code
        self.what = what
        self.place = place
        self.got = got
        self.expected = expected
        self.remedy = remedy
    }

    /// One line: `what (place): got G, expected E. Remedy`.
    public var description: String {
        var line = what
        if let place { line += " (\(place))" }
        switch (got, expected) {
        case (let got?, let expected?): line += ": got \(got), expected \(expected)"
        case (let got?, nil): line += ": got \(got)"
        case (nil, let expected?): line += ": expected \(expected)"
        case (nil, nil): break
        }
        if let remedy { line += ". \(remedy)" }
        return line
    }
}

/// A text from outside, short enough and free of control characters for a message.
func quoted(_ text: some StringProtocol) -> String {
    let shown = text.unicodeScalars.prefix(80).map { $0.properties.generalCategory == .control ? " " : $0 }
    return "'\(String(String.UnicodeScalarView(shown)))\(text.unicodeScalars.count > 80 ? "…" : "")'"
}

extension DecodingError {
    /// The same refusal, for `Decodable`.
    static func refused(_ error: EmbargoError, at path: [any CodingKey]) -> DecodingError {
        .dataCorrupted(.init(codingPath: path, debugDescription: error.description, underlyingError: error))
    }
}
