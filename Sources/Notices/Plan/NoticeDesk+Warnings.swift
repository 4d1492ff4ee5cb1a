import EmbargoClock

// The warnings before an opening: stages of days, counted on the calendar of the zone.

extension NoticeDesk {
    mutating func offerWarnings(_ stages: WarningStages) throws(NoticeError) {
        guard let opening = status.dates.opening, isRunning else { return }
        let opens = opening.opens
        var reached: [Int] = []
        for days in stages.days {
            let begins = try counting(pid) { () throws(EmbargoError) in
                try zone.startOfDay(opens.day.adding(days: -days))
            }
            if now >= begins { reached.append(days) }
        }
        // Once the data may be open, a warning is of no use: another notice tells what has happened.
        guard status.openedAt == nil, now < opens.at, let latest = reached.last else {
            for days in reached { try pass(Self.warning(opens.day, days)) }
            return
        }
        for days in reached.dropLast() { try pass(Self.warning(opens.day, days)) }
        let kind = NoticeKind.endsSoon(
            opens: opening.firstOpenDay, daysLeft: opens.day.dayNumber - (try day(of: now)).dayNumber,
            chance: try chance(opening), release: try releaseDay(before: opens.at), isHeld: isHeld)
        try offer(Self.warning(opens.day, latest), kind, to: teamAndRightHolders)
    }

    private static func warning(_ opens: LocalDate, _ days: Int) -> String { "ends-soon/\(opens)/\(days)" }

    /// Whether the embargo has begun, or has ended by an opening; not before, not outside the policy, not after a withdrawal.
    private var isRunning: Bool {
        var state = status.state
        if case .held(let below) = state { state = below }
        switch state {
        case .embargoed, .extensionPending, .open: return true
        case .collecting, .held, .proprietary, .withdrawn, .purged: return false
        }
    }

    private var isHeld: Bool {
        if case .held = status.state { true } else { false }
    }

    private func chance(_ opening: OpeningDates) throws(NoticeError) -> ExtensionChance {
        var state = status.state
        if case .held(let below) = state { state = below }
        if case .extensionPending = state { return .pending }
        guard case .embargoed(let extensions) = state, extensions < record.policy.largestNumberOfExtensions else {
            return .exhausted
        }
        guard now < opening.asksUntil.at else { return .tooLate }
        return .until(try day(of: opening.asksUntil.at.advanced(byMilliseconds: -1)))
    }

    private func releaseDay(before opens: Instant) throws(NoticeError) -> LocalDate? {
        guard case .instant(let instant) = status.dates.closedUntil, instant < opens else { return nil }
        return try day(of: instant)
    }
}
