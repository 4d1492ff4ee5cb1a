import Diagnostics
import JSON

/// Reads what DataCite answers, believing none of it: a proxy, a portal or a page of maintenance may have answered in its place.
enum DataCiteAnswer {
    /// - Throws: the refusal, the passing failure, or `unreadableAnswer`.
    static func entry(_ answer: HTTPResponseMessage, of name: String) throws(MintingError) -> RegistryEntry {
        guard answer.status == 200 || answer.status == 201 else { throw failure(answer, at: name) }
        let attributes = try content(answer, at: name)["data"]?["attributes"]
        guard let attributes = attributes?.object, let doi = attributes["doi"]?.text, doi.lowercased() == name,
            let state = attributes["state"]?.text.flatMap({ RegistryState(rawValue: $0) }), state != .absent
        else {
            throw MintingError(
                .unreadableAnswer, "An answer that does not speak of this DOI", at: name,
                got: shown(answer.body), expected: "data.attributes with doi and state")
        }
        return RegistryEntry(state: state, address: attributes["url"]?.text, attributes: attributes)
    }

    /// - Throws: as `entry`.
    static func events(_ answer: HTTPResponseMessage, of name: String) throws(MintingError) -> [DataCiteEvent] {
        guard answer.status == 200 else { throw failure(answer, at: name) }
        guard let data = try content(answer, at: name)["data"]?.list else { throw unreadable(answer, at: name) }
        return data.compactMap { $0["attributes"].flatMap(DataCiteEvent.init) }
    }

    /// Whether DataCite itself says that there is no such DOI (or none that we may see). The 404 of somebody between us is no such word.
    static func isAbsence(_ answer: HTTPResponseMessage, at name: String) throws(MintingError) -> Bool {
        guard answer.status == 404 else { return false }
        guard try !complaints(answer, at: name).isEmpty else { throw unreadable(answer, at: name) }
        return true
    }

    private static func failure(_ answer: HTTPResponseMessage, at name: String) -> MintingError {
        switch answer.status {
        case 408, 425, 429, 500...599:
            return MintingError(
                .busy, "DataCite asks for patience", at: name, got: "status \(answer.status)",
                complaints: (try? complaints(answer, at: name)) ?? [], retryAfter: RetryAfter.read(answer.headers))
        case 400...499:
            do {
                let said = try complaints(answer, at: name)
                // Every refusal of DataCite has its reason with it.
                return said.isEmpty ? unreadable(answer, at: name) : refusal(answer.status, said, at: name)
            } catch {
                return error
            }
        default: return unreadable(answer, at: name)
        }
    }

    private static func refusal(_ status: Int, _ said: [RegistryComplaint], at name: String) -> MintingError {
        let got = "status \(status), " + said.map(\.description).joined(separator: "; ")
        switch status {
        case 401:
            return MintingError(
                .loginRefused, "DataCite does not know this login", at: name, got: got,
                remedy: "set the repository account again, then let the waiting orders go", complaints: said)
        case 403:
            return MintingError(
                .notAllowed, "DataCite does not allow this account to do so", at: name, got: got,
                remedy: "ask for the prefix to be given to the repository", complaints: said)
        default:
            let isTaken = status == 409 || status == 422 && said.contains { $0.source == "doi" && $0.title.contains("taken") }
            if isTaken {
                return MintingError(.taken, "The DOI exists already", at: name, got: got, complaints: said)
            }
            return MintingError(
                .refused, "DataCite refuses the record", at: name, got: got,
                remedy: "correct what it names; the order then waits no longer", complaints: said)
        }
    }

    /// The sentences of `errors[]`, at most 20 of at most 300 letters.
    private static func complaints(_ answer: HTTPResponseMessage, at name: String) throws(MintingError) -> [RegistryComplaint] {
        let errors = try content(answer, at: name)["errors"]?.list ?? []
        return errors.prefix(20).compactMap { error in
            error["title"]?.text.map { title in
                RegistryComplaint(
                    source: error["source"]?.text.map { String($0.prefix(80)).printable },
                    title: String(title.prefix(300)).printable)
            }
        }
    }

    private static func content(_ answer: HTTPResponseMessage, at name: String) throws(MintingError) -> JSONValue {
        let type = answer.headers["content-type"]?.split(separator: ";").first?.lowercased() ?? ""
        guard ["application/vnd.api+json", "application/json"].contains(type) else { throw unreadable(answer, at: name) }
        do throws(JSONError) { return try JSONValue(reading: answer.body, limits: .ofRecords) } catch {
            throw unreadable(answer, at: name, error)
        }
    }

    private static func unreadable(_ answer: HTTPResponseMessage, at name: String, _ cause: JSONError? = nil) -> MintingError {
        MintingError(
            .unreadableAnswer, "An answer that is not DataCite's", at: name,
            got: "status \(answer.status), \(quoted(answer.headers["content-type"] ?? "no content type")), \(shown(answer.body))",
            expected: "JSON:API", remedy: "see what stands between this machine and DataCite",
            cause: cause, retryAfter: RetryAfter.read(answer.headers))
    }

    private static func shown(_ body: [UInt8]) -> String { quoted(String(decoding: body.prefix(240), as: UTF8.self)) }
}
