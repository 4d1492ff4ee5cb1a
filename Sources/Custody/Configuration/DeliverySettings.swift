/// Through whom the outside world is told. Values of a configuration: no password is among them.
public struct DeliverySettings: Sendable, Hashable {
    /// Who makes identifiers known.
    public enum Registry: Sendable, Hashable {
        /// Nobody: the catalogue's own pages resolve them.
        case builtIn
        case dataCite(DataCiteAccount)
    }

    /// A repository account at DataCite.
    public struct DataCiteAccount: Sendable, Hashable {
        /// Of the interface: `https://api.datacite.org`, or `https://api.test.datacite.org`.
        public var url: String
        public var repository: String
        public var prefixes: [String]
        /// Absolute; the file is its owner's alone (mode 0600) and holds the password and nothing else.
        public var passwordFile: String
        /// Absolute: certificates (PEM) of who vouches for the registry, and nobody else; nil: whom the machine trusts.
        public var authorities: String?
    }

    public enum Mail: Sendable, Hashable {
        /// A folder; nil: `mail` beside the catalogue's file.
        case spool(String?)
        /// A program that reads a mail on its standard input.
        case sendmail([String])
    }

    public var registry = Registry.builtIn
    public var mail = Mail.spool(nil)
    /// Who mails are from; nil: the facility's contact.
    public var sender: String?

    public init() {}
}
