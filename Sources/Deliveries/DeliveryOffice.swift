import Custody
import Diagnostics
import Minting
import Notices

/// Registry and mail as the facility's file sets them.
public struct DeliveryOffice: Sendable {
    public let registry: any IdentifierRegistry
    public let mail: any MailDelivery
    /// Who mails are from; nil: the facility's contact.
    public let sender: String?

    public init(registry: any IdentifierRegistry, mail: any MailDelivery, sender: String? = nil) {
        self.registry = registry
        self.mail = mail
        self.sender = sender
    }

    /// - Parameters:
    ///   - catalogue: the catalogue's file; the folder for mails stands beside it where the settings name none.
    ///   - agent: what the registry is told of who asks, with an address where the facility is reached.
    /// - Throws: `passwordFile`, `misconfigured`.
    public init(_ settings: DeliverySettings, catalogue: String, agent: String) throws(DeliveryError) {
        switch settings.registry {
        case .builtIn: registry = BuiltInRegistry()
        case .dataCite(let account):
            let password = try PasswordFile.read(account.passwordFile)
            registry = try Self.configured("registry") { () throws(MintingError) in
                try DataCiteRegistry(
                    service: ServiceAddress(account.url), prefixes: Set(account.prefixes),
                    login: ServiceLogin(name: account.repository, password: password),
                    exchange: NetworkExchange(authorities: account.authorities), agent: agent)
            }
        }
        switch settings.mail {
        case .spool(let folder):
            let parent = catalogue.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            let beside = catalogue.contains("/") ? parent + "/mail" : "mail"
            mail = SpoolFolder(folder ?? beside)
        case .sendmail(let words):
            mail = try Self.configured("mail.sendmail") { () throws(NoticeError) in try SendmailCommand(words) }
        }
        sender = settings.sender
    }

    private static func configured<Value, Refusal: Diagnosed>(
        _ place: String, _ make: () throws(Refusal) -> Value
    ) throws(DeliveryError) -> Value {
        do { return try make() } catch {
            throw DeliveryError(
                .misconfigured, error.what, at: error.place.map { "\(place), \($0)" } ?? place, got: error.got,
                expected: error.expected, remedy: error.remedy, cause: error)
        }
    }
}
