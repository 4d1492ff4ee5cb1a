/// Which values of a question are completed.
public enum CompletedField: String, Sendable, Hashable, CaseIterable {
    case instrument, technique, sample, proposal, session, keyword
    /// Who is named in a proposal, as "Family, Given".
    case person
}

/// The part of the store that completes what somebody types.
public protocol CompletionStore: Sendable {
    /// Values that begin so (in any case of the letters A to Z), sorted, at most `limit`: those alone that some run has which this reader may read. A name
    /// of closed runs only is not told, not counted, and leaves no gap.
    /// - Throws: `badRequest` for a beginning that is too long.
    func completions(
        of field: CompletedField, beginning: String, scope: ReaderScope, limit: Int
    ) async throws(CatalogueError) -> [String]
}
