import GRDB

extension CatalogueSchema {
    /// The words that the search index has, in the order of their bytes: a view of the index, which stores nothing.
    @Sendable static func listSearchWords(_ db: Database) throws {
        try db.execute(sql: "CREATE VIRTUAL TABLE search_word USING fts5vocab (words, instance)")
    }
}
