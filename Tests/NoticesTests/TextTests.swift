import Diagnostics
import EmbargoClock
import Notices
import Testing

@Suite("Texts") struct TextTests {
    private func text(of fact: String, in notices: [Notice], title: String? = "Protein crystals under pressure") throws
        -> NoticeText
    {
        try NoticeText(#require(notices.first { $0.fact == fact }), about: subject(title: title))
    }

    @Test func `A warning, word by word`() throws {
        var story = try Story.run()
        let text = try text(of: "ends-soon/2028-05-11/30", in: story.send(at: "2028-04-11T08:00:00Z"))
        #expect(text.subject == "Embargo ends on 2028-05-11, in 30 days: Protein crystals under pressure")
        #expect(
            text.body == """
                The embargo on these data ends in 30 days. They open then by themselves;
                from that day on everyone may use them.

                  Title:        Protein crystals under pressure
                  Identifier:   10.5072/7GK2M4Q9X3TA55
                  Page:         https://data.example.org/pid/10.5072/7GK2M4Q9X3TA55
                  Opens on:     2028-05-11 (Thursday), Europe/Paris
                  Asking until: 2028-05-10 (Wednesday), Europe/Paris

                If the data must stay closed for another year, whoever decides for them (the
                principal investigator or a deputy, as a rule) can ask for an extension,
                with a reason, until the end of 2028-05-10: 'faisceau embargo request
                10.5072/7GK2M4Q9X3TA55' (with --help it tells its options). A curator
                decides.

                If they may open earlier: 'faisceau embargo open-early
                10.5072/7GK2M4Q9X3TA55'. All dates, and how they were counted: 'faisceau
                embargo status 10.5072/7GK2M4Q9X3TA55'. Otherwise there is nothing to do.

                Synchrotron Example, data catalogue. This message was written by a program;
                questions go to data@example.org.

                """)
    }

    @Test func `An alarm to curators, word by word`() throws {
        var story = try Story.run()
        try story.tell(asked, by: People.principal, at: "2028-05-09T00:00:00Z")
        let text = try text(of: "decision-overdue/1", in: story.send(at: "2028-05-11T08:00:00Z"), title: nil)
        #expect(text.subject == "ALARM: Extension undecided, grace ends on 2028-06-10: 10.5072/7GK2M4Q9X3TA55")
        #expect(
            text.body == """
                The embargo has ended, and nobody has decided on the extension. Only the
                grace keeps these data closed.

                  Identifier: 10.5072/7GK2M4Q9X3TA55
                  Page:       https://data.example.org/pid/10.5072/7GK2M4Q9X3TA55
                  Open from:  2028-06-10 (Saturday), Europe/Paris

                The reason given:

                > SECRET A thesis is being written.

                Without a decision before that day the data open, and the request lapses.

                Decide: 'faisceau embargo decide 10.5072/7GK2M4Q9X3TA55' (with --help it
                tells its options). Who asked cannot decide.

                Synchrotron Example, data catalogue. This message was written by a program;
                questions go to data@example.org.

                """)
    }

    @Test func `Who may not read the title reads the identifier`() throws {
        var story = try Story.registered(.proprietary, at: "2025-05-01T00:00:00Z")
        try story.tell(hold(), by: People.curator, at: "2025-05-02T00:00:00Z")
        let notices = try story.send(at: "2025-05-02T00:00:00Z")
        let team = try text(of: "hold-set/1", in: notices)
        let curators = try text(of: "hold-set/1/curators", in: notices)
        #expect(team.subject.contains("Protein") && !team.body.contains("SECRET"))
        #expect(!(curators.subject + curators.body).contains("Protein") && curators.body.contains("SECRET"))
    }

    @Test func `Texts from outside stay one line of quotation: no forged paragraph, no turned writing, no control`() throws {
        var story = try Story.run()
        let reason = "Later.\n\nYour account expires: https://evil.example\u{202E}txt\u{1B}[2J\u{85}end"
        try story.tell(.extensionAsked(reason: reason, proposal: .found), by: People.principal, at: "2027-05-09T00:00:00Z")
        let text = try text(
            of: "decision-pending/1", in: story.send(at: "2027-05-09T00:00:00Z"),
            title: "A\r\nBcc: x@example.org \u{2028}\u{202E}B")
        #expect(text.subject == "Extension asked, decision before 2028-05-11: A Bcc: x@example.org B")
        #expect(text.body.contains("\n> Later. Your account expires: https://evil.example txt [2J end\n"))
        #expect(!text.body.unicodeScalars.contains { $0.isControl && $0 != "\n" })
    }

    @Test func `Long reasons and lists are cut, and say so`() throws {
        var story = try Story.run()
        try story.tell(
            .purgeProposed(reason: String(repeating: "word ", count: 1900), citations: (0..<60).map { "doi:10.1/\($0)" }),
            by: People.curator, at: "2031-06-01T00:00:00Z")
        let text = try text(of: "purge-notice/1/curators", in: story.send(at: "2031-06-01T00:00:00Z"))
        #expect(
            text.body.contains("word…") && text.body.contains("- doi:10.1/49\n\n… and 10 more.") && text.body.utf8.count < 5000)
    }

    @Test(arguments: ["", "10.5072/a b", "10.5072/a;rm", "10.5072/$(x)", "'10.5072/x", "-rf", String(repeating: "1", count: 121)])
    func `An identifier that a shell would read otherwise is refused`(pid: String) throws {
        let error = #expect(throws: NoticeError.self) {
            try NoticeSubject(
                pid: pid, title: nil, link: "https://x.example", facility: "F", contact: MailAddress("a@example.org"))
        }
        #expect(error?.code == .malformed)
    }

    @Test(arguments: ["", "javascript:x", "https://x.example/a b", "https://x.example/\n", "https://é.example"])
    func `What is no address of a page is refused`(link: String) throws {
        #expect(throws: NoticeError.self) {
            try NoticeSubject(
                pid: Story.pid, title: nil, link: link, facility: "F", contact: MailAddress("a@example.org"))
        }
    }

    @Test func `A notice of another record makes no text`() throws {
        let notice = try #require(Story.run().due(at: "2028-05-11T08:00:00Z").due.first)
        let other = try NoticeSubject(
            pid: "10.5072/other", title: nil, link: "https://x.example", facility: "F", contact: MailAddress("a@example.org"))
        #expect(throws: NoticeError.self) { try NoticeText(notice, about: other) }
    }

    @Test func `Keys are read back as they were stored, and nothing else is a key`() throws {
        let key = try #require(Story.run().due(at: "2028-05-11T08:00:00Z").due.first?.key)
        #expect(try NoticeKey(key.text) == key)
        #expect(try key.copy(for: "p-1").text == "\(Story.pid)#opened@p-1")
        for text in ["", " ", "#opened", "a b", "a\n", "é", String(repeating: "a", count: 201)] {
            #expect(throws: NoticeError.self) { try NoticeKey(text) }
        }
    }
}
