import CatalogueAnswers
import CommandLineSupport
import Custody
import DataCite
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import JSON
import RunCatalogue
import RunModel

/// The demo's last step: the runs are handed over to a catalogue beside them, their session is closed, and one of them is cited.
struct DemoCatalogue {
    static let proposal = "20260001"
    static let session = "demonstration"
    static let prefix = "10.5072"
    let out: String

    private var path: String { out + "/catalogue.sqlite" }

    private func open() throws -> Custodian {
        var settings = try CatalogueConfiguration()
        settings.rules.facility = "Demonstration facility"
        settings.rules.prefix = Self.prefix
        // A laptop's clock need not be synchronised to see a demonstration.
        settings.rules.trust = .system
        return Custodian(store: try OpenedStore.open(path), rules: settings.rules, clock: MachineClock())
    }

    /// - Parameter runs: folders of sealed runs; the first one is cited.
    func handOver(_ runs: [String], _ console: Console) async throws -> JSONObject {
        console.data("\n4. The catalogue: identifiers, two clocks, a citation")
        let custodian = try open()
        defer { try? custodian.store.close() }
        let session = try await openSession(custodian)
        var objects: [JSONValue] = []
        var cited: RunIdentifier?
        for folder in runs {
            let receipt = try await custodian.register(Custody.SealedRun(folder: folder), by: .custodian)
            console.data("  run        \(receipt.pid)  \(URL(fileURLWithPath: folder).lastPathComponent)")
            objects.append(.object(["run": .string(folder), "pid": .string("\(receipt.pid)")]))
            cited = cited ?? receipt.pid
        }
        let status = try await close(session, custodian)
        let words = EmbargoWords(status, rules: custodian.rules)
        console.data("  session    \(session.pid.map { "\($0)" } ?? "?")  \(words.summary)")
        console.data("  kept       \(words.retention)")
        var fields: JSONObject = [
            "catalogue": .string(path), "catalogued": .array(objects), "session": JSONValue(session.pid.map { "\($0)" }),
            "opens": JSONValue(words.opens),
        ]
        if let cited {
            let record = try await custodian.dataCiteRecord(of: cited, scope: custodian.scope(of: .custodian))
            let page = try await custodian.citedAddresses(for: [record]).page(of: record)
            let citation = try record.citation(.apa, at: page)
            console.data("  citation   \(citation)")
            console.data("\nAsk it: faisceau catalogue search --catalogue \(path)")
            fields["citation"] = .string(citation)
            fields["served"] = .object(try await DemoServer(custodian: custodian, path: path).show(cited, console))
        }
        return fields
    }

    /// The same demo again finds the proposal and the session of the first time.
    private func openSession(_ custodian: Custodian) async throws -> SessionRecord {
        let people = [
            TeamPerson(.principalInvestigator, Person(familyName: "Curie", givenName: "Irène", email: "irene@example.org"))
        ]
        _ = try await custodian.store.put(
            ProposalDescription(name: Self.proposal, kind: .public, title: "A demonstration without beam", persons: people),
            by: Deed(at: SystemClock().now()), tenant: custodian.rules.tenant)
        let name = SessionName(proposal: Self.proposal, name: Self.session)
        do { return try await custodian.store.session(name, tenant: custodian.rules.tenant) } catch {
            guard error.code == .notFound else { throw error }
            return try await custodian.openSession(
                name, instrument: "demo", begins: nil, plannedEnd: SystemClock().now().advanced(bySeconds: 3600), by: .custodian)
        }
    }

    private func close(_ session: SessionRecord, _ custodian: Custodian) async throws -> EmbargoStatus {
        let owner = ClockOwner.session(session.name)
        let now = try await custodian.time.now().now
        let status = try await custodian.store.clock(of: owner, tenant: custodian.rules.tenant).status(at: now)
        guard status.state == .collecting else { return status }
        return try await custodian.closeSession(session.name, by: .custodian).status
    }
}
