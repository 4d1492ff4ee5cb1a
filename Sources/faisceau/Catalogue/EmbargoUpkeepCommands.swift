import ArgumentParser
import CatalogueAnswers
import CatalogueLink
import CatalogueQuestions
import CommandLineSupport
import Custody
import Diagnostics
import EmbargoClock
import Foundation
import JSON
import RunCatalogue
import RunModel

/// `faisceau embargo share PID`
struct EmbargoShareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "share", abstract: "Share closed data with a person, or by a link that ends.",
        usage: "faisceau embargo share PID --with NAME|--link|--end N [<options>]",
        discussion: """
            A link is printed once, with its secret, which is stored nowhere; its uses are logged. Where neither the facility's file (pages) nor a \
            server says where pages are, the secret alone is printed: ?share=SECRET goes behind an address. --end takes a share back; its number stands \
            in faisceau catalogue history.

            Example:
              faisceau embargo share 10.5072/000000003rj076 --as irene --link \\
                  --until 2027-01-01T00:00:00Z
            """)

    @OptionGroup var options: DecisionOptions
    @Option(help: ArgumentHelp("A person's account.", valueName: "ACCOUNT")) var with: String?
    @Flag(help: "By a link, for reviewers.") var link = false
    @Option(help: ArgumentHelp("When it ends (RFC 3339), within a year.", valueName: "TIME")) var until: String?
    @Option(help: ArgumentHelp("End the share of this number now.", valueName: "N")) var end: Int64?

    func validate() throws {
        if end != nil {
            guard with == nil, !link, until == nil else { throw ValidationError("--end ends a share, and gives none") }
            return
        }
        guard until != nil else { throw ValidationError("Until when? --until TIME") }
        guard (with == nil) == link else { throw ValidationError("Share with an account (--with) or by a link (--link)") }
    }

    func run() async throws {
        if let end { return try await options.ask(.endShare, ["share": .integer(end)]) }
        let question = CatalogueQuestion(
            .share, of: options.pid, ["with": JSONValue(with), "link": link ? true : .null, "until": .string(until ?? "")])
        let server = try options.catalogue.server(named: options.catalogue.given)
        try await options.catalogue.asking(options.output) { asked, console in
            try Self.addressed(await asked.ask(question), at: server).outcome(on: console)
        }
    }

    /// A server that was not told where its pages are for everyone has them where it was asked.
    private static func addressed(_ answer: CatalogueAnswer, at server: CatalogueAddress?) throws -> CatalogueAnswer {
        guard let server, answer.fields["address"]?.text == nil, let secret = answer.fields["link"]?.text,
            let pid = answer.fields["pid"]?.text
        else { return answer }
        var fields = answer.fields
        let address = try server.url(["datasets", pid], query: [("share", secret)]).absoluteString
        fields["address"] = .string(address)
        return CatalogueAnswer(answer.event, fields, told: [.line(address)])
    }
}

/// `faisceau embargo sweep`
struct EmbargoSweepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep", abstract: "Open what is due; close sessions a week after their planned end; warn teams.",
        usage: "faisceau embargo sweep [<options>]",
        discussion: """
            Reading does not wait for it: what is due is read as open at once. A clock that cannot be trusted opens nothing. Teams are warned \
            180, 90, 30 and 7 days before, each once; `faisceau catalogue deliver` sends it. Run both from a timer, as often as you like, \
            where no server does it. With a key in the facility's file a checkpoint is signed each day.

            Example:
              faisceau embargo sweep --json
            """)

    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(output, showing: "opening", of: "records", CatalogueQuestion(.sweep))
    }
}

/// `faisceau embargo recompute`
struct EmbargoRecomputeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recompute", abstract: "Count every date anew from the decisions, and print what differs.",
        usage: "faisceau embargo recompute [--mend] [--apply-policy REASON] [<options>]",
        discussion: """
            Ends with 5 where a date differs. --mend writes the instants of the installed zone table where a newer release moves them; what was \
            edited behind the catalogue's back is told, and left for you to compare with a backup.

            A policy that is changed in the facility's file moves no record that is there: those that go by an earlier one are told, with the day of \
            opening by either. --apply-policy brings them to it, as a decision with your reason in each chain; a team whose day of opening moves is told. What it would \
            open at once stays as it is, and the command ends with 5.

            Examples:
              faisceau embargo recompute
              faisceau embargo recompute --apply-policy "kept ten years now"
            """)

    @Flag(help: "Bring instants to the installed zone table.") var mend = false
    @Option(help: ArgumentHelp("Bring records to the facility's policy.", valueName: "REASON")) var applyPolicy: String?
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        var arguments: JSONObject = mend ? ["mend": true] : [:]
        if let applyPolicy { arguments["policy_reason"] = .string(applyPolicy) }
        try await catalogue.ask(
            output, showing: "counting", of: "records", CatalogueQuestion(.recompute, arguments))
    }
}

/// `faisceau embargo clock`
struct EmbargoClockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock", abstract: "Tell the time that openings go by, and whether it can be trusted.",
        usage: "faisceau embargo clock [--accept] [<options>]",
        discussion: """
            After a reboot, time is trusted when a time service says that the clock is synchronised, or when somebody who has looked says so with \
            --accept. Until then nothing opens. A server's clock is accepted by an account with the role custodian, whose own machine shows the same time, to a minute.

            Example:
              faisceau embargo clock
            """)

    @Flag(help: "The system's time is right: go by it.") var accept = false
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard accept else { return try await catalogue.ask(output, CatalogueQuestion(.clock)) }
        let now = Timestamp(MachineClock().reading().wall)
        try await catalogue.ask(output, CatalogueQuestion(.acceptClock, ["now": .string("\(now)")]))
    }
}

/// `faisceau embargo calendar`
struct EmbargoCalendarCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar", abstract: "Export openings, warnings, reviews and ends of retention as iCalendar.",
        usage: "faisceau embargo calendar [<options>]",
        discussion:
            "What the reader may know of, and nothing else.\n\nExample:\n  faisceau embargo calendar --as irene > openings.ics")

    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(output, CatalogueQuestion(.calendar))
    }
}
