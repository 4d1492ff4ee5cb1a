import ArgumentParser
import CommandLineSupport
import Custody
import Diagnostics
import Foundation
import Identifiers
import JSON
import RunCatalogue

/// `faisceau user erase`
struct UserEraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Take a person's name, address and ORCID away, for good.",
        usage: "faisceau user erase NAME|--orcid X|--email X|--person N [<options>]",
        discussion: """
            For the custodian, curators and directors. Without --yes it tells who is meant and asks for the word erase; where nobody can be \
            asked, it tells and changes nothing. Somebody stands here once by their account and once as proposals name them: whoever has the \
            same ORCID or address is meant too. Where these have several names, say by --person who is to go.

            What goes: name, address, ORCID and affiliation; the account's name, password and tokens, and with them what it may read. Public \
            records no longer name the person as creator or contributor; those that a registry has are told again by the next faisceau \
            catalogue deliver, and where nobody is left the facility stands there.

            What stays: what the person decided and did, under a number; the digests of the histories, which tell no name and hold as before. \
            Not looked into: files of runs, attachments, descriptions of samples, instruments and plans, sent mails, backups. Take the person \
            out of the user office's list first, or the next import brings them back.

            Examples:
              faisceau user erase irene
              faisceau user erase --person 17 --person 3 --yes
            """)

    static let word = "erase"

    @Argument(help: "An account.") var name: String?
    @Option(help: ArgumentHelp("Whoever has it.", valueName: "ORCID")) var orcid: String?
    @Option(help: ArgumentHelp("Whoever has it.", valueName: "ADDRESS")) var email: String?
    @Option(
        help: ArgumentHelp("This one alone, as histories tell the number; once for each.", valueName: "NUMBER"))
    var person: [Int64] = []
    @Flag(help: "Do not ask.") var yes = false
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        let ways = [name != nil, orcid != nil, email != nil, !person.isEmpty].count { $0 }
        guard ways == 1 else {
            throw ValidationError("Who? One of: an account's NAME, --orcid, --email or --person")
        }
    }

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            let actor = try await catalogue.actor(custodian)
            let people = try await people(custodian, actor)
            console.data(Self.table(people))
            let names = Set(people.map(\.person.name))
            guard !person.isEmpty || names.count == 1 else {
                throw CatalogueError(
                    .badRequest, "These have several names, and may be several people", at: Self.list(people),
                    remedy: "Nothing was erased. Say by number who is to go: --person N, once for each")
            }
            try confirm(people, console)
            let told = try await custodian.erase(persons: people.map(\.number), by: actor)
            let accounts = people.reduce(0) { $0 + $1.accounts.count }
            console.data(
                "erased: \(people.count) records of a person, \(accounts) accounts; \(told) public records are told again by "
                    + "faisceau catalogue deliver")
            // Numbers only: what is printed here may lie in a log.
            return CommandOutcome(
                .done, event: "erased",
                [
                    "persons": .array(people.map { .integer($0.number) }), "accounts": .integer(Int64(accounts)),
                    "told_again": .integer(Int64(told)),
                ])
        }
    }

    private func people(_ custodian: Custodian, _ actor: Actor) async throws -> [KnownPerson] {
        var found: [KnownPerson] = []
        for number in Set(person).sorted() {
            let known = try await custodian.persons(.number(number), by: actor)
            guard !known.isEmpty else { throw Self.nobody("person \(number)") }
            found += known
        }
        let question: PersonQuestion?
        if let name {
            question = .account(name)
        } else if let orcid {
            question = .orcid(try ORCID(orcid))
        } else {
            question = email.map { .email($0) }
        }
        if let question { found += try await custodian.persons(question, by: actor) }
        guard !found.isEmpty else { throw Self.nobody("'\((name ?? orcid ?? email ?? "").prefix(80).printable)'") }
        return found
    }

    private static func nobody(_ place: String) -> CatalogueError {
        CatalogueError(
            .notFound, "The catalogue has no such person", at: place,
            remedy: "faisceau user list names the accounts; who was erased is known no more")
    }

    private func confirm(_ people: [KnownPerson], _ console: Console) throws {
        guard !yes else { return }
        guard !console.format.json, isatty(STDIN_FILENO) == 1 else {
            throw CatalogueError(
                .badRequest, "Erasing cannot be undone, and nobody can be asked here", at: Self.list(people),
                remedy: "Nothing was erased. Say --yes when these are meant")
        }
        console.message("This cannot be undone. Type the word \(Self.word) to go on:", .warning)
        guard readLine(strippingNewline: true) == Self.word else {
            throw CatalogueError(.badRequest, "Nothing was erased", expected: "the word \(Self.word)")
        }
    }

    private static func list(_ people: [KnownPerson]) -> String {
        people.map { "person \($0.number) (\($0.person.name))" }.joined(separator: ", ")
    }

    private static func table(_ people: [KnownPerson]) -> TextTable {
        var table = TextTable([
            .init("number", isNumber: true), .init("person", least: 12), .init("address", least: 12), .init("orcid"),
            .init("accounts"), .init("in proposals", least: 12),
        ])
        for one in people {
            table.add([
                "\(one.number)", one.person.name, one.person.email ?? "", one.person.orcid.map { "\($0)" } ?? "",
                one.accounts.joined(separator: ", "),
                (one.places.map { "\($0.proposal) (\($0.role.rawValue))" }
                    + one.contributions.map { "\($0.proposal) (\($0.role.rawValue))" }).joined(separator: ", "),
            ])
        }
        return table
    }
}
