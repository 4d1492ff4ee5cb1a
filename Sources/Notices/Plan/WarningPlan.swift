import Diagnostics
import EmbargoClock

/// Which notices of a record are due. A function of the record, the keys of what was sent, and trusted time: it may be asked at any time,
/// as often as one likes, and after any pause.
///
/// - Each notice is due once. It stays due until the caller knows its key.
/// - What was missed while the machine was off is told once: of the warnings the latest stage, of decisions only those that still count.
/// - A new opening (an extension, a late run, a corrected anchor) has warnings of its own.
public struct WarningPlan: Sendable {
    /// Nil: those of the record's policy.
    public let stages: WarningStages?
    /// What happened before is not told any more: a catalogue that begins to send mail is silent about its past. Warnings, and what waits
    /// for a decision, are of the present, and not concerned.
    public let begins: Instant

    public init(stages: WarningStages? = nil, begins: Instant = .earliest) {
        self.stages = stages
        self.begins = begins
    }

    /// - Parameters:
    ///   - pid: the record's, which begins the keys.
    ///   - zone: the record's.
    ///   - sent: keys of notices of this record that were sent or passed; others do no harm.
    ///   - now: trusted time.
    /// - Throws: `datesUnknown` for another zone than the record's or a zone table that ends too early; `malformed`, `tooLong` for a PID
    ///   that makes no key.
    public func notices(
        of record: EmbargoRecord, pid: String, in zone: TimeZoneRules, sent: Set<NoticeKey>, at now: Instant
    ) throws(NoticeError) -> DueNotices {
        guard zone.identifier == record.zone else {
            throw NoticeError(
                .datesUnknown, "The record counts in another zone", at: pid, got: zone.identifier, expected: record.zone)
        }
        var desk = NoticeDesk(record: record, pid: pid, zone: zone, sent: sent, now: now, begins: begins)
        try desk.offerEvents()
        try desk.offerStanding()
        try desk.offerWarnings(stages ?? WarningStages(record.policy))
        return DueNotices(due: desk.due, passed: desk.passed)
    }
}

/// Where the notices of one record are collected.
struct NoticeDesk {
    let record: EmbargoRecord
    let status: EmbargoStatus
    let pid: String
    let zone: TimeZoneRules
    let sent: Set<NoticeKey>
    let now: Instant
    let begins: Instant
    private(set) var due: [Notice] = []
    private(set) var passed: [NoticeKey] = []

    init(record: EmbargoRecord, pid: String, zone: TimeZoneRules, sent: Set<NoticeKey>, now: Instant, begins: Instant) {
        self.record = record
        self.pid = pid
        self.zone = zone
        self.sent = sent
        self.now = now
        self.begins = begins
        status = record.status(at: now)
    }

    func key(_ fact: String) throws(NoticeError) -> NoticeKey { try NoticeKey(pid: pid, fact: fact) }

    func wasSent(_ fact: String) throws(NoticeError) -> Bool { sent.contains(try key(fact)) }

    func day(of instant: Instant) throws(NoticeError) -> LocalDate {
        try counting(pid) { () throws(EmbargoError) in try zone.localDate(of: instant) }
    }

    /// - Parameters:
    ///   - fact: the end of the key.
    ///   - stillCounts: false where a later fact has overtaken this one: it is passed.
    ///   - since: when it happened; nil for what is of the present.
    mutating func offer(
        _ fact: String, _ kind: NoticeKind, to audiences: [NoticeAudience], stillCounts: Bool = true, since: Instant? = nil
    ) throws(NoticeError) {
        let key = try key(fact)
        guard !sent.contains(key) else { return }
        guard stillCounts, since.map({ $0 >= begins }) ?? true else {
            passed.append(key)
            return
        }
        due.append(
            Notice(
                key: key, kind: kind, audiences: audiences, zone: record.zone, mayNameTitle: audiences.allSatisfy(mayReadTitle)))
    }

    mutating func pass(_ fact: String) throws(NoticeError) {
        let key = try key(fact)
        if !sent.contains(key) { passed.append(key) }
    }

    /// The team, and who decides for the data, who may be somebody else. Of proprietary data nobody but the payer is told.
    var teamAndRightHolders: [NoticeAudience] { isProprietary ? [.team] : [.team, .rightHolders] }

    private var isProprietary: Bool { status.readers.bytes == .payer }

    private func mayReadTitle(_ audience: NoticeAudience) -> Bool {
        switch status.readers.shortRecord {
        case .everyone, .registered: true
        case .nobody: isProprietary && audience == .team
        case .team, .payer, .teamAndBeamlineStaff, .teamSharedAndStaff:
            switch audience {
            case .team: true
            // The facility is the last of them, and not of the team.
            case .rightHolders: record.rightHolder != .facility
            // Staff record the session, and read its metadata.
            case .beamlineStaff: status.readers.metadata == .teamAndBeamlineStaff
            case .curators: false
            }
        }
    }
}
