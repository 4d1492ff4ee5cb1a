import TestCatalogue

/// Who may read a private word of the walked catalogue.
enum WalkedAudience: String, CaseIterable {
    /// Everyone for whom a selection is no secret: the article that cites it.
    case selection
    /// Everyone, of a tombstone.
    case tombstone
    /// Whoever reads the run, also once it is open to everyone.
    case readers
    /// Everyone, once the run is open; before, nobody.
    case opened
    /// Everyone, once the session is open; before, and while it collects beside an open run, nobody.
    case openedSession
    /// The team and the facility, as far as they read the run.
    case inside
    /// The team, whatever the state; and whoever reads the runs of the sample.
    case sample
    /// The team, and of what nobody paid for curators.
    case proposal
    /// Who reads the run, knows of its proposal, or is of the team.
    case team
    /// The team, of its own proposal.
    case addresses
    /// As the proposal's, and staff.
    case plan
    /// Curators and directors.
    case curators
    /// Whoever looks after the catalogue as a whole.
    case custodians
    case nobody
}

/// What stands in a column of the catalogue's file that may hold text: each private one has a word of its own in the walked catalogue.
enum WalkedColumn: Equatable {
    /// Words that stand in the column, and nowhere else.
    case words([String], WalkedAudience)
    /// A name by which addresses and public records call something.
    case key
    /// One of some words of ours, a day.
    case vocabulary
    /// A digest of what stands elsewhere.
    case digest
    /// What stands in other columns, for the search and for checks.
    case copy

    static func word(_ word: String, _ audience: WalkedAudience) -> WalkedColumn { .words([word], audience) }

    /// All of them: one that is added to the schema has to be added here, with a word.
    static let all: [String: WalkedColumn] = [
        "account.name": .word("zqaccount", .nobody), "account.password": .word("scrypt", .nobody),
        "account_group.kind": .vocabulary, "account_group.name": .word("zqgroup", .nobody), "account_role.role": .vocabulary,
        "alternate_identifier.scheme": .vocabulary, "alternate_identifier.text": .word("zqelsewhere", .readers),
        "attachment.name": .words(["zqattached", "zqpicture"], .readers), "attachment.media_type": .vocabulary,
        "attachment.caption": .words(["zqcaption", "zqunder"], .readers),
        "attachment.bytes": .words(["zqcontents", "zqpixels"], .readers), "attachment.digest": .digest,
        "checkpoint.day": .word("zqday", .nobody), "checkpoint.digest": .digest, "checkpoint.key": .word("zqlock", .nobody),
        "checkpoint.signature": .word("zqsigil", .nobody), "checkpoint.statement": .word("zqstatement", .nobody),
        "citation.work": .word("zqfeed", .openedSession), "clock.head": .digest, "clock.licence": .vocabulary,
        "clock_entry.entry": .word("zqreason", .inside),
        "clock_entry.digest": .digest,
        "collection.pid": .key, "collection.title": .word("zqselection", .readers),
        "collection.article": .word("zqarticle", .selection),
        // The run's history names them too, and a reader those that they may know of (RelationTests).
        "derivation.input_pid": .key, "described_text.field": .vocabulary,
        // Where a proposal's record names the team, others are told of it and not of what was typed.
        "described_text.text": .words(["zqowner", "zqpostbox"], .inside), "download_count.day": .vocabulary,
        "event.kind": .vocabulary, "event.action": .vocabulary, "event.detail": .word("zqdetail", .inside),
        "event.state_digest": .digest, "event.previous": .digest, "event.digest": .digest,
        "facility.name": .word("zqhouse", .nobody), "facility.ror": .word("zqrorhouse", .nobody),
        "facility.timezone": .word("zqzonehouse", .nobody),
        "file.path": .word("zqfile", .readers), "file.role": .vocabulary, "file.digest": .word("feedc0de", .readers),
        "harvest.face": .digest, "history.kind": .vocabulary, "history.head": .digest,
        "instrument.name": .key, "instrument.pid": .key, "instrument.landing_page": .key, "instrument.owner": .key,
        "instrument.manufacturer": .key, "instrument.model": .key, "instrument.serial_number": .key,
        "instrument.document": .words(["zqcontact", "zqmaker"], .curators),
        "keyword.name": .word("zqkeyword", .readers),
        "lease.name": .word("zqjob", .nobody), "lease.holder": .word("zqjoblist", .nobody),
        "management_plan.identifier": .word("zqoutline", .plan), "management_plan.document": .word("zqplan", .plan),
        "mark.word": .vocabulary, "mark.reason": .word("zqmark", .readers),
        "membership.role": .word("zqrole", .nobody), "metadata_key.name": .word("zqkey", .readers),
        "metadata_key.dimension": .vocabulary, "notice.word": .vocabulary,
        "outbox.topic": .word("zqtopic", .custodians), "outbox.payload": .word("zqpayload", .custodians),
        "outbox.last_error": .word("zqerror", .custodians),
        "person.orcid": .key, "person.family_name": .word("zqfamily", .nobody),
        "person.given_name": .word("zqcalled", .nobody),
        // Of every person, of the proposal's too.
        "person.email": .words(["zqmail", "example.org"], .nobody), "person.salt": .digest,
        "proposal.name": .key, "proposal.title": .key, "proposal.abstract": .word("zqabstract", .proposal),
        "proposal.kind": .vocabulary, "proposal.imported_digest": .digest, "proposal_person.role": .vocabulary,
        "proposal_text.field": .vocabulary, "proposal_text.text": .word("zqstated", .proposal),
        // As public as the names.
        "proposal_person.affiliation": .key, "proposal_person.affiliation_ror": .key,
        "proposal_contributor.role": .vocabulary, "proposal_contributor.affiliation": .word("zqworkplace", .opened),
        "proposal_contributor.affiliation_ror": .word("zqdesk", .opened),
        "proposal_funding.funder": .word("zqtreasury", .opened), "proposal_funding.funder_ror": .word("zqpays", .opened),
        "proposal_funding.award_number": .word("zqgrant", .opened),
        "proposal_funding.award_address": .word("zqprize", .opened),
        "proposal_funding.award_title": .word("zqsubject", .opened),
        "registration.pid": .key, "registration.state": .vocabulary,
        "replica.path": .word("zqcopypath", .inside), "replica.state": .vocabulary,
        "replica.found": .word("facade0ff", .readers),
        "reservation.pid": .key, "reservation.holder": .word("zqreservist", .curators),
        "run.pid": .key, "run.kind": .vocabulary, "run.name": .word("zqname", .readers), "run.title": .word("zqtitle", .readers),
        "run.verdict": .vocabulary, "run.folder": .word("zqfolder", .inside), "run.keywords": .word("zqkeyword", .readers),
        "run.clock": .copy, "run.content_digest": .digest, "run.history_head": .digest,
        "run_text.labels": .copy, "run_text.others": .copy,
        "sample.owner": .word("zqkeeper", .sample),
        "sample.name": .word("zqsample", .sample), "sample.igsn": .key, "sample.description": .word("zqcontents", .sample),
        "sample.document": .words(["zqsort", "zqparental", "zqalternative"], .sample),
        "session.name": .key, "session.pid": .key,
        "setting.name": .word("zqsetting", .nobody), "setting.text": .word("zqsettled", .nobody),
        "share.holder": .word("zqlinkdigest", .nobody), "share_use.day": .vocabulary,
        "stated_relation.word": .vocabulary, "stated_relation.target": .words(["zqciting", "zqstandard"], .readers),
        "store.name": .word("zqstore", .readers), "team.name": .word("team-20260001", .team),
        "technique.name": .key, "technique.panet": .key, "tenant.name": .key,
        "token.label": .word("zqlabel", .nobody), "token.digest": .digest, "token.scopes": .vocabulary,
        "unit.symbol": .vocabulary, "used_detector.serial_number": .copy,
        "value.text": .words(["zqvalue", "zqdescription"], .readers),
    ]

    /// Columns of numbers, what does not stand in the catalogue's file, and what has another audience than the rest of its column.
    static let others: [String: WalkedAudience] = [
        "\(WalkedFiles.bytes)": .readers, "7731.25": .readers, "31337": .readers, "20483": .readers, "86420753": .inside,
        WalkedFiles.content: .readers, Walk.tombstone: .tombstone,
        // In the columns of what was said of persons, and of all addresses.
        "zqnext": .readers, "example.org": .addresses, "zqcarer": .addresses,
        // In the column of all names.
        "zqcolleague": .opened,
    ]

    /// Words of which no route tells, whoever asks, and why.
    static let untold: [String: String] = [:]

    /// Every word and who may read it; of a word that stands in several columns, all that one of them lets read it.
    static let audiences: [String: Set<WalkedAudience>] = {
        var audiences: [String: Set<WalkedAudience>] = [:]
        for column in all.values {
            if case .words(let words, let audience) = column {
                for word in words { audiences[word, default: []].insert(audience) }
            }
        }
        for (word, audience) in others { audiences[word, default: []].insert(audience) }
        return audiences
    }()

    /// What the catalogue's file has, and the walk looks at: tables of its own, and of them what may hold text.
    static let schema = """
        SELECT tables.name || '.' || columns.name FROM sqlite_master AS tables JOIN pragma_table_info (tables.name) AS columns
        WHERE tables.type = 'table' AND columns.type NOT IN ('INTEGER', 'REAL') AND tables.name NOT GLOB 'sqlite_*'
            AND tables.name NOT GLOB 'grdb_*' AND tables.name NOT IN ('words', 'fragments', 'search_word')
            AND tables.name NOT GLOB 'words_*' AND tables.name NOT GLOB 'fragments_*'
        """
}
