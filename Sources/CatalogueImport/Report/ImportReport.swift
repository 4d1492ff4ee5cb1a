import EmbargoClock
import Identifiers
import RunModel

/// What became of one dataset of a dump.
public struct ImportedRecord: Sendable {
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        case new, unchanged
        /// The same record was entered before, with another content: nothing is changed.
        case changed
        /// It is of a run of this catalogue.
        case ours
        /// It was not taken; `error` says why.
        case refused
    }

    /// The file, and the number of the record in it, from 0.
    public let file: String
    public let index: Int
    /// As it is called there; nil for a record that cannot be read.
    public let name: String?
    public let outcome: Outcome
    public var pid: RunIdentifier?
    /// The first open day and the last kept day by this catalogue's clocks, and where the embargo stands.
    public var opens: LocalDate?
    public var keptUntil: LocalDate?
    public var state: String?
    /// What is written there.
    public var theirs = SciCatDates()
    public var theirOpening: LocalDate?
    public var isPublished = false
    public var dois: [String] = []
    public var notes: [String] = []
    public var error: CatalogueImportFailure?

    init(file: String, index: Int, name: String?, outcome: Outcome) {
        self.file = file
        self.index = index
        self.name = name
        self.outcome = outcome
    }

    /// Whether the day on which the data open is another one there.
    public var opensOtherwise: Bool { theirOpening != nil && opens != nil && theirOpening != opens }
}

/// An error, as a report keeps it.
public struct CatalogueImportFailure: Sendable, Hashable {
    public let code: String
    public let text: String
}

/// What an import came to.
public struct ImportSummary: Sendable {
    public var outcomes: [ImportedRecord.Outcome: Int] = [:]
    public var files: Int64 = 0
    public var attachments = 0
    /// Whose opening was another one there.
    public var otherOpenings = 0
    /// Whose opening there is the day of the week for the day of the month.
    public var weekdayOpenings = 0
    /// Published there, and entered closed.
    public var publishedThere = 0
    public var unknownUnits = 0
    /// How many records had a field that was not taken, by kind and name.
    public var left: [String: Int] = [:]
    /// Records of other kinds, which were only looked into.
    public var others: [String: Int] = [:]
    /// Proposals of the dump that were not imported, as many as there is place for.
    public var unknownProposals: Set<String> = []

    public init() {}

    public var refused: Int { outcomes[.refused, default: 0] + outcomes[.changed, default: 0] }
    public var total: Int { outcomes.values.reduce(0, +) }
}
