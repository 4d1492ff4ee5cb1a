import EmbargoClock

// What has happened, from the chain, and the opening, which happens without an entry.

extension NoticeDesk {
    mutating func offerEvents() throws(NoticeError) {
        var request: Int?
        for entry in record.entries {
            switch entry.event {
            case .extensionAsked: request = entry.number
            case .extensionWithdrawn: request = nil
            case .extensionGranted:
                request = nil
                try offerGrant(entry)
            case .extensionRefused(let reason):
                request = nil
                guard let opens = entry.dates.opening?.firstOpenDay else { break }
                try offer(
                    "extension-refused/\(entry.number)", .extensionRefused(opens: opens, reason: reason), to: teamAndRightHolders,
                    stillCounts: !isTakenBack, since: entry.at)
            case .holdSet(let kind, let reason, let review):
                try offerHold(entry, kind, closesData: true, reason, review)
            case .purgeHoldSet(let kind, let reason, let review):
                try offerHold(entry, kind, closesData: false, reason, review)
            case .holdLifted(let hold, _): try offerLift(entry, of: hold)
            case .withdrawn(let reason, _):
                request = nil
                try offer("withdrawn", .withdrawn(reason: reason), to: teamAndRightHolders, since: entry.at)
            case .purgeProposed(let reason, let citations):
                try offerPurge(entry, PurgeGrounds(reason: reason, citations: citations))
            case .purgeCancelled: try offerCancelledPurge(entry)
            case .anchorCorrected(_, let reason):
                try offerMove(entry, "end-corrected") { .endCorrected(opened: $0, opens: $1, reason: reason) }
            case .policyChanged(_, let reason):
                try offerMove(entry, "policy-changed") { .policyChanged(opened: $0, opens: $1, reason: reason) }
            case .registered, .runEnded, .sessionClosed, .plannedEndMoved, .rightsPassed, .earlyReleaseAsked, .objectionRaised,
                .objectionUpheld, .objectionOverruled, .opened, .publishedElsewhere, .foundProprietary, .holdReviewed,
                .zoneTableChanged, .purgeConfirmed, .purged:
                break
            }
        }
        try offerOpening(undecided: request)
    }

    /// The data were withdrawn, or are gone: what was decided about them before does not count any more.
    private var isTakenBack: Bool {
        switch status.state {
        case .withdrawn, .purged: true
        default: false
        }
    }

    private mutating func offerOpening(undecided request: Int?) throws(NoticeError) {
        guard let openedAt = status.openedAt else { return }
        let day = try day(of: openedAt)
        let kind = NoticeKind.opened(on: day, licence: record.openingPolicy.licence, access: record.openingPolicy.access)
        try offer("opened", kind, to: teamAndRightHolders, stillCounts: !isTakenBack, since: openedAt)
        if let request {
            try offer(
                "request-lapsed/\(request)", .requestLapsed(opened: day), to: [.curators], stillCounts: !isTakenBack,
                since: openedAt)
        }
    }

    private mutating func offerGrant(_ entry: EmbargoEntry) throws(NoticeError) {
        guard let opens = entry.dates.opening?.firstOpenDay else { return }
        let isLast = !record.entries.dropFirst(entry.number + 1).contains { $0.event == .extensionGranted }
        try offer(
            "extension-granted/\(entry.number)", .extensionGranted(opens: status.dates.opening?.firstOpenDay ?? opens),
            to: teamAndRightHolders, stillCounts: isLast && !isTakenBack && status.openedAt == nil, since: entry.at)
    }

    /// Where the day of opening is another one by it. While a session collects nobody was told a day.
    private mutating func offerMove(
        _ entry: EmbargoEntry, _ name: String, _ kind: (_ opened: LocalDate, _ opens: LocalDate) -> NoticeKind
    ) throws(NoticeError) {
        let before = record.entries.prefix(entry.number)
        if case .registered(.session, _, _)? = before.first?.event, !before.contains(where: { $0.event == .sessionClosed }) {
            return
        }
        guard let opened = before.last?.dates.opening?.firstOpenDay, let opens = entry.dates.opening?.firstOpenDay,
            opened != opens
        else { return }
        let isLast = !record.entries.dropFirst(entry.number + 1).contains { $0.event.name == entry.event.name }
        try offer(
            "\(name)/\(entry.number)", kind(opened, status.dates.opening?.firstOpenDay ?? opens),
            to: teamAndRightHolders, stillCounts: isLast && !isTakenBack && status.openedAt == nil, since: entry.at)
    }

    private mutating func offerHold(
        _ entry: EmbargoEntry, _ kind: HoldKind, closesData: Bool, _ reason: String, _ review: LocalDate
    ) throws(NoticeError) {
        let stands = record.holds.contains(entry.number) && !isTakenBack
        // Of a hold everyone learns that it stands; why, may be a court's or a person's matter.
        try offer(
            "hold-set/\(entry.number)", .holdSet(kind, closesData: closesData, review: review, reason: nil),
            to: teamAndRightHolders, stillCounts: stands, since: entry.at)
        try offer(
            "hold-set/\(entry.number)/curators", .holdSet(kind, closesData: closesData, review: review, reason: reason),
            to: [.curators], stillCounts: stands, since: entry.at)
    }

    /// Told to those who were told that the hold stands.
    private mutating func offerLift(_ entry: EmbargoEntry, of hold: Int) throws(NoticeError) {
        let kind: HoldKind
        var closedData = false
        switch hold < record.entries.count ? record.entries[hold].event : nil {
        case .holdSet(let set, _, _): (kind, closedData) = (set, true)
        case .purgeHoldSet(let set, _, _): kind = set
        default: return
        }
        var opens: LocalDate?
        if closedData, case .instant(let instant) = status.dates.closedUntil { opens = try day(of: instant) }
        try offer(
            "hold-lifted/\(hold)", .holdLifted(kind, opens: opens), to: teamAndRightHolders,
            stillCounts: try wasSent("hold-set/\(hold)") && !isTakenBack, since: entry.at)
    }

    private mutating func offerPurge(_ entry: EmbargoEntry, _ grounds: PurgeGrounds) throws(NoticeError) {
        let isLast = !record.entries.dropFirst(entry.number + 1).contains {
            switch $0.event {
            case .purgeProposed, .purgeCancelled, .purged: true
            default: false
            }
        }
        guard let from = entry.dates.purgeAllowed?.day else { return }
        try offer(
            "purge-notice/\(entry.number)", .purgeNotice(from: from, grounds: nil), to: teamAndRightHolders, stillCounts: isLast,
            since: entry.at)
        try offer(
            "purge-notice/\(entry.number)/curators", .purgeNotice(from: from, grounds: grounds), to: [.curators],
            stillCounts: isLast, since: entry.at)
    }

    /// Told to those who were told of the purge.
    private mutating func offerCancelledPurge(_ entry: EmbargoEntry) throws(NoticeError) {
        let proposal = record.entries.prefix(entry.number).last {
            if case .purgeProposed = $0.event { true } else { false }
        }
        guard let proposal else { return }
        try offer(
            "purge-cancelled/\(entry.number)", .purgeCancelled, to: teamAndRightHolders,
            stillCounts: try wasSent("purge-notice/\(proposal.number)") && status.state != .purged, since: entry.at)
    }
}
