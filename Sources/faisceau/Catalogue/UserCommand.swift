import ArgumentParser
import CommandLineSupport
import Custody
import Diagnostics
import Foundation
import Identifiers
import JSON
import RunCatalogue

extension Account.Role: ExpressibleByArgument {}

/// `faisceau user`
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Accounts: who signs in, in which roles, and with which tokens.",
        discussion: "Example:\n  faisceau user list",
        subcommands: [
            UserAddCommand.self, UserListCommand.self, UserChangeCommand.self, UserPasswordCommand.self, UserDisableCommand.self,
            UserTokenCommand.self, UserHistoryCommand.self, UserEraseCommand.self,
        ])
}

struct UserAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make an account.",
        usage: "faisceau user add NAME --role ROLE [--group GROUP] [<options>]",
        discussion: """
            A group is a team of a member or an ingestor, a beamline of staff. Right holders are recognised by e-mail address or ORCID, which must \
            be verified before they are given here. The password is read from standard input, one line.

            Example:
              echo "$PASSWORD" | faisceau user add irene --role member \\
                  --email irene@example.org --password-stdin
            """)

    @Argument(help: "The name to sign in with.") var name: String
    @Option(help: ArgumentHelp("ingestor, curator, member, staff, director or custodian; once for each.", valueName: "ROLE"))
    var role: [Account.Role]
    @Option(help: ArgumentHelp("Team or beamline; once for each.", valueName: "GROUP")) var group: [String] = []
    @Option(help: ArgumentHelp("Verified address.", valueName: "ADDRESS")) var email: String?
    @Option(help: ArgumentHelp("Verified ORCID.", valueName: "ORCID")) var orcid: String?
    @Option(help: ArgumentHelp("As pages show the person (default: NAME).", valueName: "NAME")) var family: String?
    @Option(help: ArgumentHelp("Given name.", valueName: "NAME")) var given: String?
    @Flag(help: "Read a password from standard input.") var passwordStdin = false
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if role.isEmpty {
            throw ValidationError("An account has a role: --role member, staff, curator, director, ingestor or custodian")
        }
    }

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            let roles = Set(role)
            let groups = Set(group)
            let account = Account(
                name: name,
                person: Person(
                    familyName: family ?? name, givenName: given, orcid: try orcid.map { try ORCID($0) }, email: email),
                roles: roles, teams: roles.isDisjoint(with: [.member, .ingestor]) ? [] : groups,
                beamlines: roles.contains(.staff) ? groups : [])
            let password = passwordStdin ? readLine(strippingNewline: true) ?? "" : nil
            try await custodian.add(account, password: password, by: catalogue.actor(custodian))
            console.data("\(name): \(roles.map(\.rawValue).sorted().joined(separator: ", "))")
            return CommandOutcome(
                .done, event: "added", ["account": .string(name), "roles": JSONValue(roles.map(\.rawValue).sorted())])
        }
    }
}

struct UserListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the accounts.", usage: "faisceau user list [<options>]",
        discussion: "Example:\n  faisceau user list")

    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            try await catalogue.requireCustody(custodian)
            let accounts = try await custodian.store.accounts(tenant: custodian.rules.tenant)
            var table = TextTable([
                .init("name"), .init("person", least: 12), .init("roles"), .init("groups", least: 10),
                .init("address", least: 10),
                .init("orcid"), .init("state"),
            ])
            for account in accounts {
                table.add([
                    account.name, account.person.name, account.roles.map(\.rawValue).sorted().joined(separator: ", "),
                    account.teams.union(account.beamlines).sorted().joined(separator: ", "), account.person.email ?? "",
                    account.person.orcid.map { "\($0)" } ?? "", account.isDisabled ? "disabled" : "",
                ])
            }
            console.data(table)
            return CommandOutcome(
                .done, event: "listed",
                [
                    "accounts": .array(
                        accounts.map {
                            .object([
                                "name": .string($0.name), "roles": JSONValue($0.roles.map(\.rawValue).sorted()),
                                "teams": JSONValue($0.teams.sorted()), "beamlines": JSONValue($0.beamlines.sorted()),
                                "email": $0.person.email.map { .string($0) } ?? .null,
                                "orcid": $0.person.orcid.map { .string("\($0)") } ?? .null, "disabled": .bool($0.isDisabled),
                            ])
                        })
                ])
        }
    }
}

struct UserDisableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Close an account, or open it again.",
        usage: "faisceau user disable NAME [--undo] [<options>]",
        discussion: "Its tokens end with it. What it decided stays.\n\nExample:\n  faisceau user disable jean")

    @Argument(help: "The account.") var name: String
    @Flag(help: "Open it again.") var undo = false
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            try await catalogue.requireCustody(custodian)
            try await custodian.setDisabled(!undo, account: name, by: catalogue.actor(custodian))
            console.data("\(name): \(undo ? "open" : "disabled")")
            return CommandOutcome(.done, event: undo ? "enabled" : "disabled", ["account": .string(name)])
        }
    }
}

extension CatalogueOptions {
    /// Accounts are the custodian's, and curators'.
    func requireCustody(_ custodian: Custodian) async throws {
        guard case .account(let account) = try await actor(custodian) else { return }
        guard account.curates, !account.isDisabled else {
            throw CatalogueError(.forbidden, "Accounts are the custodian's and the curators'", got: account.name)
        }
    }
}
