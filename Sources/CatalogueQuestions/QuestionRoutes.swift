import JSON

extension QuestionRoute {
    /// A sealed run with some hundred thousand files.
    public static let mostRunBytes = 64 << 20
    private static let mostDocumentBytes = 64 << 20

    /// Every question has one.
    public static let all: [QuestionRoute] = runs + beside + clocks + people + upkeep

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
    /// The longest first: what follows a record is no part of its name.
    private static let byLength = all.sorted { $0.parts.count > $1.parts.count }

    static func of(_ name: QuestionName) -> QuestionRoute {
        // `CatalogueQuestionTests` looks that none is missing.
        byName[name] ?? QuestionRoute(name, .get, name.rawValue, .decide, needsAccount: true)
    }

    /// The question that an address asks.
    ///
    /// - Parameter path: its parts below `/api/faisceau/v1/`, each decoded once.
    /// - Returns: nil where no route has this path; without a question where one has, with another method: then those that there are.
    public static func question(
        _ method: String, _ path: [String], _ arguments: JSONObject
    ) -> (question: CatalogueQuestion?, methods: [Method])? {
        let found = byLength.compactMap { route in route.match(path).map { (route, $0) } }
        guard let first = found.first else { return nil }
        // Of those that read the path in the same way: another length of the record is another path.
        let alike = found.filter { $0.0.template == first.0.template }
        guard let (route, match) = alike.first(where: { $0.0.method.rawValue == method }) else {
            return (nil, alike.map(\.0.method))
        }
        var all = arguments
        // What the path says cannot be said otherwise beside it.
        all.merge(match.arguments)
        return (CatalogueQuestion(route.name, of: match.record, all), alike.map(\.0.method))
    }

    private static let runs: [QuestionRoute] = [
        .init(.search, .get, "runs", .read, [.text("q"), .text("after"), .whole("limit")]),
        .init(.facets, .get, "facets", .read, [.text("q")]),
        .init(.completions, .get, "completions", .read, [.text("q"), .whole("limit")]),
        .init(.show, .get, "runs/{record}", .read),
        .init(.files, .get, "runs/{record}/files", .read, [.whole("from"), .whole("limit")]),
        .init(.citation, .get, "runs/{record}/citation", .read, [.text("style"), .text("fragment")]),
        .init(.history, .get, "runs/{record}/history", .read),
        .init(
            .handOver, .post, "runs", .ingest,
            [
                .text("folder").needed, .object("run").needed, .text("manifest", most: mostRunBytes), .truth("unknown_proposal"),
                .truth("new_identifier"),
            ], creates: true, mostBytes: mostRunBytes),
        .init(.reserve, .post, "reservations", .ingest, [.text("holder").needed, .whole("hours")], creates: true),
        .init(.reservations, .get, "reservations", .read, needsAccount: true),
        .init(.lease, .post, "runs/{record}/leases", .read, [.text("holder").needed, .whole("hours")], creates: true),
        .init(.releaseLease, .delete, "runs/{record}/leases", .read, [.text("holder").needed]),
        .init(.mint, .post, "runs/{record}/doi", .decide, creates: true),
        .init(.registration, .get, "runs/{record}/doi", .read),
    ]

    private static let beside: [QuestionRoute] = [
        .init(.marks, .get, "runs/{record}/marks", .read),
        .init(
            .mark, .post, "runs/{record}/marks", .ingest,
            [.text("word").needed, .whole("first_frame").needed, .whole("last_frame").needed, .text("reason").needed],
            creates: true),
        .init(.removeMark, .delete, "runs/{record}/marks/{mark}", .ingest, [.whole("mark").needed]),
        .init(.relations, .get, "runs/{record}/relations", .read),
        .init(
            .relate, .post, "runs/{record}/relations", .ingest, [.text("relation").needed, .text("target").needed], creates: true),
        .init(.removeRelation, .delete, "runs/{record}/relations/{number}", .ingest, [.whole("number").needed]),
        .init(.attachments, .get, "runs/{record}/attachments", .read),
        .init(
            .attach, .post, "runs/{record}/attachments", .ingest,
            [.text("name").needed, .text("caption"), .text("content", most: 12 << 20).needed], creates: true,
            mostBytes: 12 << 20),
        .init(.attachment, .get, "runs/{record}/attachments/{name}", .read, [.text("name").needed]),
        .init(.removeAttachment, .delete, "runs/{record}/attachments/{name}", .ingest, [.text("name").needed]),
        .init(.copies, .get, "runs/{record}/copies", .read),
        .init(.copiedFiles, .get, "runs/{record}/copies/files", .read, [.text("store"), .whole("from"), .whole("limit")]),
        .init(
            .addCopies, .post, "runs/{record}/copies", .ingest,
            [.text("store").needed, .text("path").needed, .text("file"), .text("state")], creates: true),
        .init(.forgetCopies, .delete, "runs/{record}/copies", .ingest, [.text("store").needed, .text("file")]),
        .init(.collections, .get, "collections", .read, [.whole("limit")]),
        .init(.collection, .get, "collections/{record}", .read, [.truth("datacite")]),
        .init(
            .collect, .post, "collections", .ingest, [.texts("runs").needed, .text("title").needed, .text("article")],
            creates: true),
        .init(.changeCollection, .patch, "collections/{record}", .ingest, [.texts("add"), .texts("remove")]),
    ]

    // What looks at every session is for accounts: nobody asks it by the thousand.
    private static let clocks: [QuestionRoute] = [
        .init(.embargo, .get, "runs/{record}/embargo", .read),
        .init(
            .requestExtension, .post, "runs/{record}/extensions", .decide,
            [.text("reason").needed, .truth("withdraw"), .text("votes")], creates: true),
        .init(.decide, .post, "runs/{record}/decisions", .decide, [.text("answer").needed, .text("reason")], creates: true),
        .init(.object, .post, "runs/{record}/objections", .decide, [.text("reason").needed], creates: true),
        .init(.openEarly, .post, "runs/{record}/releases", .decide, [.text("licence").needed], creates: true),
        .init(
            .hold, .post, "runs/{record}/holds", .decide,
            [.text("reason").needed, .text("review").needed, .text("kind"), .whole("review_of"), .truth("purge_only")],
            creates: true),
        .init(.lift, .post, "runs/{record}/lifts", .decide, [.text("reason").needed, .whole("hold")], creates: true),
        .init(.passRights, .post, "runs/{record}/rights", .decide, [.text("to").needed, .text("reason").needed], creates: true),
        .init(
            .withdraw, .post, "runs/{record}/withdrawals", .decide,
            [.text("reason").needed, .text("confirmed_by").needed, .text("confirmed_by_token")], creates: true),
        .init(
            .share, .post, "runs/{record}/shares", .decide, [.text("until").needed, .text("with"), .truth("link")],
            creates: true),
        .init(
            .correctEnd, .post, "runs/{record}/corrections", .decide, [.text("ended").needed, .text("reason").needed],
            creates: true),
        .init(.endShare, .delete, "runs/{record}/shares/{share}", .decide, [.whole("share").needed]),
        .init(.calendar, .get, "calendar", .read, needsAccount: true),
        .init(.clock, .get, "clock", .read),
        .init(.retention, .get, "retention", .read, needsAccount: true),
        .init(
            .purge, .post, "runs/{record}/purges", .decide, [.text("step").needed, .text("reason"), .texts("citations")],
            creates: true),
    ]

    private static let people: [QuestionRoute] = [
        .init(.sessions, .get, "sessions", .read, [.text("proposal"), .truth("collecting")], needsAccount: true),
        .init(
            .openSession, .post, "sessions", .decide,
            [.text("proposal").needed, .text("session").needed, .text("ends").needed, .text("begins"), .text("beamline")],
            creates: true),
        .init(
            .closeSession, .post, "sessions/closings", .decide, [.text("proposal").needed, .text("session").needed],
            creates: true),
        .init(.proposals, .get, "proposals", .read),
        .init(
            .importProposals, .post, "proposals", .ingest, [.text("document", most: mostDocumentBytes).needed],
            mostBytes: mostDocumentBytes),
        .init(.proposalHistory, .get, "proposals/{record}/history", .read),
        .init(.accountHistory, .get, "accounts/{record}/history", .read, needsAccount: true),
        .init(.samples, .get, "samples", .read, [.whole("limit")]),
        .init(.sample, .get, "samples/{record}", .read, [.truth("datacite")]),
        .init(
            .importSamples, .post, "samples", .ingest, [.text("document", most: mostDocumentBytes).needed],
            mostBytes: mostDocumentBytes),
        .init(.instruments, .get, "instruments", .read),
        .init(.instrument, .get, "instruments/{record}", .read, [.truth("datacite")]),
        .init(
            .importInstrument, .post, "instruments", .ingest,
            [.text("document", most: mostDocumentBytes).needed, .text("name")], mostBytes: mostDocumentBytes),
        .init(.plans, .get, "plans", .read, [.text("proposal"), .whole("limit")]),
        .init(.plan, .get, "plans/{record}", .read),
        .init(
            .importPlan, .post, "plans", .ingest, [.text("document", most: mostDocumentBytes).needed, .text("proposal").needed],
            mostBytes: mostDocumentBytes),
    ]
}
