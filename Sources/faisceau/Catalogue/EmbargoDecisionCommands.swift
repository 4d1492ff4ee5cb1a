import ArgumentParser
import CommandLineSupport
import Custody
import Diagnostics
import EmbargoClock
import RunCatalogue

extension DecisionOptions {
    /// Opens the catalogue, takes the decision, says what it came to.
    func decide(
        _ word: String, votes: (inFavour: Int, of: Int)? = nil,
        _ event: @Sendable @escaping (RecordUnderCare) throws(CatalogueError) -> EmbargoEvent
    ) async throws {
        try await catalogue.with(output) { custodian, console in
            let reader = try await catalogue.reader(custodian)
            let subject = try await custodian.subject(pid, for: reader)
            let actor = try await catalogue.actor(custodian)
            // Who may not know of it is told what is told of an unknown one.
            let owner = try await custodian.clockOwner(of: subject, for: reader)
            let decision = try await custodian.decide(owner, by: actor, votes: votes, event)
            return decision.outcome(word, custodian, console)
        }
    }
}

private func day(_ text: String) throws(CatalogueError) -> LocalDate {
    do { return try LocalDate(text) } catch {
        throw CatalogueError(
            .badRequest, error.what, at: "date", got: error.got ?? "'\(text.prefix(40))'", expected: error.expected)
    }
}

/// `faisceau embargo request PID`
struct EmbargoRequestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "Ask for a year more.", usage: "faisceau embargo request PID --reason TEXT [<options>]",
        discussion: """
            The principal investigator or a deputy asks, before the opening; the clock does not stop. --withdraw takes the request back.

            Example:
              faisceau embargo request 10.5072/000000003rj076 --as irene \\
                  --reason "the thesis is not defended"
            """)

    @OptionGroup var options: DecisionOptions
    @Option(help: ArgumentHelp("Why.", valueName: "TEXT")) var reason: String
    @Flag(help: "Take the pending request back.") var withdraw = false
    @Option(help: ArgumentHelp("The team has voted: in favour, of how many.", valueName: "N/M")) var votes: Votes?

    func run() async throws {
        let (reason, isWithdrawn) = (reason, withdraw)
        try await options.decide(isWithdrawn ? "withdrawn" : "requested", votes: votes.map { ($0.inFavour, $0.of) }) {
            care throws(CatalogueError) in
            isWithdrawn
                ? .extensionWithdrawn(reason: reason)
                : .extensionAsked(reason: reason, proposal: care.proposal == nil ? .absent : .found)
        }
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
    enum Answer: String, ExpressibleByArgument, CaseIterable, Sendable {
        case granted, refused, upheld, overruled
    }

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
    @Argument(help: "granted, refused, upheld or overruled.") var answer: Answer
    @Option(help: ArgumentHelp("Why.", valueName: "TEXT")) var reason = ""

    func run() async throws {
        let (answer, reason) = (answer, reason)
        try await options.decide(answer.rawValue) { _ throws(CatalogueError) in
            switch answer {
            case .granted: .extensionGranted
            case .refused: .extensionRefused(reason: reason)
            case .upheld: .objectionUpheld(reason: reason)
            case .overruled: .objectionOverruled(reason: reason)
            }
        }
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
        let licence = acceptLicence
        try await options.decide("asked") { _ throws(CatalogueError) in .earlyReleaseAsked(licence: licence) }
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
        let reason = reason
        try await options.decide("objected") { _ throws(CatalogueError) in .objectionRaised(reason: reason) }
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
        let (kind, reason, review, reviewed, isPurgeOnly) = (kind, reason, review, reviewOf, purgeOnly)
        try await options.decide("held") { _ throws(CatalogueError) in
            let review = try day(review)
            if let reviewed { return .holdReviewed(hold: reviewed, reason: reason, reviewOn: review) }
            return isPurgeOnly
                ? .purgeHoldSet(kind, reason: reason, reviewOn: review) : .holdSet(kind, reason: reason, reviewOn: review)
        }
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
        let (named, reason) = (hold, reason)
        try await options.decide("lifted") { care throws(CatalogueError) in
            let holds = care.record.holds
            guard let hold = named ?? (holds.count == 1 ? holds[0] : nil) else {
                throw CatalogueError(
                    .badRequest, holds.isEmpty ? "No hold stands" : "Several holds stand", at: "\(care.owner)",
                    got: holds.map { "entry \($0)" }.joined(separator: ", "), expected: "--hold ENTRY")
            }
            return .holdLifted(hold: hold, reason: reason)
        }
    }
}

/// `faisceau embargo withdraw PID`
struct EmbargoWithdrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Take data back for good: a tombstone with its reason stays.",
        usage: "faisceau embargo withdraw PID --reason TEXT --confirmed-by NAME",
        discussion: """
            A curator and a director, two persons. The reason is public.

            Example:
              faisceau embargo withdraw 10.5072/000000003rj076 --as cleo \\
                  --confirmed-by dora --reason "a participant withdrew consent"
            """)

    @OptionGroup var options: DecisionOptions
    @Option(help: ArgumentHelp("Why: everyone reads it.", valueName: "TEXT")) var reason: String
    @Option(help: ArgumentHelp("The second person.", valueName: "ACCOUNT")) var confirmedBy: String

    func run() async throws {
        let (options, reason, second) = (options, reason, confirmedBy)
        try await options.catalogue.with(options.output) { custodian, console in
            let reader = try await options.catalogue.reader(custodian)
            let subject = try await custodian.subject(options.pid, for: reader)
            let decision = try await custodian.withdraw(
                custodian.clockOwner(of: subject, for: reader), reason: reason, by: options.catalogue.actor(custodian),
                confirmedBy: .account(custodian.store.account(second, tenant: custodian.rules.tenant)))
            return decision.outcome("withdrawn", custodian, console)
        }
    }
}
