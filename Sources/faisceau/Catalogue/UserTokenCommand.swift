import ArgumentParser
import CommandLineSupport
import Custody
import Diagnostics
import JSON
import RunCatalogue

extension TokenScope: ExpressibleByArgument {}

/// `faisceau user token`
struct UserTokenCommand: AsyncParsableCommand {
    enum Deed: String, ExpressibleByArgument, CaseIterable, Sendable {
        case new, list, revoke
    }

    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make, list and revoke access tokens of an account, for instruments and jobs.",
        usage: "faisceau user token new|list|revoke NAME [<options>]",
        discussion: """
            The secret is printed once and stored nowhere.

            Examples:
              faisceau user token new proxima-1 --label host --scope ingest --days 365
              faisceau user token revoke proxima-1 --number 3
            """)

    @Argument(help: "new, list or revoke.") var deed: Deed
    @Argument(help: "The account.") var name: String
    @Option(help: ArgumentHelp("What it is for.", valueName: "TEXT")) var label = ""
    @Option(help: ArgumentHelp("read, ingest or decide; once for each.", valueName: "SCOPE")) var scope: [TokenScope] = []
    @Option(help: "How long it is good for, 1 to 730 days.") var days = 90
    @Option(help: ArgumentHelp("Which one is revoked.", valueName: "NUMBER")) var number: Int64?
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if !(1...730).contains(days) { throw ValidationError("--days is a number from 1 to 730, not \(days)") }
        if deed == .revoke, number == nil { throw ValidationError("Which one? --number N, as list shows it") }
        if deed == .new, scope.isEmpty { throw ValidationError("What may it do? --scope read, ingest or decide") }
    }

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            try await catalogue.requireCustody(custodian)
            switch deed {
            case .new:
                let (secret, token) = try await custodian.newToken(
                    of: name, label: label, scopes: Set(scope), days: days, by: catalogue.actor(custodian))
                console.data(secret.text)
                return CommandOutcome(
                    .done, event: "made",
                    ["token": .string(secret.text), "number": .integer(token.number), "expires": .string("\(token.expiresAt)")])
            case .revoke:
                try await custodian.revokeToken(number ?? 0, of: name, by: catalogue.actor(custodian))
                console.data("token \(number ?? 0) of \(name) is revoked")
                return CommandOutcome(.done, event: "revoked", ["number": .integer(number ?? 0)])
            case .list:
                let tokens = try await custodian.store.tokens(of: name, tenant: custodian.rules.tenant)
                var table = TextTable([
                    .init("number", isNumber: true), .init("label", least: 10), .init("scopes"), .init("expires", least: 20),
                    .init("revoked"),
                ])
                for token in tokens {
                    table.add([
                        "\(token.number)", token.label, token.scopes.sorted().joined(separator: " "), "\(token.expiresAt)",
                        token.revokedAt.map { "\($0)" } ?? "",
                    ])
                }
                console.data(table)
                return CommandOutcome(
                    .done, event: "listed",
                    [
                        "tokens": .array(
                            tokens.map {
                                .object([
                                    "number": .integer($0.number), "label": .string($0.label),
                                    "scopes": JSONValue($0.scopes.sorted()),
                                    "expires": .string("\($0.expiresAt)"), "revoked": .bool($0.revokedAt != nil),
                                ])
                            })
                    ])
            }
        }
    }
}
