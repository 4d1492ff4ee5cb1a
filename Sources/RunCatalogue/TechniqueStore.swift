/// The part of the store that keeps what names of techniques mean elsewhere.
public protocol TechniqueStore: Sendable {
    /// The techniques that runs name, with their terms.
    func techniques(tenant: String) async throws(CatalogueError) -> [(name: String, term: String?)]

    /// Writes terms beside names; runs that were offered to harvesters are looked at again.
    func setTerms(_ terms: [(name: String, term: String?)], tenant: String) async throws(CatalogueError)
}
