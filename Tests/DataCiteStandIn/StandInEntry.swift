import JSON
import Minting

/// One DOI, as the stand-in keeps it.
public struct StandInEntry: Sendable, Hashable {
    /// In small letters.
    public let doi: String
    /// The account that it belongs to.
    public let owner: String
    public internal(set) var state = "draft"
    public internal(set) var url: String?
    public internal(set) var attributes: JSONObject = [:]
    /// How often it was saved.
    public internal(set) var version = 0

    /// Unknown events, and those that do not fit the state, do nothing.
    mutating func apply(_ event: String?) {
        switch (state, event) {
        case ("draft", "register"): state = "registered"
        case ("draft", "publish"), ("registered", "publish"), ("registered", "show"): state = "findable"
        case ("findable", "hide"): state = "registered"
        default: break
        }
    }

    var isPublic: Bool { state != "draft" }

    /// What is named is replaced; what is not named stays. Only what the service knows is kept.
    mutating func merge(_ given: JSONObject) {
        if let url = given["url"] { self.url = url.text.flatMap { $0.isEmpty ? nil : $0 } }
        for member in given.members where Self.known.contains(member.key) { attributes[member.key] = member.value }
    }

    private static let lists = [
        "alternateIdentifiers", "contributors", "creators", "dates", "descriptions", "formats", "fundingReferences",
        "geoLocations", "relatedIdentifiers", "relatedItems", "rightsList", "sizes", "subjects", "titles",
    ]
    private static let known = Set(
        lists + ["language", "publicationYear", "publisher", "types", "version", "schemaVersion", "container"])

    /// The answer's `data`, with all that the service adds of its own.
    ///
    /// - Parameters:
    ///   - publisherInFull: else its name only, as before version 4.5.
    ///   - affiliationInFull: else names only.
    func content(publisherInFull: Bool, affiliationInFull: Bool) -> JSONValue {
        var all = attributes
        for key in Self.lists { if all[key]?.list == nil { all[key] = .array([]) } }
        for key in ["language", "version", "publicationYear", "publisher"] where all[key] == nil { all[key] = .null }
        if case .string(let year) = all["publicationYear"], let number = Int(year) { all["publicationYear"] = JSONValue(number) }
        if let language = all["language"]?.text { all["language"] = .string(String(language.prefix { $0 != "-" })) }
        let publisher = all["publisher"]
        if publisherInFull {
            if let name = publisher?.text { all["publisher"] = .object(["name": .string(name)]) }
        } else if let name = publisher?["name"] {
            all["publisher"] = name
        }
        for key in ["creators", "contributors"] {
            all[key] = .array((all[key]?.list ?? []).map { Self.person($0, affiliationInFull) })
        }
        all["types"] = Self.types(all["types"])
        all["rightsList"] = .array((all["rightsList"]?.list ?? []).map(Self.rights))
        all["geoLocations"] = .array((all["geoLocations"]?.list ?? []).map(Self.textNumbers))
        all["identifiers"] = .array([])
        all["doi"] = .string(doi)
        all["prefix"] = .string(String(doi.prefix { $0 != "/" }))
        all["suffix"] = .string(String(doi.drop { $0 != "/" }.dropFirst()))
        all["url"] = url.map { .string($0) } ?? .null
        all["state"] = .string(state)
        all["isActive"] = .bool(state == "findable")
        all["metadataVersion"] = JSONValue(version)
        all["source"] = .string("api")
        for key in ["viewCount", "downloadCount", "citationCount", "referenceCount", "partCount"] { all[key] = .integer(0) }
        for key in ["reason", "contentUrl", "landingPage"] { all[key] = .null }
        return .object([
            "id": .string(doi), "type": .string("dois"), "attributes": .object(all),
            "relationships": .object([
                "client": .object(["data": .object(["id": .string(owner.lowercased()), "type": .string("clients")])])
            ]),
        ])
    }

    private static func person(_ value: JSONValue, _ affiliationInFull: Bool) -> JSONValue {
        guard var person = value.object else { return value }
        let affiliations = person["affiliation"]?.list ?? []
        person["affiliation"] = .array(affiliations.map { affiliationInFull ? $0 : $0["name"] ?? $0 })
        if person["nameIdentifiers"]?.list == nil { person["nameIdentifiers"] = .array([]) }
        return .object(person)
    }

    /// Words of other vocabularies stand beside those that were sent.
    private static func types(_ value: JSONValue?) -> JSONValue {
        guard var types = value?.object else { return .object([:]) }
        for (key, word) in ["schemaOrg": "Dataset", "citeproc": "dataset", "bibtex": "misc", "ris": "DATA"]
        where types[key] == nil {
            types[key] = .string(word)
        }
        return .object(types)
    }

    /// A licence of the SPDX list gets that list's words and address.
    private static func rights(_ value: JSONValue) -> JSONValue {
        guard var rights = value.object, rights["rightsIdentifier"]?.text?.lowercased() == "cc-by-4.0" else { return value }
        rights["rightsIdentifier"] = .string("cc-by-4.0")
        rights["rights"] = .string("Creative Commons Attribution 4.0 International")
        rights["rightsUri"] = .string("https://creativecommons.org/licenses/by/4.0/legalcode")
        rights["rightsIdentifierScheme"] = .string("SPDX")
        rights["schemeUri"] = .string("https://spdx.org/licenses/")
        return .object(rights)
    }

    /// Coordinates come back as texts.
    private static func textNumbers(_ value: JSONValue) -> JSONValue {
        switch value {
        case .number(let number): .string(number.digits)
        case .object(let object): .object(object.compactMap { textNumbers($0.value) })
        default: value
        }
    }
}
