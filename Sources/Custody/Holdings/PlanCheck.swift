import Diagnostics
import RunCatalogue
import RunModel

/// Reads the mandatory properties of a data management plan, and remembers each that is missing or wrong: a plan is mended in one go.
struct PlanCheck {
    static let yesNo = ["yes", "no", "unknown"]
    private(set) var findings: [String] = []

    private mutating func found(_ tree: DocumentObject, _ key: String, _ what: String) {
        findings.append("\(tree.pointer)/\(key): \(what)")
    }

    /// A text that says something.
    @discardableResult
    mutating func text(_ tree: DocumentObject, _ key: String) -> String {
        do {
            if let text = try tree.text(key), !text.allSatisfy(\.isWhitespace) { return text }
            found(tree, key, "missing")
        } catch { found(tree, key, "no text") }
        return ""
    }

    mutating func word(_ tree: DocumentObject, _ key: String, _ words: [String]) {
        let before = findings.count
        let text = text(tree, key)
        if findings.count == before, !words.contains(text) {
            found(tree, key, "'\(text.prefix(40).printable)' is none of \(words.joined(separator: ", "))")
        }
    }

    /// A date and time with its offset from UTC.
    mutating func time(_ tree: DocumentObject, _ key: String) -> Timestamp {
        let before = findings.count
        let text = text(tree, key)
        if let time = try? Timestamp(text) { return time }
        if findings.count == before { found(tree, key, "'\(text.prefix(40).printable)' is no time such as 2026-05-08T08:00:00Z") }
        return Timestamp(unixNanoseconds: 0)
    }

    /// ISO 639-3.
    mutating func language(_ tree: DocumentObject) {
        let before = findings.count
        let text = text(tree, "language")
        if findings.count == before, text.utf8.count != 3 || !text.utf8.allSatisfy({ (97...122).contains($0) }) {
            found(tree, "language", "'\(text.prefix(40).printable)' is no code of ISO 639-3, such as eng")
        }
    }

    /// `{identifier, type}`.
    @discardableResult
    mutating func identifier(_ tree: DocumentObject, _ key: String, types: [String]?) -> (String, String) {
        guard let inner = inner(tree, key) else { return ("", "") }
        let identifier = text(inner, "identifier")
        if identifier.utf8.count > 2000 || identifier.unicodeScalars.contains(where: { $0.value < 0x20 }) {
            found(inner, "identifier", "longer than 2000 bytes, or of several lines")
        }
        if let types { word(inner, "type", types) } else { text(inner, "type") }
        return (identifier, (try? inner.text("type")).flatMap(\.self) ?? "")
    }

    private mutating func inner(_ tree: DocumentObject, _ key: String) -> DocumentObject? {
        do {
            if let inner = try tree.object(key) { return inner }
            found(tree, key, "missing")
        } catch { found(tree, key, "no object") }
        return nil
    }

    private mutating func list(_ tree: DocumentObject, _ key: String, isNeeded: Bool = false) -> [DocumentObject] {
        do {
            let list = try tree.objects(key)
            if isNeeded, list.isEmpty { found(tree, key, "missing") }
            return list
        } catch {
            found(tree, key, "no list of objects")
            return []
        }
    }

    mutating func contact(_ dmp: DocumentObject) -> String {
        guard let contact = inner(dmp, "contact") else { return "" }
        let before = findings.count
        let mailbox = text(contact, "mbox")
        if findings.count == before, mailbox.split(separator: "@", omittingEmptySubsequences: false).count != 2 {
            found(contact, "mbox", "no address")
        }
        identifier(contact, "contact_id", types: nil)
        return text(contact, "name")
    }

    mutating func contributors(_ dmp: DocumentObject) {
        for contributor in list(dmp, "contributor") {
            text(contributor, "name")
            identifier(contributor, "contributor_id", types: nil)
            if (try? contributor.texts("role"))?.isEmpty ?? true { found(contributor, "role", "missing") }
        }
    }

    mutating func datasets(_ dmp: DocumentObject) -> [String] {
        var titles: [String] = []
        for dataset in list(dmp, "dataset", isNeeded: true) {
            titles.append(text(dataset, "title"))
            identifier(dataset, "dataset_id", types: nil)
            word(dataset, "personal_data", Self.yesNo)
            word(dataset, "sensitive_data", Self.yesNo)
            for distribution in list(dataset, "distribution") {
                text(distribution, "title")
                word(distribution, "data_access", ["open", "shared", "closed"])
                for licence in list(distribution, "license") {
                    text(licence, "license_ref")
                    text(licence, "start_date")
                }
                if distribution.has("host"), let host = inner(distribution, "host") {
                    text(host, "title")
                    text(host, "url")
                }
            }
            for metadata in list(dataset, "metadata") {
                text(metadata, "language")
                identifier(metadata, "metadata_standard_id", types: nil)
            }
        }
        return titles
    }
}
