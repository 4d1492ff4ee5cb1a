import EmbargoClock

extension NoticeWords {
    mutating func askCurators(_ kind: NoticeKind) {
        let decide = "Decide: \(command("embargo decide")) \(Self.options). Who asked cannot decide."
        switch kind {
        case .decisionPending(let opens, let reason):
            headline = "Extension asked, decision before \(opens)"
            statement = "An extension is asked for these data. The clock does not stop while it waits."
            days = [("Opens on", opens)]
            quotations = [("The reason given:", reason)]
            paragraphs = [decide]
        case .decisionOverdue(let graceEnds, let reason):
            headline = "Extension undecided, grace ends on \(graceEnds)"
            statement = "The embargo has ended, and nobody has decided on the extension. Only the grace keeps these data closed."
            days = [("Open from", graceEnds)]
            quotations = [("The reason given:", reason)]
            paragraphs = ["Without a decision before that day the data open, and the request lapses.", decide]
        case .requestLapsed(let opened):
            headline = "Data opened, extension undecided"
            statement = "These data opened, and an extension that was asked in time had not been decided. The request has lapsed."
            days = [("Open since", opened)]
            paragraphs = [
                "Open stays open: an extension cannot be granted any more. Tell the team what happened; the chain of decisions: "
                    + "\(command("history"))."
            ]
        case .objectionUndecided(let reasons):
            headline = "Objection to an early release"
            statement =
                "Somebody of the team objects to the early release of these data. They stay closed until a curator decides."
            (listSaid, list) = ("The reasons given:", reasons)
            paragraphs = ["\(decide) Nor can who objected."]
        case .holdReviewDue(let kind, let hold, let day, let reason):
            headline = "Hold to review"
            statement = "The review date of a hold (\(kind.rawValue), entry \(hold)) has come. It stands until it is lifted."
            days = [("Review on", day)]
            quotations = [("Its reason:", reason)]
            paragraphs = [
                "Lift it: \(command("embargo lift")) \(Self.options). Or set its next review: \(command("embargo hold")) \(Self.options)."
            ]
        case .openingToRecord(let opened):
            headline = "Opening not recorded"
            statement =
                "These data have been open for a day or more, and the sweep has not recorded it. Readers have access; registries, "
                + "projections and mirrors may not know."
            days = [("Open since", opened)]
            paragraphs = ["Look why the sweep does not run, and run it: 'faisceau embargo sweep'."]
        default: break
        }
    }
}
