import Diagnostics
import EmbargoClock

/// What a day of the calendar is about; with the PID it names the entry for ever.
public enum CalendarEntryKind: Sendable, Hashable {
    case opening
    /// So many days before the opening.
    case warning(days: Int)
    /// The review of the hold that this entry of the chain set.
    case holdReview(hold: Int)
    case retentionEnd
    /// The last day for an objection to the early release that this entry of the chain asked.
    case objections(request: Int)
    /// The first day on which a proposed purge is allowed.
    case purge(proposal: Int)

    /// Part of the UID.
    var name: String {
        switch self {
        case .opening: "opening"
        case .warning(let days): "warning-\(days)"
        case .holdReview(let hold): "hold-review-\(hold)"
        case .retentionEnd: "retention-end"
        case .objections(let request): "objections-\(request)"
        case .purge(let proposal): "purge-\(proposal)"
        }
    }

    /// For filters of calendar programs.
    var category: String {
        switch self {
        case .opening: "OPENING"
        case .warning: "WARNING"
        case .holdReview: "HOLD REVIEW"
        case .retentionEnd: "RETENTION"
        case .objections: "OBJECTIONS"
        case .purge: "PURGE"
        }
    }

    var summary: String {
        switch self {
        case .opening: "Data open"
        case .warning(let days): days == 1 ? "Data open in 1 day" : "Data open in \(days) days"
        case .holdReview: "Hold to review"
        case .retentionEnd: "End of retention, due for review"
        case .objections: "Last day to object to the early release"
        case .purge: "Files may be deleted from today on"
        }
    }
}

public enum CalendarEntryStatus: String, Sendable, Hashable, Codable {
    case confirmed = "CONFIRMED"
    /// The day may move: a hold stands, a decision is pending.
    case tentative = "TENTATIVE"
    /// The day has lapsed; subscribers take the entry out.
    case cancelled = "CANCELLED"
}

/// One all-day event.
public struct CalendarEntry: Sendable, Hashable {
    public let pid: String
    public let kind: CalendarEntryKind
    public let day: LocalDate
    /// What the readers of this calendar may read.
    public let title: String?
    public let link: String?
    /// Grows with each change of the entry, and never falls: the number of the record's last decision, for one.
    public let sequence: Int
    public let status: CalendarEntryStatus

    /// - Throws: `malformed` for a sequence outside 0 to 2^31 - 1, or a PID or link that holds blanks or control characters.
    public init(
        pid: String, kind: CalendarEntryKind, day: LocalDate, title: String?, link: String?, sequence: Int,
        status: CalendarEntryStatus = .confirmed
    ) throws(NoticeError) {
        guard (0...Int(Int32.max)).contains(sequence) else {
            throw NoticeError(
                .malformed, "Not the sequence number of an entry", at: pid, got: "\(sequence)", expected: "0 to \(Int32.max)")
        }
        for (name, text) in [("identifier", pid), ("link", link ?? "-")] {
            guard !text.isEmpty, text.utf8.count <= 500, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                throw NoticeError(
                    .malformed, "Not the \(name) of an entry", at: pid.printable, got: quoted(text),
                    expected: "1 to 500 characters of ASCII without blanks")
            }
        }
        self.pid = pid
        self.kind = kind
        self.day = day
        self.title = title.map(\.oneLine).flatMap { $0.isEmpty ? nil : $0.cut(to: 500) }
        self.link = link
        self.sequence = sequence
        self.status = status
    }
}
