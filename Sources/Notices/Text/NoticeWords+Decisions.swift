import EmbargoClock

extension NoticeWords {
    mutating func tellDecision(_ kind: NoticeKind) {
        switch kind {
        case .extensionGranted(let opens):
            headline = "Extension granted, embargo until \(opens)"
            statement = "The extension that was asked for these data is granted. They open a year later than they would have."
            days = [("Opens on", opens)]
            paragraphs = [
                "You will be warned again before that day. All dates, and how they were counted: \(command("embargo status"))."
            ]
        case .extensionRefused(let opens, let reason):
            headline = "Extension refused"
            statement = "The extension that was asked for these data is refused. The day of opening stays as it was."
            days = [("Opens on", opens)]
            quotations = [("The reason:", reason)]
            paragraphs = [
                "While the data are closed another extension can be asked, with other reasons: \(command("embargo request")) "
                    + "\(Self.options). \(command("embargo status")) tells until when."
            ]
        case .endCorrected(let opened, let opens, let reason):
            headline = "Day of opening corrected to \(opens)"
            statement =
                "A curator has corrected the end of the measurement from which the embargo of these data is counted. Their day of opening "
                + "follows from it."
            days = [("Opens on", opens), ("Before it was", opened)]
            quotations = [("The reason:", reason)]
            paragraphs = [
                "If that is not right, say so at the address below before they open: open data stay open. All dates, and how they were "
                    + "counted: \(command("embargo status"))."
            ]
        case .policyChanged(let opened, let opens, let reason):
            headline = "Day of opening moved to \(opens)"
            statement = "The facility goes by another data policy, and these data with it. Their day of opening follows from it."
            days = [("Opens on", opens), ("Before it was", opened)]
            quotations = [("The reason:", reason)]
            paragraphs = [
                "If that is not right, say so at the address below before they open: open data stay open. All dates, and how they were "
                    + "counted: \(command("embargo status"))."
            ]
        case .holdSet(let kind, let closesData, let review, let reason):
            headline = closesData ? "Data held" : "Purge blocked by a hold"
            statement =
                closesData
                ? "A hold (\(kind.rawValue)) was set on these data: they do not open until it is lifted, whatever their embargo says."
                : "A hold (\(kind.rawValue)) was set against a purge: the data are kept until it is lifted. Who may read them does not change."
            days = [("Review on", review)]
            if let reason { quotations = [("The reason, for curators only:", reason)] }
            if reason == nil {
                paragraphs = [
                    "Who could read them before still can. The clocks do not stop. You will be told when the hold is lifted; for its "
                        + "reason ask the address below."
                ]
            } else {
                paragraphs = [
                    "On that day at the latest a curator looks at it again. To lift it: \(command("embargo lift")) \(Self.options)."
                ]
            }
        case .holdLifted(let kind, let opens):
            headline = "Hold lifted"
            statement = "The hold (\(kind.rawValue)) on these data is lifted."
            if let opens {
                days = [("Opens on", opens)]
                paragraphs = ["They open on that day, or are open if it is past."]
            } else {
                paragraphs = ["It was not the only thing that keeps them as they are, and no day of opening follows from it."]
            }
            paragraphs.append("All dates, and how they were counted: \(command("embargo status")).")
        default: break
        }
    }

    mutating func tellPurge(_ kind: NoticeKind) {
        switch kind {
        case .purgeNotice(let day, let grounds):
            headline = "Files to be deleted from \(day) on"
            statement =
                "The time for which these data are kept is over, and it is proposed to delete their files. The identifier, the page, the "
                + "metadata and the checksums stay."
            days = [("Not before", day)]
            if let grounds {
                quotations = [("The reason of the proposal:", grounds.reason)]
                (listSaid, list) = ("Known citations:", grounds.citations)
                paragraphs = [
                    grounds.citations.isEmpty ? "No citation is known." : "Look at the citations before you confirm.",
                    "A second person confirms, or cancels, until then: \(command("retention purge")) \(Self.options).",
                ]
            } else {
                paragraphs = [
                    "If you need the data, copy them before that day, or say until then at the address below why they should be kept. "
                        + "Their files: \(command("files")).",
                    "They are deleted only if a second person confirms, no hold stands, and no job reads them.",
                ]
            }
        case .purgeCancelled:
            headline = "Files are kept"
            statement = "The proposal to delete the files of these data, of which you were told, is cancelled."
            paragraphs = ["There is nothing to do."]
        default: break
        }
    }
}
