import ConfigurationText
import Identifiers
import Notices

extension DeliverySettings {
    static let registryKeys = ["service", "url", "repository", "prefixes", "passwordFile", "ca"]
    static let mailKeys = ["spool", "sendmail", "from", "warningDays"]

    /// The section `registry`.
    /// - Parameters:
    ///   - prefix: of the identifiers that are drawn: it is the repository's.
    ///   - hasPages: whether the file says where pages are; DataCite refuses addresses that nobody reaches.
    static func registry(_ section: YAMLSection, prefix: String, hasPages: Bool) throws -> Registry {
        guard let service = try section.word("service", ["built-in", "datacite"]) else {
            throw section.refused("service", "A registry needs a name", got: "nothing", expected: "built-in or datacite")
        }
        guard service == "datacite" else {
            for key in ["url", "repository", "prefixes", "passwordFile", "ca"] where section.has(key) {
                throw section.refused(
                    key, "The built-in registry has no such key", got: "service: built-in", expected: "service: datacite")
            }
            return .builtIn
        }
        let needed = { (key: String, example: String) in
            guard let text = try section.text(key) else {
                throw section.refused(key, "DataCite needs this", got: "nothing", expected: example)
            }
            return text
        }
        let passwordFile = try needed("passwordFile", "/etc/faisceau/datacite.password")
        guard passwordFile.hasPrefix("/") else {
            throw section.refused(
                "passwordFile", "Not the whole path of a file", got: "'\(passwordFile.prefix(80))'", expected: "/…, of mode 0600")
        }
        let authorities = try section.text("ca")
        guard authorities?.hasPrefix("/") ?? true else {
            throw section.refused(
                "ca", "Not the whole path of a file", got: "'\((authorities ?? "").prefix(80))'",
                expected: "/…, certificates (PEM)")
        }
        let given = try section.texts("prefixes")
        let prefixes = given.isEmpty ? [prefix] : given
        for prefix in prefixes where !prefix.hasPrefix("10.") || !Handle.isPrefix(prefix) {
            throw section.refused(
                "prefixes", "Not a prefix of DOIs", got: "'\(prefix.prefix(80))'", expected: "10. and a number, such as 10.5072")
        }
        guard prefixes.contains(prefix) else {
            throw section.refused(
                "prefixes", "Identifiers are drawn below a prefix that is not the repository's", got: "pid.prefix \(prefix)",
                expected: prefixes.joined(separator: " or "))
        }
        guard hasPages else {
            throw section.refused(
                "service", "DataCite is told where pages are, and this file does not say it", got: "no key pages",
                expected: "pages: https://…/")
        }
        return .dataCite(
            DataCiteAccount(
                url: try needed("url", "https://api.datacite.org"), repository: try needed("repository", "INSTITUTE.FACILITY"),
                prefixes: prefixes, passwordFile: passwordFile, authorities: authorities))
    }

    mutating func readMail(_ section: YAMLSection) throws {
        let (spool, command) = (try section.text("spool"), try section.texts("sendmail"))
        guard spool == nil || command.isEmpty else {
            throw section.refused("sendmail", "Mails go one way only", got: "spool and sendmail", expected: "one of them")
        }
        mail = command.isEmpty ? .spool(spool) : .sendmail(command)
        sender = try section.checked("from") { try MailAddress($0).address }
    }
}
