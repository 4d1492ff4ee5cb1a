import EmbargoClock

// What waits for somebody at this moment: every case of `EmbargoNotice`.

extension NoticeDesk {
    mutating func offerStanding() throws(NoticeError) {
        for notice in status.notices {
            switch notice {
            // The stages are counted elsewhere, the lapsed request from the chain: it must be told also when the opening is recorded.
            case .endsSoon, .requestLapsed: break
            case .sessionCloses:
                guard let plannedEnd = record.plannedEnd else { break }
                try offer("session-closes", .sessionCloses(plannedEnd: try day(of: plannedEnd)), to: [.beamlineStaff])
            case .decisionPending(let request):
                guard let opens = status.dates.opening?.firstOpenDay else { break }
                try offer(
                    "decision-pending/\(request)", .decisionPending(opens: opens, reason: reason(of: request)), to: [.curators])
            case .decisionOverdue(let request, let graceEnds):
                try pass("decision-pending/\(request)")
                try offer(
                    "decision-overdue/\(request)",
                    .decisionOverdue(graceEnds: try day(of: graceEnds), reason: reason(of: request)), to: [.curators])
            case .objectionsUntil(let until):
                guard let request = lastRelease else { break }
                // An embargo that ends before leaves less time.
                let ends = min(until, status.dates.opening?.opens.at ?? until)
                let lastDay = try day(of: ends.advanced(byMilliseconds: -1))
                try offer(
                    "objections/\(request)", .objectionsUntil(lastDay: lastDay, opens: try day(of: ends)),
                    to: teamAndRightHolders)
            case .objectionUndecided(let request):
                try offer(
                    "objection-undecided/\(request)", .objectionUndecided(reasons: objections(since: request)), to: [.curators])
            case .holdReviewDue(let hold): try offerReview(of: hold)
            case .openingToRecord(let openedAt):
                // The sweep sees to it at once, and whoever asks here may be the sweep; after a day somebody should look.
                guard now >= openedAt.advanced(byDaysOf24Hours: 1) else { break }
                try offer("opening-to-record", .openingToRecord(opened: try day(of: openedAt)), to: [.curators])
            }
        }
    }

    private mutating func offerReview(of hold: Int) throws(NoticeError) {
        guard let set = hold < record.entries.count ? record.entries[hold].event : nil,
            let review = zip(record.holds, status.dates.holdReviews).first(where: { $0.0 == hold })?.1
        else { return }
        switch set {
        case .holdSet(let kind, let reason, _), .purgeHoldSet(let kind, let reason, _):
            try offer(
                "hold-review/\(hold)/\(review.day)", .holdReviewDue(kind, hold: hold, on: review.day, reason: reason),
                to: [.curators])
        default: break
        }
    }

    /// The entry that asked for the early release that stands.
    var lastRelease: Int? {
        record.entries.last { if case .earlyReleaseAsked = $0.event { true } else { false } }?.number
    }

    private func reason(of request: Int) -> String {
        guard request < record.entries.count, case .extensionAsked(let reason, _) = record.entries[request].event else {
            return ""
        }
        return reason
    }

    private func objections(since request: Int) -> [String] {
        record.entries.dropFirst(request).compactMap {
            if case .objectionRaised(let reason) = $0.event { reason } else { nil }
        }
    }
}
