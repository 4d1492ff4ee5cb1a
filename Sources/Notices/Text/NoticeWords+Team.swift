import EmbargoClock

extension NoticeWords {
    mutating func tellTeam(_ kind: NoticeKind) {
        switch kind {
        case .sessionCloses(let plannedEnd):
            headline = "Session still open"
            statement = "The planned end of this session was a week ago, and it is still open. It may close by itself now."
            days = [("Planned end", plannedEnd)]
            paragraphs = [
                "Both clocks of the data, embargo and retention, start with the last run of the session.",
                "If the measurement is over, close it: \(command("session close")). If runs are still to come, ask a curator to move "
                    + "the planned end.",
            ]
        case .endsSoon(let opens, let daysLeft, let chance, let release, let isHeld):
            tellEnd(opens, daysLeft, chance, release, isHeld)
        case .objectionsUntil(let lastDay, let opens):
            headline = "Early release asked, objections until \(lastDay)"
            statement = "Somebody of the team has asked to open these data before their embargo ends."
            days = [("Objections until", lastDay), ("Opens then", opens)]
            paragraphs = [
                "Without an objection the data open on \(opens), unless a hold keeps them closed. Open data stay open.",
                "If you do not agree, object until the end of \(lastDay): \(command("embargo object")) \(Self.options). Then a curator "
                    + "decides; nobody of the team can overrule you. If you agree, there is nothing to do.",
            ]
        case .opened(let day, let licence, let access):
            headline = "Data open since \(day)"
            statement = "These data are open."
            days = [("Open since", day)]
            paragraphs = [
                access == .everyone
                    ? "Everyone can read and use them under the licence \(licence)."
                    : "Everyone with an account at the facility can read and use them under the licence \(licence).",
                "Open stays open: no extension is possible any more. How to cite them: \(command("cite")).",
            ]
        case .withdrawn(let reason):
            headline = "Data withdrawn"
            statement = "These data are withdrawn: nobody can read them any more. The page stays, and says why."
            quotations = [("The public reason:", reason)]
            paragraphs = ["Whoever cites them should be told. The way back is a decision of the facility: ask the address below."]
        default: break
        }
    }

    private mutating func tellEnd(
        _ opens: LocalDate, _ daysLeft: Int, _ chance: ExtensionChance, _ release: LocalDate?, _ isHeld: Bool
    ) {
        let left = daysLeft == 1 ? "in 1 day" : "in \(daysLeft) days"
        headline = "Embargo ends on \(opens), \(left)"
        statement =
            "The embargo on these data ends \(left). They open then by themselves; from that day on everyone may use them."
        days = [("Opens on", opens)]
        if isHeld {
            statement =
                "The embargo on these data ends \(left). A hold keeps them closed at present; once it is lifted, the embargo counts."
            days = [("Embargo ends", opens)]
        }
        if let release {
            paragraphs.append("An early release is asked: without an objection the data open on \(release.withWeekday) already.")
        }
        switch chance {
        case .until(let lastDay):
            days.append(("Asking until", lastDay))
            paragraphs.append(
                "If the data must stay closed for another year, whoever decides for them (the principal investigator or a deputy, as a "
                    + "rule) can ask for an extension, with a reason, until the end of \(lastDay): \(command("embargo request")) "
                    + "\(Self.options). A curator decides.")
        case .pending:
            paragraphs.append(
                "An extension is asked, and no curator has decided yet. You will be told; the days above are those without it.")
        case .exhausted: paragraphs.append("All extensions that the policy knows are granted: there is no further one.")
        case .tooLate: paragraphs.append("The time for asking for an extension has passed.")
        }
        paragraphs.append(
            "If they may open earlier: \(command("embargo open-early")). All dates, and how they were counted: "
                + "\(command("embargo status")). Otherwise there is nothing to do.")
    }
}
