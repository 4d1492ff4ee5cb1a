import Diagnostics
import EmbargoClock
import GRDB

/// Reads chains of decisions one after the other, by the numbers of their clocks: many of a day are alike.
final class HarvestChains {
    private let entries: RepeatedStatement
    private var texts = EntryTexts()

    init(_ db: Database) throws {
        entries = try RepeatedStatement(db, "SELECT entry FROM clock_entry WHERE clock = ? ORDER BY number", [0])
    }

    func record(_ clock: Int64) throws -> EmbargoRecord {
        var stored: [String] = []
        try entries.bind(1, clock)
        try entries.forEach { if let text = $0.text(0) { stored.append(text) } }
        do { return try EmbargoRecord(entries: stored.map { try texts.entry($0) }) } catch {
            throw CatalogueError(
                .historyBroken, "The clocks' chain of decisions cannot have been written by this program", at: "clock \(clock)",
                remedy: "Restore the last backup, and look who wrote to the file", cause: error)
        }
    }
}
