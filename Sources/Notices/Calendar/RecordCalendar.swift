import EmbargoClock

extension EmbargoCalendar {
    /// The days of one record: its opening and the warnings before it, the reviews of its holds, the end of its retention, the last day for
    /// objections, the purge that is proposed. Days that have passed are left out, but for the opening.
    ///
    /// - Parameters:
    ///   - subject: as in the notices; without `mayNameTitle` the PID stands for the title.
    ///   - stages: nil for those of the record's policy.
    ///   - zone: the record's.
    ///   - now: trusted time.
    /// - Throws: `datesUnknown` for another zone, or a zone table that ends too early.
    public static func entries(
        of record: EmbargoRecord, about subject: NoticeSubject, mayNameTitle: Bool, stages: WarningStages? = nil,
        in zone: TimeZoneRules, at now: Instant
    ) throws(NoticeError) -> [CalendarEntry] {
        let desk = NoticeDesk(record: record, pid: subject.pid, zone: zone, sent: [], now: now, begins: .earliest)
        let today = try desk.day(of: now)
        let status = desk.status
        var entries: [CalendarEntry] = []
        func add(_ kind: CalendarEntryKind, _ day: LocalDate, _ status: CalendarEntryStatus) throws(NoticeError) {
            entries.append(
                try CalendarEntry(
                    pid: subject.pid, kind: kind, day: day, title: mayNameTitle ? subject.title : nil, link: subject.link,
                    // The chain grows with every decision that moves a day; time alone changes what is told at the end of the embargo,
                    // and at the opening.
                    sequence: 3 * record.entries.count + desk.turns, status: status))
        }
        if let day = try desk.openingDay() {
            let standing = desk.openingStanding
            try add(.opening, day, standing)
            if standing != .cancelled, status.openedAt == nil {
                for days in (stages ?? WarningStages(record.policy)).days {
                    let warning = try counting(subject.pid) { () throws(EmbargoError) in try day.adding(days: -days) }
                    if warning >= today { try add(.warning(days: days), warning, standing) }
                }
            }
        }
        for (hold, review) in zip(record.holds, status.dates.holdReviews) {
            try add(.holdReview(hold: hold), review.day, .confirmed)
        }
        if let retention = status.dates.retention, case .kept = status.retention {
            try add(.retentionEnd, retention.ends.day, desk.openingStanding == .confirmed ? .confirmed : .tentative)
        }
        for notice in status.notices {
            guard case .objectionsUntil(let until) = notice, let request = desk.lastRelease else { continue }
            try add(.objections(request: request), try desk.day(of: until.advanced(byMilliseconds: -1)), .confirmed)
        }
        if case .purgeNotice(_, let isConfirmed) = status.retention, let from = status.dates.purgeAllowed?.day,
            let proposal = desk.lastProposal
        {
            try add(.purge(proposal: proposal), from, isConfirmed ? .confirmed : .tentative)
        }
        return entries
    }
}

extension NoticeDesk {
    /// The day from which the data are or were open, or would be by the embargo alone.
    fileprivate func openingDay() throws(NoticeError) -> LocalDate? {
        if let openedAt = status.openedAt { return try day(of: openedAt) }
        guard let opening = status.dates.opening else { return nil }
        guard case .instant(let instant) = status.dates.closedUntil, instant < opening.opens.at || isPastEmbargo else {
            return opening.firstOpenDay
        }
        return try day(of: instant)
    }

    private var isPastEmbargo: Bool { status.dates.opening.map { now >= $0.opens.at } ?? false }

    /// 0 during the embargo, 1 after it (a grace, a hold), 2 when the data have opened.
    fileprivate var turns: Int { status.openedAt != nil ? 2 : isPastEmbargo ? 1 : 0 }

    fileprivate var openingStanding: CalendarEntryStatus {
        switch status.state {
        case .open, .purged: .confirmed
        case .embargoed: status.dates.releaseOpens == nil && !isPastEmbargo ? .confirmed : .tentative
        case .collecting, .extensionPending, .held: .tentative
        case .proprietary, .withdrawn: .cancelled
        }
    }

    fileprivate var lastProposal: Int? {
        record.entries.last { if case .purgeProposed = $0.event { true } else { false } }?.number
    }
}
