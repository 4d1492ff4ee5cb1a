import ArgumentParser
import CatalogueLink
import CommandLineSupport
import Diagnostics
import JSON
import WebExchange

/// `faisceau login URL`
struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Sign in at a server of a catalogue, and keep its token.",
        usage: "faisceau login URL [--account NAME] [--token-stdin] [<options>]",
        discussion: """
            The password is asked for, or read from standard input; it gives a token of a day. Instruments and jobs are given a token of their \
            own (faisceau user token new), which --token-stdin keeps.

            It is kept in ~/.config/faisceau/logins.json, mode 0600, for each account that signs in there; commands act for the one that signed \
            in last, or for --as NAME. $FAISCEAU_TOKEN counts before all of them. No token is printed, sent on to where a server points, or \
            sent to another machine without encryption, or to a server whose certificate is not that of its host, or whose authority is not trusted. \
            --ca names the authority of a facility that has its own; it is kept with the login, and $SSL_CERT_FILE counts where none is kept.

            Examples:
              faisceau login https://catalogue.example.org --account irene
              faisceau login https://catalogue.example.org --token-stdin < token
              faisceau login https://catalogue.example.org --ca /etc/ssl/facility.pem
              export FAISCEAU_CATALOGUE=https://catalogue.example.org
            """)

    @Argument(help: ArgumentHelp("Where the catalogue is served.", valueName: "URL")) var server: String
    @Option(help: ArgumentHelp("Who signs in.", valueName: "NAME")) var account: String?
    @Flag(help: "Read the password from standard input, one line.") var passwordStdin = false
    @Flag(help: "Read a token from standard input, one line, instead of a password.") var tokenStdin = false
    @Option(
        name: .customLong("ca"),
        help: ArgumentHelp(
            "Certificates (PEM) of who vouches for this server, and nobody else; kept with the login.", valueName: "FILE"))
    var authorityFile: String?
    @Flag(help: "Let the token travel unencrypted: whoever reads it acts in your name.") var insecure = false
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if passwordStdin, tokenStdin { throw ValidationError("Either --password-stdin or --token-stdin") }
    }

    func run() async throws {
        try await runReporting(output) { console in
            let address = try CatalogueAddress(server)
            try CatalogueCredentials.requirePrivate(address, isInsecure: insecure)
            let environment = ProcessEnvironment.variables
            let authorities = try authorityFile.map { try AuthorityFile.read($0) }
            let signIn = CatalogueSignIn(
                address, program: "faisceau/\(Faisceau.version)", environment: environment,
                trust: authorities.map { .authorities($0) })
            let token: CatalogueToken
            let name: String
            var seconds: Int64?
            if tokenStdin {
                token = try CatalogueToken(readLine(strippingNewline: true) ?? "")
                let holder = try await signIn.holder(of: token)
                guard account == nil || account == holder else {
                    throw LinkError(
                        .noSuchLogin, "The token is another account's", at: "\(address)", got: "'\(holder.printable)'",
                        expected: "'\((account ?? "").printable)'")
                }
                name = holder
            } else {
                let asked = try account ?? SecretPrompt.ask("account at \(address): ", isHidden: false)
                let password =
                    try passwordStdin
                    ? readLine(strippingNewline: true) ?? "" : SecretPrompt.ask("password of \(asked): ", isHidden: true)
                let signed = try await signIn.signIn(asked, password: password)
                (token, name, seconds) = (signed.token, signed.account, signed.seconds)
            }
            try KeptLogins(environment: environment).keep(
                KeptLogins.Login(
                    server: address, account: name, token: token, isInsecure: insecure, authorities: authorities))
            let hours = seconds.map { ", for \($0 / 3600) hours" } ?? ""
            console.data("signed in at \(address) as \(name)\(hours)")
            return CommandOutcome(
                .done, event: "signed-in",
                [
                    "server": .string("\(address)"), "account": .string(name),
                    "seconds": seconds.map { .integer($0) } ?? .null,
                ])
        }
    }
}

/// `faisceau logout URL`
struct LogoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout",
        abstract: "Forget the tokens that are kept for a server, and end those of log-ins.",
        usage: "faisceau logout URL [--account NAME] [<options>]",
        discussion: """
            A token of a log-in ends; one that was made by hand is forgotten here, and revoked by faisceau user token revoke. What cannot be \
            ended, because the server does not answer, is forgotten all the same.

            Example:
              faisceau logout https://catalogue.example.org
            """)

    @Argument(help: ArgumentHelp("Where the catalogue is served.", valueName: "URL")) var server: String
    @Option(help: ArgumentHelp("Of this account only.", valueName: "NAME")) var account: String?
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await runReporting(output) { console in
            let address = try CatalogueAddress(server)
            let environment = ProcessEnvironment.variables
            let signIn = CatalogueSignIn(
                address, program: "faisceau/\(Faisceau.version)", environment: environment,
                trust: try CatalogueCredentials(environment: environment).trust(for: address, account: account))
            let gone = try KeptLogins(environment: environment).forget(at: address, account: account)
            guard !gone.isEmpty else {
                throw LinkError(
                    .noSuchLogin, "Nothing is kept for this server", at: "\(address)",
                    got: account.map { "no token of '\($0.prefix(80).printable)'" })
            }
            var ended: [JSONValue] = []
            for login in gone {
                var isEnded = false
                if address.isPrivate || login.isInsecure {
                    do throws(LinkError) { isEnded = try await signIn.signOut(login.token) } catch {
                        console.message("The token of \(login.account) was not ended at the server: \(error)", .warning)
                    }
                }
                console.data("\(login.account): forgotten\(isEnded ? ", and ended" : "")")
                ended.append(["account": .string(login.account), "ended": .bool(isEnded)])
            }
            return CommandOutcome(.done, event: "signed-out", ["server": .string("\(address)"), "logins": .array(ended)])
        }
    }
}
