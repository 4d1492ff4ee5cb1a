import ArgumentParser
import CatalogueLink
import CommandLineSupport
import Diagnostics
import Identifiers
import JSON
import RunFetch

/// `faisceau catalogue fetch PID`
struct CatalogueFetchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Fetch the files of a run from a server, and verify them.",
        usage: "faisceau catalogue fetch PID [PATH…] --catalogue URL [<options>]",
        discussion: """
            Each file comes as NAME.faisceau.part and has its name as soon as its size and its digest are what the server lists. What is there \
            already is verified and kept, what broke off is gone on with: after a break, call it again. Nothing is written outside of DIR, and no \
            other file is overwritten. PATH is a file, or a folder with all that is in it; none is the whole run.

            What is not open is asked for with the token of `faisceau login`, or of $FAISCEAU_TOKEN; $FAISCEAU_SHARE holds the secret of a link.

            Exit status:
              0  every file is there and is what the list says
              1  no connection, a server that cannot answer now, no space; call it again
              2  there is no such run or file for you
              3  some files are not there: another file or a link has the name
              4  the server does not give them to you
              5  a size, a digest or a name is not what it may be; nothing of that
                 file is kept

            Examples:
              faisceau catalogue fetch 10.5072/000000003rj076 \\
                  --catalogue https://catalogue.example.org
              faisceau catalogue fetch 10.5072/000000003rj076 run_master.h5 preview/ \\
                  --into /scratch/run --json
            """)

    @Argument(help: ArgumentHelp("A run's identifier.", valueName: "PID")) var pid: String
    @Argument(help: ArgumentHelp("Files, or folders with all that is in them (default: all).", valueName: "PATH"))
    var paths: [String] = []
    @Option(help: ArgumentHelp("The server (default: $FAISCEAU_CATALOGUE).", valueName: "URL")) var catalogue: String?
    @Option(
        help: ArgumentHelp(
            "The folder, made if it is not there (default: one of the identifier's name, here).", valueName: "DIR"))
    var into: String?
    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("Ask as this account that has signed in there, or as anonymous.", valueName: "ACCOUNT"))
    var account: String?
    @Option(help: "How often a file is tried again without a byte more.") var retries = 5
    @Option(help: ArgumentHelp("Before it is tried again the first time; doubled each time.", valueName: "SECONDS")) var wait =
        1.0
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (0...100).contains(retries) else { throw ValidationError("--retries is a number from 0 to 100") }
        guard (0...60).contains(wait) else { throw ValidationError("--wait is a number of seconds from 0 to 60") }
    }

    func run() async throws {
        let environment = ProcessEnvironment.variables
        let (pid, paths, folder) = (pid, paths, into ?? Self.folder(of: pid))
        try await runReporting(output) { console in
            let address = try Self.address(catalogue ?? environment["FAISCEAU_CATALOGUE"] ?? "")
            let link = environment["FAISCEAU_SHARE"].flatMap { $0.isEmpty ? nil : $0 }
            if link != nil {
                try CatalogueCredentials.requirePrivate(address, isInsecure: environment["FAISCEAU_INSECURE"] == "1")
            }
            // A request has one reader.
            let token =
                link == nil ? try CatalogueCredentials(environment: environment).token(for: address, account: account) : nil
            let trust = try CatalogueCredentials(environment: environment).trust(for: address, account: account)
            let source = CatalogueFiles(
                pid, at: address, token: token, link: link, program: "faisceau/\(Faisceau.version)", trust: trust)
            let fetcher = RunFetcher(
                source, into: try TargetFolder(folder), retries: retries, wait: .milliseconds(Int64(wait * 1000)))
            let line = ProgressLine("fetching", unit: "files", on: console)
            let result: Result<RunFetcher.Report, any Error>
            do { result = .success(try await fetcher.fetch(paths) { Self.show($0, line, console) }) } catch {
                result = .failure(error)
            }
            line.finish()
            return Self.outcome(try result.get(), pid, folder, console)
        }
    }

    private static func address(_ text: String) throws(LinkError) -> CatalogueAddress {
        guard CatalogueAddress.isMeant(by: text) else {
            throw LinkError(
                .badAddress, "Files are fetched from a server",
                got: text.isEmpty ? "no address" : "'\(text.prefix(120).printable)'",
                expected: "https://HOST", remedy: "Give it by --catalogue or $FAISCEAU_CATALOGUE")
        }
        return try CatalogueAddress(text)
    }

    /// A name without anything that leads elsewhere.
    private static func folder(of pid: String) -> String {
        let text = (try? RunIdentifier(pid)).map { "\($0)" } ?? pid
        let name = String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) ? $0 : "_" }.prefix(200))
        return name.allSatisfy { $0 == "." } ? "run" : name
    }

    private static func show(_ event: RunFetcher.Event, _ line: ProgressLine, _ console: Console) {
        switch event {
        case .total(let files, let bytes):
            line.update(ProgressState(total: Int(clamping: files), totalBytes: Int(clamping: bytes)))
        case .bytes(let count): line.advance(by: 0, bytes: count)
        case .again(let path, let error):
            console.message("\(path.printable): \(error.what)\(error.got.map { ", \($0)" } ?? ""); trying again", .warning)
        case .file(let file, let outcome):
            line.advance()
            if case .failed(let error) = outcome { console.message("\(file.path.printable): \(error)", .error) }
        }
    }

    private static func outcome(
        _ report: RunFetcher.Report, _ pid: String, _ folder: String, _ console: Console
    ) -> CommandOutcome {
        console.data(
            "\(folder): \(report.fetched) fetched, \(report.kept) kept, \(report.failed) failed"
                + (report.unverified > 0 ? "; \(report.unverified) without a digest to compare" : ""))
        for path in report.alike {
            console.message(
                "\(path.printable): another name differs in capital letters only; some file systems keep one of them", .warning)
        }
        let isWrong = report.failures.contains { $0.error.code.exitStatus == .verificationFailed }
        return CommandOutcome(
            report.failed == 0 ? .done : isWrong ? .verificationFailed : .framesMissing, event: "fetched",
            [
                "pid": .string(pid), "into": .string(folder), "fetched": .integer(report.fetched), "kept": .integer(report.kept),
                "bytes": .integer(report.bytes), "unverified": .integer(report.unverified), "failed": .integer(report.failed),
                "failures": .array(
                    report.failures.map {
                        ["path": .string($0.path), "code": .string($0.error.code.rawValue), "error": .string("\($0.error)")]
                    }),
                "alike": JSONValue(report.alike),
            ])
    }
}
