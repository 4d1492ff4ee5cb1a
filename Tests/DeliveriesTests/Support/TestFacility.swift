import Custody
import DataCiteStandIn
import Deliveries
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import JSON
import Minting
import Notices
import RunCatalogue
import RunModel
import Synchronization
import TestCatalogue
import TestStore
import TestSupport

/// The stand-in without a network in between; a test may let it fail.
final class TestExchange: HTTPExchange {
    /// What comes of a question.
    enum Fate: Sendable {
        case answered
        case lost
        case instead(HTTPResponseMessage)
    }
    let service = StandInService(repositories: [TestFacility.repository])
    private struct State {
        var fate: (@Sendable (String) -> Fate)?
        var before: (@Sendable () async -> Void)?
        var asked: [String] = []
    }
    private let state = Mutex(State())

    /// All questions with their bodies, answered or not.
    var bodies: [String] { state.withLock { $0.asked } }

    /// - Parameter fate: of each question, by its text; nil: all are answered.
    func decide(_ fate: (@Sendable (String) -> Fate)?) { state.withLock { $0.fate = fate } }

    /// Happens while a question is under way.
    func before(_ body: (@Sendable () async -> Void)?) { state.withLock { $0.before = body } }

    func send(_ request: HTTPRequestMessage) async throws(MintingError) -> HTTPResponseMessage {
        let text = "\(request.method.rawValue) \(request.address) \(String(decoding: request.body, as: UTF8.self))"
        let (fate, before) = state.withLock { state in
            state.asked.append(text)
            return (state.fate, state.before)
        }
        await before?()
        switch fate?(text) ?? .answered {
        case .lost: throw MintingError(.unreachable, "No connection")
        case .instead(let answer): return answer
        case .answered: break
        }
        var headers: [String: String] = [:]
        for (name, value) in request.headers { headers[name.lowercased()] = value }
        headers["authorization"] = request.login?.authorization
        let url = request.address.url
        let answer = service.answer(
            StandInRequest(
                request.method.rawValue, url.path(percentEncoded: true), query: url.query(percentEncoded: true) ?? "",
                headers: headers, body: request.body))
        return HTTPResponseMessage(status: answer.status, headers: answer.headers, body: answer.body)
    }
}

/// Keeps every mail that it is given, repetitions too; a test may let it fail.
final class TestMail: MailDelivery {
    private let state = Mutex<(mails: [String], fault: (@Sendable () -> NoticeError?)?)>(([], nil))
    var mails: [String] { state.withLock { $0.mails } }

    func fail(_ fault: (@Sendable () -> NoticeError?)?) { state.withLock { $0.fault = fault } }

    func deliver(_ message: MailMessage) throws(NoticeError) -> MailReceipt {
        if let error = state.withLock({ $0.fault })?() { throw error }
        let text = String(decoding: message.bytes, as: UTF8.self)
        state.withLock { $0.mails.append("\(message.key)\n\(text)") }
        return .accepted
    }

    /// The ends of the keys, sorted.
    var facts: [String] { mails.map { String($0.prefix { $0 != "\n" }.split(separator: "#").last ?? "") }.sorted() }
}

/// An invented facility in Paris: a catalogue in a folder that goes with it, DataCite, mails, a clock.
final class TestFacility: Sendable {
    static let repository = StandInRepository(
        name: "TEST.OURS", password: "pass", prefixes: ["10.5072"], domains: ["data.example.org"])
    static let session = SessionName(proposal: "20260001", name: "2026-05")

    let folder: TemporaryFolder
    let clock: MovableClock
    let store: any CatalogueStore
    let custodian: Custodian
    let exchange = TestExchange()
    let mail = TestMail()
    /// Of runs that no test names.
    private let numbers = Mutex(100_000)
    var service: StandInService { exchange.service }
    var tenant: String { custodian.rules.tenant }
    var path: String { folder.file("catalogue.sqlite").path }

    init(at time: String = "2026-05-01T08:00:00Z") throws {
        folder = try TemporaryFolder("deliveries")
        clock = try MovableClock(time)
        store = try StoreUnderTest.open(at: folder.file("catalogue.sqlite").path)
        custodian = Custodian(store: store, rules: try Self.rules(), clock: clock)
    }

    static func rules() throws -> FacilityRules {
        var rules = FacilityRules(
            facility: "Example Facility", zone: try ZoneTable.zone("Europe/Paris"), policy: try EmbargoPolicy(version: "2026"))
        rules.pages = "https://data.example.org/datasets/"
        rules.contact = "data@example.org"
        rules.domain = "data.example.org"
        return rules
    }

    func registry() throws -> DataCiteRegistry {
        try DataCiteRegistry(
            service: ServiceAddress("http://localhost:1"), prefixes: ["10.5072"],
            login: ServiceLogin(name: Self.repository.name, password: Self.repository.password), exchange: exchange)
    }

    func deliverer(_ holder: String = "first", mail: (any MailDelivery)? = nil, custodian: Custodian? = nil) throws -> Deliverer {
        Deliverer(
            custodian ?? self.custodian, office: DeliveryOffice(registry: try registry(), mail: mail ?? self.mail),
            holder: holder, generator: { SeededGenerator(seed: 5) })
    }

    @discardableResult
    func deliver() async throws -> DeliveryReport { try await deliverer().deliver() }

    func enterProposal(_ name: String, kind: ProposalDescription.Kind = .public) async throws {
        _ = try await store.put(
            ProposalDescription(
                name: name, kind: kind, title: "Structure of a protein", abstract: "zqabstract of it",
                abstractIsPublic: false, team: "zqteam-\(name)", persons: TestCustodian.team(mailAt: "zqteam.org")), by: deed,
            tenant: tenant)
    }

    /// A proposal with its people, and one session.
    func begin(
        _ name: SessionName = TestFacility.session, kind: ProposalDescription.Kind = .public
    ) async throws -> SessionRecord {
        try await enterProposal(name.proposal, kind: kind)
        return try await custodian.openSession(
            name, instrument: "PROXIMA-1", begins: nil, plannedEnd: Timestamp(try Instant("2026-05-10T06:00:00Z")),
            by: .custodian)
    }

    /// A session whose last run ended on 9 May 2026, closed: it opens on 2029-05-10.
    func closed(_ name: SessionName = TestFacility.session) async throws -> SessionRecord {
        let session = try await begin(name)
        try clock.set("2026-05-09T13:00:00Z")
        _ = try await register(
            numbers.withLock { number in
                number += 1
                return number
            }, of: name)
        try await custodian.closeSession(name, by: .custodian)
        return session
    }

    /// A sealed run, every private field of which holds a word that stands nowhere else.
    func register(
        _ number: Int, of name: SessionName? = TestFacility.session, proposal: String? = nil,
        ended: String = "2026-05-09T12:00:00Z"
    ) async throws -> RunIdentifier {
        var generator = SeededGenerator(seed: UInt64(number))
        let end = Timestamp(try Instant(ended))
        let origin = RunSummary.Origin(
            facility: "Example", beamline: "PROXIMA-1",
            proposal: try (name?.proposal ?? proposal).map { try ProposalIdentifier($0) }, session: name?.name,
            sample: "zqsample", title: "zqtitle of a crystal")
        let summary = RunSummary(
            name: "zqname_\(number)", pid: try RunIdentifier.draw(prefix: "10.5072", using: &generator), verdict: .complete,
            frames: FrameCounts(expected: 31_337, received: 31_337, written: 31_337),
            times: .init(
                armed: end.advanced(bySeconds: -60), firstFrame: end.advanced(bySeconds: -50), lastFrame: end, sealed: end),
            origin: origin, technique: "MX", files: [try FileEntry(path: "zqfile_master.h5", role: .master, bytes: 987_654_321)],
            software: .init(name: "faisceau", version: "0"))
        let run = SealedRun(summary: summary, manifest: nil, folder: "/data/zqfolder")
        return try await custodian.register(run, by: .system).pid
    }

    /// What is written now, by the facility.
    var deed: Deed { Deed(at: Timestamp(clock.reading().wall)) }

    func account(_ name: String, email: String, _ roles: Set<Account.Role> = [.member]) async throws -> Actor {
        try await store.add(
            Account(name: name, person: Person(familyName: name, email: email), roles: roles), password: nil,
            by: deed, tenant: tenant)
        return .account(try await store.account(name, tenant: tenant))
    }

    func decide(_ name: SessionName, by actor: Actor = .custodian, _ event: EmbargoEvent) async throws {
        try await custodian.decide(.session(name), by: actor) { _ throws(CatalogueError) in event }
    }

    func decide(by actor: Actor = .custodian, _ event: EmbargoEvent) async throws {
        try await decide(Self.session, by: actor, event)
    }

    /// What DataCite holds of an identifier.
    func entry(_ pid: PersistentIdentifier?) -> StandInEntry? { pid.flatMap { service.entries["\($0)".lowercased()] } }

    func drift() async throws -> DriftReport {
        let (holdings, _) = try await custodian.registryHoldings()
        return await DriftReport(holdings: holdings, registry: try registry())
    }
}

extension StandInEntry {
    /// The first date of a type.
    func date(_ type: String) -> String? {
        attributes["dates"]?.list?.first { $0["dateType"]?.text == type }?["date"]?.text
    }

    var rights: [String] { attributes["rightsList"]?.list?.compactMap { $0["rightsUri"]?.text } ?? [] }
    var title: String? { attributes["titles"]?.list?.first?["title"]?.text }
}

func spoolFolder(_ path: String) -> SpoolFolder { SpoolFolder(path) }

/// Names and contents.
func files(_ folder: String) throws -> [String: String] {
    var found: [String: String] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
        found[name] = text
    }
    return found
}
