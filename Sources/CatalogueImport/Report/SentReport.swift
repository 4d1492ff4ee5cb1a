import EmbargoClock
import Identifiers
import JSON
import RunModel

// A report as it is sent, record by record: what ReportFile writes, read again.

extension ImportedRecord {
    /// - Returns: nil for what is none.
    public init?(_ json: JSONValue) {
        guard let file = json["file"]?.text, let index = json["record"]?.integer.flatMap({ Int(exactly: $0) }),
            let outcome = json["outcome"]?.text.flatMap(Outcome.init(rawValue:)), let theirs = json["theirs"]
        else { return nil }
        self.init(file: file, index: index, name: json["name"]?.text, outcome: outcome)
        pid = json["pid"]?.text.flatMap { try? RunIdentifier($0) }
        (opens, keptUntil) = (Self.day(json["opens"]), Self.day(json["kept_until"]))
        state = json["state"]?.text
        theirOpening = Self.day(theirs["opens"])
        self.theirs.opens = Self.time(theirs["opens_at"])
        self.theirs.publishedOn = Self.time(theirs["published_on"])
        self.theirs.keptUntil = Self.time(theirs["kept_until"])
        self.theirs.isWeekdayForDay = theirs["weekday_for_day"] == true
        isPublished = theirs["is_published"] == true
        dois = theirs["dois"]?.list?.compactMap(\.text) ?? []
        notes = json["notes"]?.list?.compactMap(\.text) ?? []
        if let error = json["error"], let code = error["code"]?.text, let text = error["text"]?.text {
            self.error = CatalogueImportFailure(code: code, text: text)
        }
    }

    private static func day(_ json: JSONValue?) -> LocalDate? { json?.text.flatMap { try? LocalDate($0) } }
    private static func time(_ json: JSONValue?) -> Timestamp? { json?.text.flatMap { try? Timestamp($0) } }
}

extension ImportSummary {
    /// - Returns: nil for what is none.
    public init?(_ json: JSONValue) {
        guard let outcomes = json["outcomes"]?.object, let files = json["files"]?.integer else { return nil }
        self.init()
        for outcome in ImportedRecord.Outcome.allCases {
            let count = Self.count(outcomes[outcome.rawValue])
            if count > 0 { self.outcomes[outcome] = count }
        }
        self.files = files
        attachments = Self.count(json["attachments"])
        otherOpenings = Self.count(json["other_openings"])
        weekdayOpenings = Self.count(json["weekday_openings"])
        publishedThere = Self.count(json["published_there"])
        unknownUnits = Self.count(json["unknown_units"])
        left = Self.counts(json["not_taken"])
        others = Self.counts(json["other_records"])
        unknownProposals = Set(json["unknown_proposals"]?.list?.compactMap(\.text) ?? [])
    }

    /// What another part of the same dump came to; of records of other kinds each part has its own.
    public mutating func add(_ other: ImportSummary) {
        outcomes.merge(other.outcomes, uniquingKeysWith: +)
        files += other.files
        attachments += other.attachments
        otherOpenings += other.otherOpenings
        weekdayOpenings += other.weekdayOpenings
        publishedThere += other.publishedThere
        unknownUnits += other.unknownUnits
        left.merge(other.left, uniquingKeysWith: +)
        unknownProposals.formUnion(other.unknownProposals)
    }

    /// What a stranger sends is no more than a program can count.
    private static func count(_ json: JSONValue?) -> Int { Int(clamping: min(max(json?.integer ?? 0, 0), 1 << 40)) }

    private static func counts(_ json: JSONValue?) -> [String: Int] {
        Dictionary((json?.object?.members ?? []).map { ($0.key, count($0.value)) }, uniquingKeysWith: +)
    }
}
