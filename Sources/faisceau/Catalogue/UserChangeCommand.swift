import ArgumentParser
import CommandLineSupport
import Custody
import Diagnostics
import Identifiers
import JSON
import RunCatalogue

/// `faisceau user change`
struct UserChangeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "change", abstract: "Change an account's roles, groups, name, address or ORCID.",
        usage: "faisceau user change NAME [<options>]",
        discussion: """
            What is not said stays. --role and --group say all of them: what is left out is taken away. none takes a group, an address or an \
            ORCID away. Address and ORCID are those that were verified: by them right holders are recognised.

            Examples:
              faisceau user change irene --email irene@institute.example
              faisceau user change marc --role staff --role member --group PROXIMA-1
            """)

    @Argument(help: "The account.") var name: String
    @Option(help: ArgumentHelp("ingestor, curator, member, staff, director or custodian; once for each.", valueName: "ROLE"))
    var role: [Account.Role] = []
    @Option(help: ArgumentHelp("Team or beamline, once for each; or none.", valueName: "GROUP")) var group: [String] = []
    @Option(help: ArgumentHelp("Verified address, or none.", valueName: "ADDRESS")) var email: String?
    @Option(help: ArgumentHelp("Verified ORCID, or none.", valueName: "ORCID")) var orcid: String?
    @Option(help: ArgumentHelp("As pages show the person.", valueName: "NAME")) var family: String?
    @Option(help: ArgumentHelp("Given name, or none.", valueName: "NAME")) var given: String?
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    private static let nothing = "none"

    func validate() throws {
        if role.isEmpty, group.isEmpty, [email, orcid, family, given].allSatisfy({ $0 == nil }) {
            throw ValidationError("What changes? --role, --group, --email, --orcid, --family or --given")
        }
        if group.count > 1, group.contains(Self.nothing) { throw ValidationError("--group none stands alone") }
        if family?.isEmpty == true { throw ValidationError("--family is a name") }
    }

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            try await catalogue.requireCustody(custodian)
            let known = try await custodian.store.account(name, tenant: custodian.rules.tenant)
            let account = try changed(known)
            let isNew = try await custodian.change(account, by: catalogue.actor(custodian))
            let now = try await custodian.store.account(name, tenant: custodian.rules.tenant)
            let ways = [now.person.email, now.person.orcid.map { "\($0)" }].compactMap(\.self).joined(separator: ", ")
            console.data(
                "\(name): \(isNew ? "changed" : "as it was"); \(now.person.name)\(ways.isEmpty ? "" : " (\(ways))"), "
                    + now.roles.map(\.rawValue).sorted().joined(separator: ", "))
            return CommandOutcome(
                .done, event: isNew ? "changed" : "unchanged",
                [
                    "account": .string(name), "person": .string(now.person.name), "email": JSONValue(now.person.email),
                    "orcid": JSONValue(now.person.orcid.map { "\($0)" }), "roles": JSONValue(now.roles.map(\.rawValue).sorted()),
                    "teams": JSONValue(now.teams.sorted()), "beamlines": JSONValue(now.beamlines.sorted()),
                ])
        }
    }

    private func changed(_ known: Account) throws -> Account {
        var account = known
        if !role.isEmpty { account.roles = Set(role) }
        if !role.isEmpty || !group.isEmpty {
            let said = group.isEmpty ? nil : Set(group == [Self.nothing] ? [] : group)
            let hasTeams = !account.roles.isDisjoint(with: [.member, .ingestor])
            // Groups that are not said stay what they are: a beamline's staff who becomes a member too reads for no team by that.
            account.teams = hasTeams ? said ?? known.teams : []
            account.beamlines = account.roles.contains(.staff) ? said ?? known.beamlines : []
        }
        if let email { account.person.email = email == Self.nothing ? nil : email.lowercased() }
        if let orcid { account.person.orcid = orcid == Self.nothing ? nil : try ORCID(orcid) }
        if let family { account.person.familyName = family }
        if let given { account.person.givenName = given == Self.nothing ? nil : given }
        return account
    }
}

/// `faisceau user password`
struct UserPasswordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Give an account another password.",
        usage: "faisceau user password NAME [<options>]",
        discussion: """
            It is asked for twice, or read from standard input, one line. Log-ins with the one before end; tokens for instruments and jobs stay \
            (faisceau user token revoke).

            Example:
              echo "$PASSWORD" | faisceau user password irene
            """)

    @Argument(help: "The account.") var name: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            try await catalogue.requireCustody(custodian)
            // Before anybody is asked for a password of nobody.
            _ = try await custodian.store.account(name, tenant: custodian.rules.tenant)
            let password = try SecretPrompt.newPassword(of: name)
            try await custodian.setPassword(password, account: name, by: catalogue.actor(custodian))
            console.data("\(name): the password is set, and log-ins with the one before have ended")
            return CommandOutcome(.done, event: "password-set", ["account": .string(name)])
        }
    }
}
