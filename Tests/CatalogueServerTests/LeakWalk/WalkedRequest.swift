import Custody
import Foundation
import Identifiers
import RunCatalogue
import TestCatalogue
import TestSupport

/// By what the walked things are asked for; and things by whose names nothing is.
struct WalkedNames {
    let run: String
    let session: String
    let collection: String
    let igsn: String
    let sample: String
    let plan: String
    let proposal: String
    let account: String
    /// As another catalogue calls the run.
    let other: String

    /// As long as those of the walked things.
    static let absent: WalkedNames = {
        var generator = SeededGenerator(seed: 4711)
        func drawn() -> String { (try? RunIdentifier.draw(prefix: "10.5072", using: &generator)).map { "\($0)" } ?? "" }
        return WalkedNames(
            run: drawn(), session: drawn(), collection: drawn(), igsn: "10.5072/absent-sample", sample: "nosample",
            plan: "https://example.net/nosuchone", proposal: "20269999", account: "nomad", other: "20.500.12345/absentevery")
    }()

    init(_ walk: Walk) async throws {
        self.init(
            run: "\(walk.run.pid)", session: try await walk.test.session().pid.map { "\($0)" } ?? "",
            collection: walk.holdings.collection.map { "\($0)" } ?? Self.absent.collection, igsn: WalkedHoldings.igsn,
            sample: "zqsample", plan: WalkedHoldings.plan, proposal: "20260001", account: "irene", other: Walk.otherName)
    }

    private init(
        run: String, session: String, collection: String, igsn: String, sample: String, plan: String, proposal: String,
        account: String, other: String
    ) {
        (self.run, self.session, self.collection, self.igsn, self.sample) = (run, session, collection, igsn, sample)
        (self.plan, self.proposal, self.account, self.other) = (plan, proposal, account, other)
    }

    private static func suffix(_ text: String) -> String { text.split(separator: "/").last.map(String.init) ?? text }

    /// What an answer repeats of its question: the names of the walked things in the place of those of nothing, as they are and escaped.
    func repeated(for absent: WalkedNames) -> [(String, String)] {
        let pairs = [
            (absent.run, run), (absent.session, session), (absent.collection, collection), (absent.igsn, igsn),
            (absent.plan, plan), (absent.other, other), (absent.proposal, proposal),
        ]
        // Of what is mistyped the suffix alone is repeated.
        let suffixes = [(absent.igsn, igsn), (absent.other, other)].map { (Self.suffix($0.0), Self.suffix($0.1)) }
        return pairs + pairs.map { ($0.0.inPath, $0.1.inPath) } + suffixes
    }
}

/// One request of a walk: which route it asks, and of what.
struct WalkedRequest {
    enum About {
        /// What only the readers of the run are told.
        case run
        /// The record for everyone: the same for whoever asks.
        case page
        /// The record for everyone, and of an open run its files for whom may list them.
        case crate
        case session, sample, collection, proposal, plan, account
        /// Many at once, of those that this reader reads.
        case list
        /// Many at once, of those that everyone may know of.
        case offer
        /// Who asks.
        case own
        /// Nothing of any record.
        case nothing
    }

    /// As the server's table has it: `GET /datasets/{pid}`.
    let route: String
    let about: About
    /// With its query.
    let target: String
    var headers: [String] = []
    var body = ""

    var method: String { String(route.prefix { $0 != " " }) }
    var isReading: Bool { method == "GET" }
    /// A record's page for people, which shows the holder of a link what the link reads.
    var isPage: Bool { headers.isEmpty && (route == "GET /datasets/{pid}" || target.hasSuffix("/index.html")) }

    init(_ route: String, _ about: About, _ target: String, headers: [String] = [], body: String = "") {
        (self.route, self.about, self.target, self.headers, self.body) = (route, about, target, headers, body)
    }

    /// A request for each route of the server, several for most: about the same thing by all of its names.
    static func all(_ names: WalkedNames) throws -> [WalkedRequest] {
        try pages(names) + harvests(names) + ["v3", "v4"].flatMap { try sciCat(names, $0) } + questions(names)
    }

    /// What is sent, and an answer may repeat.
    var said: [UInt8] { Array((target + "\n" + body).utf8) }

    /// In somebody's name.
    func sent(by reader: WalkedSender, as method: String? = nil, also headers: [String] = []) -> (
        method: String, target: String, headers: [String], body: String
    ) {
        var (target, all) = (target, self.headers + headers)
        switch reader {
        case .nobody: break
        case .token(let token): all.append("Authorization: Bearer \(token)")
        case .link(let secret): target += (target.contains("?") ? "&" : "?") + "share=\(secret)"
        }
        return (method ?? self.method, target, all, body)
    }
}

/// How a reader says who they are.
enum WalkedSender {
    case nobody
    case token(String)
    case link(String)
}

extension String {
    /// As one part of a path, or one value of a query.
    var inPath: String { addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._~"))) ?? "" }
}
