import ArgumentParser
import CatalogueServer
import CommandLineSupport
import Custody
import Deliveries
import Diagnostics
import JSON
import RunCatalogue

/// `faisceau serve`
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Put the catalogue on the network: the pages that DOIs lead to.",
        usage: "faisceau serve [--listen HOST:PORT] [<options>]",
        discussion: """
            One process with the catalogue's own file. It opens what is due and delivers what is to be told, every sweep.seconds of the \
            facility's file; no timer is needed beside it. It starts without any file, at 127.0.0.1:8080.

              /datasets/PID     the page of a run, session, collection, sample or
                                instrument; by Accept as DataCite JSON or XML,
                                JSON-LD, BibTeX, CSL or text
              /api/v3 /api/v4   SciCat's interface, for scitacean and pyscicat: log
                                in, find, read, describe, upload file lists
              /oai              for harvesters: OAI-PMH 2.0
              /health /ready    what is wrong, and whether it answers
              /metrics          for Prometheus

            With tls: {certificate: FILE, key: FILE} in the facility's file it speaks https (TLS 1.2 and 1.3) itself, and nothing else; a \
            certificate that is renewed on the disk is used from the next sweep on.

            Behind a proxy, leave the slash of identifiers as it \
            was sent (%2F): nginx does with a proxy_pass that has no path. What is being answered when SIGTERM or Ctrl-C comes is answered \
            to its end.

            Examples:
              faisceau serve
              faisceau serve --facility facility.yaml --listen 127.0.0.1:0 --json
              faisceau serve --print-unit > /etc/systemd/system/faisceau-serve.service
            """)

    @Option(
        help: ArgumentHelp(
            "Where to listen (default: listen of the facility's file, else 127.0.0.1:8080).", valueName: "HOST:PORT"))
    var listen: String?
    @Flag(help: "Leave delivering to another process.") var noDelivery = false
    @Flag(help: "Print a unit for systemd that serves, and end.") var printUnit = false
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard let listen else { return }
        guard ServerSettings.address(listen) != nil else {
            throw ValidationError("--listen is HOST:PORT, such as 127.0.0.1:8080; got '\(listen.prefix(80).printable)'")
        }
    }

    func run() async throws {
        if printUnit {
            print(CatalogueServer.unit, terminator: "")
            return
        }
        let systemd = try SystemdNotifier()
        var settings = try catalogue.server()
        if let listen, let address = ServerSettings.address(listen) { (settings.host, settings.port) = address }
        let (told, noDelivery) = (settings, noDelivery)
        try await catalogue.with(output) { custodian, console in
            try await custodian.requireCustody(catalogue.actor(custodian), "Serving")
            let server = CatalogueServer(
                custodian, office: noDelivery ? nil : try catalogue.office(), settings: told,
                program: "faisceau \(Faisceau.version)", holder: MachineClock.hostAndProcess, logger: console.makeLogger("serve"))
            let host = told.host.contains(":") ? "[\(told.host)]" : told.host
            try await server.run { port in
                do { try systemd.ready("serving at port \(port)") } catch { console.message("\(error)", .warning) }
                console.event(
                    "serving", .info,
                    ["address": .string("\(told.scheme)://\(host):\(port)/"), "pages": .string(custodian.rules.pages)])
            }
            return CommandOutcome(.done, event: "stopped", [:])
        }
    }
}
