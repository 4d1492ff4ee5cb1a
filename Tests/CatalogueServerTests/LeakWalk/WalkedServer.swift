import CatalogueServer
import EmbargoClock
import Custody
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// A walked catalogue behind a server, and all readers with what they show it.
struct WalkedServer {
    let walk: Walk
    let served: ServedCatalogue
    let names: WalkedNames
    let access: OpenAccess
    let isSession: Bool
    let senders: [(reader: WalkedReader, sender: WalkedSender)]
    var wire: WalkedWire { WalkedWire(port: served.port) }

    /// One server is one institution's. Who has no part comes first: they ask for changes too.
    static let readers: [WalkedReader] = [
        .anonymous, .outsider, .ingestorElsewhere, .expiredLink, .expiredPerson, .staffElsewhere, .disabledMember, .memberByGroup,
        .memberByProposal, .person, .link, .staff, .curator, .director, .custodian,
    ]

    /// - Parameter isSession: whether the run goes by the clocks of its session, or by its own.
    init(_ state: WalkedState, access: OpenAccess, isSession: Bool = true, hasRun: Bool = true) async throws {
        walk = try await Walk(state, isSession: isSession, access: access, isServed: true, hasRun: hasRun)
        self.access = access
        self.isSession = isSession
        let root = try #require(FileRoot(path: Walk.root(walk.test), account: nil))
        served = try await ServedCatalogue(walk.test, roots: [root], harvestPage: 1)
        names = try await WalkedNames(walk)
        var senders: [(WalkedReader, WalkedSender)] = []
        for reader in Self.readers {
            switch reader {
            case .anonymous: senders.append((reader, .nobody))
            case .link: senders.append((reader, .link(WalkedReader.linkSecret)))
            case .expiredLink: senders.append((reader, .link(WalkedReader.expiredLinkSecret)))
            default:
                guard case .account(let account)? = walk.actor(reader) else { continue }
                senders.append((reader, .token(try await Self.token(of: account.name, reader, walk.test))))
            }
        }
        self.senders = senders
    }

    /// One of a disabled account was given before it was closed.
    private static func token(of account: String, _ reader: WalkedReader, _ test: TestCustodian) async throws -> String {
        let (tenant, now) = (test.custodian.rules.tenant, Timestamp(test.clock.reading().wall))
        let isDisabled = reader == .disabledMember
        if isDisabled { try await test.store.setDisabled(false, account: account, at: now, tenant: tenant) }
        let token = try await test.custodian.newToken(
            of: account, label: "test", scopes: Set(TokenScope.allCases), days: 30, by: .custodian)
        if isDisabled { try await test.store.setDisabled(true, account: account, at: now, tenant: tenant) }
        return token.0.text
    }

    func sight(_ reader: WalkedReader) -> Sight { reader.sight(walk.state, access) }
    /// Of what everyone may know.
    var isHidden: Bool { sight(.outsider) == .nothing }
    /// Whether pages tell all.
    var isOpen: Bool { walk.state.shown == .open || walk.state == .purged }

    // MARK: What the rules say

    func mayKnowProposal(_ reader: WalkedReader) -> Bool {
        reader.isTeam || reader == .custodian || [.curator, .director].contains(reader) && !walk.state.isProprietary
    }

    func mayKnowPlan(_ reader: WalkedReader) -> Bool {
        mayKnowProposal(reader) || reader == .staff && !walk.state.isProprietary
    }

    /// Of a session whose run has clocks of its own everyone may know nothing: it still collects, or was paid for.
    func sightOfSession(_ reader: WalkedReader) -> Sight {
        isSession ? sight(reader) : reader.sight(walk.state.isProprietary ? .proprietary : .collecting, access)
    }

    /// Whether a reader is told of what a request is about what is told of nothing.
    func isHidden(_ request: WalkedRequest, from reader: WalkedReader) -> Bool {
        switch request.about {
        case .run: sight(reader) == .nothing
        case .page, .crate: isHidden
        // Pages of a session are everyone's, and questions about it the reader's.
        case .session:
            request.route.hasPrefix("GET /api/") && !request.route.contains("publisheddata")
                ? sightOfSession(reader) == .nothing : sightOfSession(.outsider) == .nothing
        case .collection: sight(reader) == .nothing
        case .sample: sight(reader) == .nothing && !reader.isTeam
        case .proposal: !mayKnowProposal(reader)
        case .plan: !mayKnowPlan(reader)
        case .account: ![.memberByProposal, .curator, .director, .custodian].contains(reader)
        case .list, .offer, .own, .nothing: false
        }
    }

    /// Whether a list is the one that there would be without the run.
    func isWithoutRun(_ request: WalkedRequest, for reader: WalkedReader) -> Bool {
        switch request.about {
        case .list:
            // Of what was withdrawn the facility reads no more than everyone: what stands beside it, it would read without the run.
            !reader.isTeam
                && (sight(reader) == .nothing || sight(reader) == .short && ![.staff, .curator, .director].contains(reader))
        case .offer: isHidden && sight(reader) == .nothing
        default: false
        }
    }

    func mayRead(_ audience: WalkedAudience, _ reader: WalkedReader, _ request: WalkedRequest) -> Bool {
        let sight = sight(reader)
        let isRead = sight == .outside || sight == .all
        switch (audience, request.about) {
        case (.nobody, _): return false
        case (.tombstone, _): return walk.state.shown == .withdrawn
        case (.opened, _): return isOpen && mayRead(.readers, reader, request)
        case (.openedSession, _): return isSession && mayRead(.opened, reader, request)
        case (.selection, _): return sight != .nothing || !isHidden
        // What is told everyone is the same for who may read more.
        case (.readers, .page) where reader == .link && request.isPage: return isOpen || isRead
        case (.readers, .page), (.sample, .page): return isOpen
        case (_, .page): return false
        case (.readers, .crate): return isOpen
        case (_, .crate): return false
        // A session's and a selection's page is everyone's; the questions are the reader's.
        case (.readers, .session), (.readers, .collection), (.readers, .offer): return isRead || isOpen
        // What is cited, or registered, is what everyone may know.
        case (.readers, .run) where request.route.hasSuffix("/citation"): return isRead || isOpen
        case (.sample, .sample) where request.target.hasSuffix("datacite=true"): return isRead || reader.isTeam || isOpen
        case (.readers, _): return isRead
        case (.inside, _): return sight == .all
        case (.sample, _): return isRead || reader.isTeam
        case (.team, _): return isRead || reader.isTeam || mayKnowProposal(reader)
        case (.proposal, _): return mayKnowProposal(reader)
        case (.addresses, .proposal), (.addresses, .list): return reader.isTeam || reader == .custodian
        case (.addresses, _): return false
        case (.plan, _): return mayKnowPlan(reader)
        case (.curators, _): return [.curator, .director, .custodian].contains(reader)
        case (.custodians, _): return reader == .custodian
        }
    }

    /// The words that a reader may find in an answer.
    func told(_ reader: WalkedReader, _ request: WalkedRequest) -> Set<String> {
        Set(
            WalkedColumn.audiences.filter { word, audiences in
                // Their own address.
                word == "example.org" && request.about == .own || audiences.contains { mayRead($0, reader, request) }
            }.keys)
    }
}
