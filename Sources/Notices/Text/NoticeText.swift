import Diagnostics
import EmbargoClock

/// Subject and body of a notice, in plain English: what happened or will, what the reader can do, until when, by which command.
public struct NoticeText: Sendable, Hashable {
    /// One line.
    public let subject: String
    /// Lines of at most 76 characters (an address of the web or a word from outside may be longer), each with a line feed.
    public let body: String

    /// - Throws: `malformed` if the notice is of another record.
    public init(_ notice: Notice, about subject: NoticeSubject) throws(NoticeError) {
        guard notice.key.text.hasPrefix(subject.pid + "#") else {
            throw NoticeError(
                .malformed, "The notice is of another record", got: notice.key.text, expected: "a notice of \(subject.pid)")
        }
        let words = NoticeWords(notice, subject)
        let title = notice.mayNameTitle ? subject.title : nil
        self.subject = (notice.isAlarm ? "ALARM: " : "") + words.headline + ": " + (title?.cut(to: 80) ?? subject.pid)

        var text = WrappedText()
        text.add(words.statement)
        var table = [("Identifier", subject.pid), ("Page", subject.link)]
        if let title { table.insert(("Title", title.cut(to: 500)), at: 0) }
        table += words.days.map { ($0.name, "\($0.day.withWeekday), \(notice.zone)") }
        text.add(table: table)
        for quotation in words.quotations {
            text.add(quotation.said)
            text.add(quotation: quotation.text)
        }
        if !words.list.isEmpty {
            text.add(words.listSaid)
            text.add(list: words.list.prefix(NoticeWords.longestList).map { $0.oneLine.cut(to: 300) })
            if words.list.count > NoticeWords.longestList {
                text.add("… and \(words.list.count - NoticeWords.longestList) more.")
            }
        }
        for paragraph in words.paragraphs { text.add(paragraph) }
        text.add("\(subject.facility). This message was written by a program; questions go to \(subject.contact.address).")
        body = text.text
    }
}

/// The parts of a text, before they are put in lines.
struct NoticeWords {
    static let longestList = 50

    /// The beginning of the subject.
    var headline = ""
    /// The first sentence.
    var statement = ""
    var days: [(name: String, day: LocalDate)] = []
    var quotations: [(said: String, text: String)] = []
    var listSaid = ""
    var list: [String] = []
    /// What can be done, until when, how.
    var paragraphs: [String] = []

    let pid: String

    init(_ notice: Notice, _ subject: NoticeSubject) {
        pid = subject.pid
        switch notice.kind {
        case .sessionCloses, .endsSoon, .objectionsUntil, .opened, .withdrawn: tellTeam(notice.kind)
        case .extensionGranted, .extensionRefused, .endCorrected, .policyChanged, .holdSet, .holdLifted: tellDecision(notice.kind)
        case .decisionPending, .decisionOverdue, .requestLapsed, .objectionUndecided, .holdReviewDue, .openingToRecord:
            askCurators(notice.kind)
        case .purgeNotice, .purgeCancelled: tellPurge(notice.kind)
        }
    }

    /// A command, as it is typed.
    func command(_ words: String) -> String { "'faisceau \(words) \(pid)'" }

    static let options = "(with --help it tells its options)"
}
