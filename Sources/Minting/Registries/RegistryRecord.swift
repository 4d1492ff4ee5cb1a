import DataCite
import Identifiers
import JSON

/// What is told of one identifier: the attributes of DataCite's JSON, without identifier, address and event, which have places of their own.
/// Keys in alphabetical order, so that what says the same is the same.
public struct RegistryRecord: Sendable, Hashable {
    public let pid: Handle
    public let attributes: JSONObject

    /// - Throws: `refused` for a record that DataCite, its schema or its software would refuse: it is not worth a call.
    public init(_ record: DataCiteRecord) throws(MintingError) {
        let text: String
        do {
            text = try record.requestBody(url: nil, event: nil)
        } catch {
            throw MintingError(
                .refused, "The record is not one that DataCite takes", at: record.doi.description, cause: error)
        }
        let attributes: JSONObject?
        do throws(JSONError) {
            attributes = try JSONValue(reading: Array(text.utf8), limits: .ofRecords)["data"]?["attributes"]?.object
        } catch {
            throw MintingError(.malformed, "The record cannot be read back", at: record.doi.description, cause: error)
        }
        guard let attributes else {
            throw MintingError(.malformed, "The record has no attributes", at: record.doi.description, got: quoted(text))
        }
        let pid: Handle
        do { pid = try Handle(record.doi.description) } catch {
            throw MintingError(.malformed, "Not an identifier", got: quoted(record.doi.description), cause: error)
        }
        self.init(pid: pid, attributes: attributes)
    }

    /// - Parameter attributes: as the JSON of DataCite's interface names them.
    public init(pid: Handle, attributes: JSONObject) {
        self.pid = pid
        self.attributes = attributes.filter { !Self.notOfTheRecord.contains($0.key) }.sorted
    }

    private static let notOfTheRecord: Set = ["doi", "url", "event", "prefix", "suffix", "state", "mode", "xml"]

    /// The attributes that describe, as far as we write any. DataCite leaves as it is what a request does not name: whatever was told once is told
    /// until it is named with nothing in it.
    static let lists = [
        "alternateIdentifiers", "contributors", "creators", "dates", "descriptions", "formats", "fundingReferences",
        "geoLocations", "relatedIdentifiers", "rightsList", "sizes", "subjects", "titles",
    ]
    static let texts = ["language", "publicationYear", "publisher", "types", "version"]

    /// Everything that may be said, and nothing where nothing is said: replaces all that was said before.
    var completed: JSONObject {
        var all = attributes
        for key in Self.lists where all[key] == nil { all[key] = .array([]) }
        for key in Self.texts where all[key] == nil { all[key] = .null }
        return all
    }
}

extension JSONLimits {
    /// Of what a registry answers, and of orders: deeper than anything that either has.
    static let ofRecords = JSONLimits(depth: 32)
}
