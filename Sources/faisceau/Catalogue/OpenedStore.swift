import RunCatalogue

/// The one place that knows which database a catalogue is kept in.
enum OpenedStore {
    /// - Parameter path: the catalogue's file, made if it is not there.
    static func open(_ path: String) throws -> any CatalogueStore { try SQLiteCatalogue(path: path) }
}
