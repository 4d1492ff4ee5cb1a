import ArgumentParser
import CatalogueAnswers
import CatalogueLink
import CatalogueQuestions
import CommandLineSupport
import EmbargoClock
import JSON

extension DecisionOptions {
    /// Puts what is to be decided to the catalogue, and says what it came to.
    func ask(_ name: QuestionName, _ arguments: JSONObject) async throws {
        try await catalogue.ask(output, CatalogueQuestion(name, of: pid, arguments))
    }
}

/// `faisceau embargo request PID`
struct EmbargoRequestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "Ask for a year more.", usage: "faisceau embargo request PID --reason TEXT [<options>]",
        discussion: """
            The principal investigator or a deputy asks, before the opening; the clock does not stop. --withdraw takes the request back. Once the \
            right has passed to the team (faisceau embargo pass), any member asks for its majority with --votes: in favour, of all members \
            whom the proposal names.

            Example:
              faisceau embargo request 10.5072/000000003rj076 --as irene \\
                  --reason "the thesis is not defended"
            """)

    @OptionGroup var options: DecisionOptions
    @Option(help: ArgumentHelp("Why.", valueName: "TEXT")) var reason: String
    @Flag(help: "Take the pending request back.") var withdraw = false
    @Option(help: ArgumentHelp("The team has voted: in favour, of how many.", valueName: "N/M")) var votes: Votes?

    func run() async throws {
        try await options.ask(
            .requestExtension,
            [
                "reason": .string(reason), "withdraw": withdraw ? true : .null,
                "votes": JSONValue(votes.map { "\($0.inFavour)/\($0.of)" }),
            ])
    }
}

/// `3/5`
struct Votes: ExpressibleByArgument {
    let inFavour: Int
    let of: Int

    init?(argument: String) {
        let numbers = argument.split(separator: "/").compactMap { Int($0) }
        guard numbers.count == 2, numbers[0] >= 0, numbers[1] >= numbers[0] else { return nil }
        (inFavour, of) = (numbers[0], numbers[1])
    }
}

/// `faisceau embargo decide PID granted|refused|upheld|overruled`
struct EmbargoDecideCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide", abstract: "Decide on a request for an extension, or on an objection.",
        usage: "faisceau embargo decide PID ANSWER [--reason TEXT] [<options>]",
        discussion: """
            A curator who is not the one who asked (a director, for a third extension). granted and refused answer a request; upheld (the data stay \
            closed) and overruled answer an objection to an early release. All but granted need a reason.

            Example:
              faisceau embargo decide 10.5072/000000003rj076 granted --as cleo
            """)

    @OptionGroup var options: DecisionOptions
    @Argument(help: "granted, refused, upheld or overruled.") var answer: DecisionAnswer
    @Option(help: ArgumentHelp("Why.", valueName: "TEXT")) var reason = ""

    func run() async throws {
        try await options.ask(.decide, ["answer": .string(answer.rawValue), "reason": .string(reason)])
    }
}

/// `faisceau embargo open-early PID`
struct EmbargoOpenEarlyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open-early", abstract: "Open before the embargo ends, if nobody of the team objects within 14 days.",
        usage: "faisceau embargo open-early PID --accept-licence CC-BY-4.0 [<options>]",
        discussion:
            "Any member of the team. What is open stays open.\n\nExample:\n  faisceau embargo open-early 10.5072/000000003rj076 --as jean \\\n      --accept-licence CC-BY-4.0"
    )

    @OptionGroup var options: DecisionOptions
    @Option(help: ArgumentHelp("The licence, by its SPDX name, as the policy has it.", valueName: "LICENCE")) var acceptLicence:
        String

    func run() async throws {
        try await options.ask(.openEarly, ["licence": .string(acceptLicence)])
    }
}

/// `faisceau embargo object PID`
struct EmbargoObjectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "object", abstract: "Object to an early release: a curator decides then.",
        usage: "faisceau embargo object PID --reason TEXT [<options>]",
        discussion:
            "Example:\n  faisceau embargo object 10.5072/000000003rj076 --as jean \\\n      --reason \"a patent is pending\"")

    @OptionGroup var options: DecisionOptions
    @Option(help: ArgumentHelp("Why.", valueName: "TEXT")) var reason: String

    func run() async throws {
        try await options.ask(.object, ["reason": .string(reason)])
    }
}

extension HoldKind: ExpressibleByArgument {}

/// `faisceau embargo hold PID`
struct EmbargoHoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Keep data closed until the hold is lifted.",
        usage: "faisceau embargo hold PID --reason TEXT --review DATE [<options>]",
        discussion: """
            A curator. The review date is mandatory, and moves with --review-of. --purge-only holds the bytes against a purge, and closes nothing.

            Example:
              faisceau embargo hold 10.5072/000000003rj076 --kind legal \\
                  --reason "a dispute" --review 2027-01-01
            """)

    @OptionGroup var options: DecisionOptions
    @Option(help: "legal, safety or ethics.") var kind: HoldKind = .legal
    @Option(help: ArgumentHelp("Why.", valueName: "TEXT")) var reason: String
    @Option(help: ArgumentHelp("When it is looked at again.", valueName: "DATE")) var review: String
    @Option(help: ArgumentHelp("The entry of a hold that is reviewed and goes on.", valueName: "ENTRY")) var reviewOf: Int?
    @Flag(help: "Against a purge only.") var purgeOnly = false

    func run() async throws {
        try await options.ask(
            .hold,
            [
                "kind": .string(kind.rawValue), "reason": .string(reason), "review": .string(review),
                "review_of": JSONValue(reviewOf), "purge_only": purgeOnly ? true : .null,
            ])
    }
}

/// `faisceau embargo lift PID`
struct EmbargoLiftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lift", abstract: "Lift a hold: what is due opens at once.",
        usage: "faisceau embargo lift PID [--hold ENTRY] --reason TEXT [<options>]",
        discussion: "Example:\n  faisceau embargo lift 10.5072/000000003rj076 --reason settled")

    @OptionGroup var options: DecisionOptions
    @Option(help: ArgumentHelp("The entry that set it (default: the only one).", valueName: "ENTRY")) var hold: Int?
    @Option(help: ArgumentHelp("Why.", valueName: "TEXT")) var reason: String

    func run() async throws {
        try await options.ask(.lift, ["hold": JSONValue(hold), "reason": .string(reason)])
    }
}

/// `faisceau embargo pass PID HOLDER`
struct EmbargoPassCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pass", abstract: "Let the next ones decide where those who did cannot any more.",
        usage: "faisceau embargo pass PID HOLDER --reason TEXT [<options>]",
        discussion: """
            The principal investigator and the deputies decide for data; then the main proposer, then the majority of the team, then the \
            facility. A curator or a director lets the next ones decide too, down this order only; status tells who does.

            Example:
              faisceau embargo pass 10.5072/000000003rj076 main-proposer --as cleo \\
                  --reason "the principal investigator has died"
            """)

    @OptionGroup var options: DecisionOptions
    @Argument(help: ArgumentHelp("main-proposer, team or facility.", valueName: "HOLDER")) var to: RightsWord
    @Option(help: ArgumentHelp("Why.", valueName: "TEXT")) var reason: String

    func run() async throws {
        try await options.ask(.passRights, ["to": .string(to.rawValue), "reason": .string(reason)])
    }
}

/// `faisceau embargo withdraw PID`
struct EmbargoWithdrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Take data back for good: a tombstone with its reason stays.",
        usage: "faisceau embargo withdraw PID --reason TEXT --confirmed-by NAME",
        discussion: """
            A curator and a director, two persons. The reason is public. At a server the second person signs in too, on the same machine: \
            faisceau login URL --account dora.

            Example:
              faisceau embargo withdraw 10.5072/000000003rj076 --as cleo \\
                  --confirmed-by dora --reason "a participant withdrew consent"
            """)

    @OptionGroup var options: DecisionOptions
    @Option(help: ArgumentHelp("Why: everyone reads it.", valueName: "TEXT")) var reason: String
    @Option(help: ArgumentHelp("The second person.", valueName: "ACCOUNT")) var confirmedBy: String

    func run() async throws {
        var arguments: JSONObject = ["reason": .string(reason), "confirmed_by": .string(confirmedBy)]
        // Over a network the second person has to have signed in here too.
        if let token = try options.catalogue.token(of: confirmedBy) { arguments["confirmed_by_token"] = .string(token.text) }
        try await options.ask(.withdraw, arguments)
    }
}

extension DecisionAnswer: ExpressibleByArgument {}
extension RightsWord: ExpressibleByArgument {}
