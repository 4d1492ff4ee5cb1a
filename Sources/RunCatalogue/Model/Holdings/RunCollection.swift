import Diagnostics
import Identifiers
import RunModel

/// A selection of runs under one identifier, for a paper.
public struct RunCollection: Sendable, Hashable {
    public static let mostRuns = 1000

    public let pid: PersistentIdentifier
    /// Nil for who may not read all of the runs: a title tells what they are about.
    public let title: String?
    /// In the order in which they were named.
    public let runs: [RunIdentifier]
    /// The paper, a DOI: told in every state, as whoever cites the selection there has told of it.
    public let article: DOI?
    /// Who made it; for the facility alone.
    public let person: Int64?
    public let madeAt: Timestamp

    /// - Throws: `badRequest` for a title that is blank, no runs, too many, or one twice.
    public init(
        pid: PersistentIdentifier, title: String, runs: [RunIdentifier], article: DOI? = nil, person: Int64?, madeAt: Timestamp
    ) throws(CatalogueError) {
        guard !title.allSatisfy(\.isWhitespace), title.utf8.count <= 1000, !title.unicodeScalars.contains(where: \.isControl)
        else {
            throw CatalogueError(
                .badRequest, "A collection needs a title", got: quoted(title), expected: "1 to 1000 bytes on one line")
        }
        guard (1...Self.mostRuns).contains(runs.count) else {
            throw CatalogueError(
                .badRequest, "Not a number of runs for a collection", got: "\(runs.count)", expected: "1 to \(Self.mostRuns)")
        }
        var seen = Set<RunIdentifier>()
        for run in runs where !seen.insert(run).inserted {
            throw CatalogueError(.badRequest, "A run is named twice", at: "\(run)")
        }
        self.init(pid: pid, stored: title, runs: runs, article: article, person: person, madeAt: madeAt)
    }

    init(
        pid: PersistentIdentifier, stored title: String?, runs: [RunIdentifier], article: DOI?, person: Int64?, madeAt: Timestamp
    ) {
        self.pid = pid
        self.title = title
        self.runs = runs
        self.article = article
        self.person = person
        self.madeAt = madeAt
    }
}
