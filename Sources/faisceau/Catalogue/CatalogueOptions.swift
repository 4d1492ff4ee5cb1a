import ArgumentParser
import CatalogueLink
import CommandLineSupport
import Custody
import Deliveries
import Diagnostics
import Foundation
import Identifiers
import RunCatalogue

/// Where the catalogue is, and in whose name one acts: of every command that opens it.
struct CatalogueOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The catalogue's file, made by the first command that needs it, or the address of a server (default: $FAISCEAU_CATALOGUE, "
                + "else the configuration's database, else ~/.local/share/faisceau/catalogue.sqlite).",
            valueName: "FILE|URL"))
    var catalogue: String?

    @Option(
        name: [.customLong("facility"), .customLong("config")],
        help: ArgumentHelp(
            "The facility's rules: zone, policy, prefix (schemas/catalogue.schema.json; default: $FAISCEAU_FACILITY).",
            valueName: "FILE.yaml"))
    var configuration: String?

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "Act and read as this account, or as anonymous (default: the custodian; at a server, who signed in last).",
            valueName: "ACCOUNT"))
    var account: String?

    init() {}

    /// Of a command that has these settings from elsewhere.
    init(file: String, facility: String?) {
        catalogue = file
        configuration = facility
        account = nil
    }

    private func settings() throws -> CatalogueConfiguration {
        let environment = ProcessEnvironment.variables
        let file = configuration ?? environment["FAISCEAU_FACILITY"].flatMap { $0.isEmpty ? nil : $0 }
        return try file.map { try CatalogueConfiguration(contentsOf: $0) } ?? CatalogueConfiguration()
    }

    /// What was said of where the catalogue is.
    var given: String? {
        catalogue ?? ProcessEnvironment.variables["FAISCEAU_CATALOGUE"].flatMap { $0.isEmpty ? nil : $0 }
    }

    private func path(_ settings: CatalogueConfiguration) -> String {
        given ?? settings.database ?? Self.usualPath(ProcessEnvironment.variables)
    }

    /// How the catalogue is served, as the facility's file sets it.
    func server() throws -> ServerSettings { try settings().server }

    /// Registry and mail, as the facility's file sets them.
    func office() throws -> DeliveryOffice {
        let settings = try settings()
        return try DeliveryOffice(
            settings.delivery, catalogue: path(settings),
            agent: "faisceau/\(Faisceau.version) (mailto:\(settings.rules.contact))")
    }

    /// - Parameter adapting: what a command was told otherwise than the facility's file says.
    func open(adapting: (inout FacilityRules) -> Void = { _ in }) throws -> Custodian {
        if let server = try server(named: given) {
            throw LinkError(
                .onlyAtTheFile, "This is done where the catalogue's file is", at: "\(server)", expected: "--catalogue FILE",
                remedy: "Its custodian does it, on the machine that serves the catalogue")
        }
        let settings = try settings()
        let path = path(settings)
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        if !FileManager.default.fileExists(atPath: folder.path) {
            do {
                try FileManager.default.createDirectory(
                    at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw CatalogueError(.storage, "The folder of the catalogue cannot be made", at: folder.path, cause: error)
            }
        }
        var rules = settings.rules
        adapting(&rules)
        return Custodian(store: try OpenedStore.open(path), rules: rules, clock: MachineClock())
    }

    private static func usualPath(_ environment: [String: String]) -> String {
        let data = environment["XDG_DATA_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? (environment["HOME"] ?? "") + "/.local/share"
        return data + "/faisceau/catalogue.sqlite"
    }

    /// Runs a command with the catalogue open, and closes it whatever happens.
    func with(
        _ output: OutputOptions, adapting: (inout FacilityRules) -> Void = { _ in },
        _ body: (Custodian, Console) async throws -> CommandOutcome
    ) async throws {
        try await runReporting(output) { console in
            let custodian = try open(adapting: adapting)
            let result: Result<CommandOutcome, any Error>
            do { result = .success(try await body(custodian, console)) } catch { result = .failure(error) }
            try? custodian.store.close()
            return try result.get()
        }
    }

    func actor(_ custodian: Custodian) async throws -> Actor {
        guard let account else { return .custodian }
        guard account != "anonymous" else {
            throw CatalogueError(.clockRefuses, "Who is not named decides nothing", got: "--as anonymous", expected: "an account")
        }
        return .account(try await custodian.store.account(account, tenant: custodian.rules.tenant))
    }

    func reader(_ custodian: Custodian) async throws -> Reader {
        guard let account else { return .custodian }
        if account == "anonymous" { return .anonymous }
        return .account(try await custodian.store.account(account, tenant: custodian.rules.tenant))
    }

    /// The catalogue as other programs ask it, in the name that was given.
    func client(_ custodian: Custodian) async throws -> CustodianClient {
        CustodianClient(custodian, as: try await reader(custodian)) { try SealedRun(folder: $0) }
    }

    /// The run that a text names, for the same.
    func run(_ text: String, _ custodian: Custodian) async throws -> RunIdentifier {
        try await custodian.run(text, for: reader(custodian))
    }

    func scope(_ custodian: Custodian) async throws -> ReaderScope {
        try await custodian.scope(of: reader(custodian))
    }
}
