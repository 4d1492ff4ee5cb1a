import Identifiers

extension DataCiteRecord {
    /// Another thing, and how this record stands to it.
    public struct RelatedIdentifier: Hashable, Sendable, Encodable {
        /// How the other thing is named.
        public enum Target: Hashable, Sendable {
            case doi(DOI)
            case handle(Handle)
            /// One of the old kind, below 10273, is named as IGSN; one that is a DOI is named as DOI.
            case igsn(IGSN)
            /// `https://…`
            case url(String)

            /// One of our own: a DOI below `10.`, else a Handle.
            public init(_ identifier: PersistentIdentifier) {
                self = identifier.doi.map { .doi($0) } ?? .handle(identifier.handle)
            }
        }

        public var relatedIdentifier: String
        /// One of the schema's list: `DOI`, `Handle`, `IGSN`, `URL`.
        public private(set) var relatedIdentifierType: String
        public var relationType: RelationType
        public var resourceTypeGeneral: ResourceKind?
        /// With `HasMetadata` and `IsMetadataFor` only.
        public var relatedMetadataScheme: String?
        public var schemeUri: String?

        public init(_ relation: RelationType, _ target: Target, _ kind: ResourceKind? = nil) {
            relationType = relation
            resourceTypeGeneral = kind
            switch target {
            case .doi(let doi): (relatedIdentifier, relatedIdentifierType) = (doi.description, "DOI")
            case .handle(let handle): (relatedIdentifier, relatedIdentifierType) = (handle.description, "Handle")
            case .igsn(let igsn):
                (relatedIdentifier, relatedIdentifierType) = (igsn.description, igsn.doi == nil ? "IGSN" : "DOI")
            case .url(let url): (relatedIdentifier, relatedIdentifierType) = (url, "URL")
            }
        }

        /// Metadata of ours in another form.
        public static func metadata(at url: String, scheme: String, schemeUri: String? = nil) -> RelatedIdentifier {
            var related = RelatedIdentifier(.hasMetadata, .url(url))
            related.relatedMetadataScheme = scheme
            related.schemeUri = schemeUri
            return related
        }
    }
}
