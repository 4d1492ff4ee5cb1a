import Diagnostics

/// Refuses what would come back from the database as another text than was written: it is cut at a NUL. A name is what is looked for, and has
/// no control characters either.
/// - Throws: `badRequest`.
func checkWritten(names: [String?], texts: [String?] = [], at place: String) throws(CatalogueError) {
    for case let name? in names where name.isEmpty || name.unicodeScalars.contains(where: \.isControl) {
        throw CatalogueError(.badRequest, "A name is empty, or has control characters in it", at: place, got: quoted(name))
    }
    for case let text? in texts where text.utf8.contains(0) {
        throw CatalogueError(.badRequest, "A text has a NUL in it, which databases cut it at", at: place, got: quoted(text))
    }
}
