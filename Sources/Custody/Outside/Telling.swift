import Diagnostics
import EmbargoClock
import Notices
import RunCatalogue

/// What is written for the outside world with a change: in the same transaction, or not at all.
struct OutsideDrafts: Sendable {
    var outbox: [OutboxDraft] = []
    var notices: [NoticeDraft] = []
    /// When something may be to tell by time alone.
    var looksAgain: Int64?
}

extension Custodian {
    private static let beginning = "notices begin"

    /// Which notices are due, as this facility sets it.
    ///
    /// A catalogue that begins to tell is silent about what happened before: the time of the first question is remembered.
    public func warningPlan() async throws(CatalogueError) -> WarningPlan {
        let begins: Instant
        if let text = try await store.setting(Self.beginning) {
            begins = try ruled(at: "setting '\(Self.beginning)'") { () throws(EmbargoError) in try Instant(text) }
        } else {
            begins = try await time.now().now
            if begins != .earliest { try await store.set(Self.beginning, to: "\(begins)") }
        }
        let days = rules.warningDays
        return WarningPlan(
            stages: try noticed(at: "mail.warningDays") { () throws(NoticeError) in try WarningStages(days: days) },
            begins: begins)
    }

    /// The notices of a record that are due and not told.
    public func notices(
        of record: EmbargoRecord, pid: String, told: Set<String>, _ plan: WarningPlan, at now: Instant
    ) throws(CatalogueError) -> DueNotices {
        let zone = rules.zone
        return try noticed(at: pid) { () throws(NoticeError) in
            try plan.notices(of: record, pid: pid, in: zone, sent: Set(told.compactMap { try? NoticeKey($0) }), at: now)
        }
    }

    /// What follows from a decision for the outside world.
    func drafts(
        after event: EmbargoEvent, of owner: ClockOwner, pid: String?, _ record: EmbargoRecord, at now: Instant
    ) async throws(CatalogueError) -> OutsideDrafts {
        var drafts = OutsideDrafts()
        guard let pid else { return drafts }
        if event.changesPublicRecord, record.status(at: now).readers.shortRecord == .everyone {
            drafts.outbox.append(try OutsideMessage.record(pid: pid).draft)
        }
        let due = try await notices(
            of: record, pid: pid, told: store.told(of: owner, tenant: tenant), warningPlan(), at: now)
        drafts.notices = try noticeDrafts(due, pid: pid)
        drafts.looksAgain = try looksAgain(record, after: now)
        return drafts
    }

    /// - Parameter silent: notices that another record's speaks for.
    func noticeDrafts(
        _ due: DueNotices, pid: String, silent: Set<NoticeKey> = [], standingForOthers: Set<NoticeKey> = []
    ) throws(CatalogueError) -> [NoticeDraft] {
        var drafts = due.passed.map { NoticeDraft($0.text) }
        for notice in due.due {
            guard !silent.contains(notice.key) else {
                drafts.append(NoticeDraft(notice.key.text))
                continue
            }
            let stands = standingForOthers.contains(notice.key)
            var messages = [try OutsideMessage.notice(notice.key, standsForOthers: stands).draft]
            // In the grace the public record names another day, and no entry of the chain says so.
            if case .decisionOverdue = notice.kind { messages.append(try OutsideMessage.record(pid: pid).draft) }
            drafts.append(NoticeDraft(notice.key.text, messages))
        }
        return drafts
    }

    /// The next time at which something may be to tell, whole UTC seconds, rounded up.
    func looksAgain(_ record: EmbargoRecord, after now: Instant) throws(CatalogueError) -> Int64? {
        let (dates, zone, stages) = (record.dates, rules.zone, rules.warningDays)
        var instants = dates.holdReviews.map(\.at)
        if let release = dates.releaseOpens { instants.append(release.at) }
        if let purge = dates.purgeAllowed { instants.append(purge.at) }
        if let opening = dates.opening {
            // A day after it somebody is told if the sweep has not come.
            instants += [opening.opens.at, opening.opens.at.advanced(byDaysOf24Hours: 1), opening.graceEnds.at]
            instants += try ruled(at: "mail.warningDays") { () throws(EmbargoError) in
                try stages.map { days throws(EmbargoError) in try zone.startOfDay(opening.opens.day.adding(days: -days)) }
            }
        }
        if let plannedEnd = record.plannedEnd { instants.append(plannedEnd.advanced(byDaysOf24Hours: 7)) }
        return instants.filter { $0 > now }.min().map {
            $0.secondsSince1970 + ($0.millisecondsSince1970 % 1000 > 0 ? 1 : 0)
        }
    }
}

extension EmbargoEvent {
    /// Whether the short record may say something else afterwards: dates, rights, a tombstone.
    var changesPublicRecord: Bool {
        switch self {
        case .registered, .runEnded, .sessionClosed, .anchorCorrected, .extensionGranted, .extensionRefused, .extensionWithdrawn,
            .earlyReleaseAsked, .objectionRaised, .objectionUpheld, .objectionOverruled, .opened, .publishedElsewhere,
            .foundProprietary, .holdSet, .holdLifted,
            .withdrawn, .policyChanged, .zoneTableChanged, .purged:
            true
        case .plannedEndMoved, .rightsPassed, .extensionAsked, .purgeHoldSet, .holdReviewed, .purgeProposed, .purgeConfirmed,
            .purgeCancelled:
            false
        }
    }
}

/// Runs what may throw an error of notices, and tells it in the catalogue's words.
func noticed<Value>(at place: String, _ body: () throws(NoticeError) -> Value) throws(CatalogueError) -> Value {
    do { return try body() } catch {
        throw CatalogueError(
            .badRequest, error.what, at: error.place.map { "\(place), \($0)" } ?? place, got: error.got, expected: error.expected,
            remedy: error.remedy, cause: error)
    }
}
