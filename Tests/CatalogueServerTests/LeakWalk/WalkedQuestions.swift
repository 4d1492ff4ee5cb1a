import CatalogueQuestions
import Custody
import Foundation
import RunModel
import TestCatalogue

extension WalkedRequest {
    private static let base = "/api/faisceau/v1/"

    /// Every question of the table, with all of its arguments.
    static func questions(_ names: WalkedNames) throws -> [WalkedRequest] {
        try QuestionRoute.all.flatMap { route in
            route.method == .get ? reading(route, names) : [try writing(route, names)]
        }
    }

    private static func name(_ route: QuestionRoute) -> String { "\(route.method.rawValue) \(base)\(route.template)" }

    /// Of what a question with a record is, and by which names it is asked for.
    private static func records(_ route: QuestionRoute, _ names: WalkedNames) -> [(About, String)] {
        switch route.template.split(separator: "/").first {
        case "runs":
            let ofBoth: Set<QuestionName> = [.show, .citation, .history, .embargo, .registration]
            let run = [(About.run, names.run), (.run, names.other)]
            return ofBoth.contains(route.name) ? run + [(.session, names.session)] : run
        case "collections": return [(.collection, names.collection)]
        case "proposals": return [(.plan, names.proposal)]
        case "accounts": return [(.account, names.account)]
        case "upkeep": return [(.nothing, names.run)]
        case "samples": return [(.sample, names.igsn), (.sample, names.sample)]
        case "plans": return [(.plan, names.plan)]
        default: return [(.nothing, "PROXIMA-1")]
        }
    }

    private static func reading(_ route: QuestionRoute, _ names: WalkedNames) -> [WalkedRequest] {
        guard route.parts.contains(.record) else {
            return queries(route).map { .init(name(route), about(route), base + route.template + $0) }
        }
        let parts = route.template.replacing("{name}", with: "zqpicture.png")
        var requests: [WalkedRequest] = []
        for (about, name) in records(route, names) {
            // What the public may know of a run is in some answers: they are asked as pages are.
            let path = base + parts.replacing("{record}", with: name.inPath)
            for query in queriesOfOne(route) { requests.append(.init(Self.name(route), about, path + query)) }
        }
        // As a proxy divides an identifier.
        if route.template.hasPrefix("runs/") {
            requests.append(.init(name(route), .run, base + parts.replacing("{record}", with: names.run)))
        }
        return requests
    }

    private static func about(_ route: QuestionRoute) -> About {
        switch route.name {
        case .sessions, .calendar, .collections: .offer
        case .clock: .nothing
        default: .list
        }
    }

    private static func queries(_ route: QuestionRoute) -> [String] {
        let words = [
            "zqtitle", "zqsample", "keyword:zqkeyword", "sample:zqsample", "crystal", "name:*qnam*", "proposal:20260001",
        ]
        return switch route.name {
        case .search: ["", "?limit=1"] + words.map { "?q=\($0.inPath)" } + ["?q=" + "beam/incident_energy:7..8keV".inPath]
        case .facets: [""] + words.prefix(2).map { "?q=\($0.inPath)" }
        case .completions:
            ["sample:", "keyword:", "proposal:", "person:", "technique:", "beamline:", "sample:zq", "z"].map { "?q=\($0.inPath)" }
        default: [""]
        }
    }

    private static func queriesOfOne(_ route: QuestionRoute) -> [String] {
        switch route.name {
        case .files: ["", "?from=7&limit=1"]
        case .citation: ["", "?style=bibtex"]
        case .collection, .sample, .instrument: ["", "?datacite=true"]
        default: [""]
        }
    }

    // MARK: What changes something

    private static func writing(_ route: QuestionRoute, _ names: WalkedNames) throws -> WalkedRequest {
        var path = route.template.replacing("{mark}", with: "1").replacing("{share}", with: "1")
            .replacing("{name}", with: "zqpicture.png").replacing("{number}", with: "1")
        let (about, record) = route.parts.contains(.record) ? records(route, names)[0] : (About.nothing, "")
        path = path.replacing("{record}", with: record.inPath)
        if route.name == .releaseLease { path += "?holder=job" }
        if route.name == .forgetCopies { path += "?store=zqstore" }
        return .init(
            name(route), route.name == .collect ? .run : about, base + path, headers: ["Content-Type: application/json"],
            body: route.method.hasBody ? try body(route.name, names) : "")
    }

    private static func body(_ name: QuestionName, _ names: WalkedNames) throws -> String {
        func object(_ members: [String: Any]) throws -> String {
            String(decoding: try JSONSerialization.data(withJSONObject: members, options: .sortedKeys), as: UTF8.self)
        }
        let proposals =
            #"{"schema":"faisceau.proposals.1","proposals":[{"id":"\#(names.proposal)","kind":"public","title":"x","team":"t","persons":[],"sessions":[]}]}"#
        return switch name {
        case .handOver: try object(["folder": "/other/run", "run": try run(names)])
        // So long waits no run.
        case .reserve: try object(["holder": "x", "hours": 0])
        case .lease: try object(["holder": "job"])
        case .mark: try object(["word": "keep", "first_frame": 0, "last_frame": 1, "reason": "x"])
        case .relate: try object(["relation": "IsCitedBy", "target": "10.1234/x"])
        case .attach: try object(["name": "a.txt", "content": "aGk="])
        case .addCopies: try object(["store": "zqstore", "path": "/p"])
        case .collect: try object(["runs": [names.run], "title": "x"])
        case .changeCollection: try object(["add": [names.run]])
        case .requestExtension, .object, .lift: try object(["reason": "x"])
        case .passRights: try object(["to": "team", "reason": "x"])
        case .decide: try object(["answer": "granted"])
        case .openEarly: try object(["licence": "CC-BY-4.0"])
        case .hold: try object(["reason": "x", "review": "2030-01-01"])
        case .withdraw: try object(["reason": "x", "confirmed_by": "dora", "confirmed_by_token": "t"])
        case .share: try object(["link": true, "until": "2026-12-01T00:00:00Z"])
        case .purge: try object(["step": "propose", "reason": "x"])
        case .openSession:
            try object(["proposal": names.proposal, "session": "x", "ends": "2026-12-01T00:00:00Z"])
        case .closeSession: try object(["proposal": names.proposal, "session": "2026-05"])
        case .importProposals: try object(["document": proposals])
        case .importSamples: try object(["document": "{}"])
        case .importInstrument: try object(["document": "{}"])
        case .importPlan: try object(["document": "{}", "proposal": names.proposal])
        case .acceptClock: try object(["now": "2026-05-09T13:00:00Z"])
        case .checkpoint: try object(["day": "2026-05-09"])
        case .backUp: try object(["name": "copy.sqlite"])
        case .verifyCopies: try object(["store": "zqstore"])
        case .importSciCat: try object(["records": "[]"])
        default: "{}"
        }
    }

    /// What a run says of itself that claims the identifier and the proposal.
    private static func run(_ names: WalkedNames) throws -> Any {
        let sealed = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z")
        let text = String(decoding: try sealed.summary.json(), as: UTF8.self)
            .replacing("\(sealed.summary.pid)", with: names.run).replacing("20260001", with: names.proposal)
        return try JSONSerialization.jsonObject(with: Data(text.utf8))
    }
}
