extension QuestionRoute {
    private static let namesOfUpkeep = Set(upkeep.map(\.name))
    /// Whether it is answered to custodians only: they are told of what is wrong with the catalogue in all words.
    public var isUpkeep: Bool { Self.namesOfUpkeep.contains(name) }

    /// What its custodian does with a catalogue, from another machine. Whoever asks is an account, also where nothing is changed: each of them costs
    /// what the whole catalogue holds.
    public static let upkeep: [QuestionRoute] = [
        .init(
            .check, .post, "upkeep/checks", .decide, [.object("checkpoints"), .text("public_key")], mostBytes: mostRunBytes,
            isLong: true),
        .init(.sweep, .post, "upkeep/sweeps", .decide, isLong: true),
        .init(.recompute, .post, "upkeep/recomputations", .decide, [.truth("mend"), .text("policy_reason")], isLong: true),
        .init(.acceptClock, .post, "upkeep/clock", .decide, [.text("now").needed]),
        .init(.checkpoint, .post, "upkeep/checkpoints", .decide, [.text("day")], isLong: true),
        .init(.backUp, .post, "upkeep/backups", .decide, [.text("name").needed], isLong: true),
        .init(.outbox, .get, "upkeep/outbox", .read, [.whole("limit")], needsAccount: true),
        .init(.retryOutbox, .post, "upkeep/outbox", .decide, [.whole("limit")]),
        .init(.deliver, .post, "upkeep/deliveries", .decide, isLong: true),
        .init(.drift, .post, "upkeep/comparisons", .decide, [.truth("mend")], isLong: true),
        .init(.readCitations, .post, "upkeep/citations", .decide, [], isLong: true),
        .init(.verifyCopies, .post, "upkeep/copies/{record}", .decide, [.text("store").needed], isLong: true),
        .init(
            .importSciCat, .post, "upkeep/imports/scicat", .decide,
            [
                .text("records", most: mostRunBytes).needed, .texts("places"), .truth("dry_run"), .truth("unknown_proposal"),
                .truth("trust_published"), .texts("instruments"), .texts("keys"),
            ], mostBytes: mostRunBytes, isLong: true),
    ]
}
