import Minting

/// One DOI, as the stand-in keeps it.
public struct StandInEntry: Sendable, Hashable {
    /// In small letters.
    public let doi: String
    /// The account that it belongs to.
    public let owner: String
    public internal(set) var state = "draft"
    public internal(set) var url: String?
    public internal(set) var attributes: [String: AttributeValue] = [:]
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
    mutating func merge(_ given: [String: AttributeValue]) {
        if let url = given["url"] { self.url = url.text.flatMap { $0.isEmpty ? nil : $0 } }
        for (key, value) in given where Self.known.contains(key) { attributes[key] = value }
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
    func content(publisherInFull: Bool, affiliationInFull: Bool) -> AttributeValue {
        var all = attributes
        for key in Self.lists { if all[key]?.list == nil { all[key] = .list([]) } }
        for key in ["language", "version", "publicationYear", "publisher"] where all[key] == nil { all[key] = .null }
        if case .text(let year) = all["publicationYear"], let number = Int(year) { all["publicationYear"] = .integer(number) }
        if let language = all["language"]?.text { all["language"] = .text(String(language.prefix { $0 != "-" })) }
        let publisher = all["publisher"]
        if publisherInFull {
            if let name = publisher?.text { all["publisher"] = .object(["name": .text(name)]) }
        } else if let name = publisher?["name"] {
            all["publisher"] = name
        }
        for key in ["creators", "contributors"] {
            all[key] = .list((all[key]?.list ?? []).map { Self.person($0, affiliationInFull) })
        }
        all["types"] = Self.types(all["types"])
        all["rightsList"] = .list((all["rightsList"]?.list ?? []).map(Self.rights))
        all["geoLocations"] = .list((all["geoLocations"]?.list ?? []).map(Self.textNumbers))
        all["identifiers"] = .list([])
        all["doi"] = .text(doi)
        all["prefix"] = .text(String(doi.prefix { $0 != "/" }))
        all["suffix"] = .text(String(doi.drop { $0 != "/" }.dropFirst()))
        all["url"] = url.map { .text($0) } ?? .null
        all["state"] = .text(state)
        all["isActive"] = .boolean(state == "findable")
        all["metadataVersion"] = .integer(version)
        all["source"] = .text("api")
        for key in ["viewCount", "downloadCount", "citationCount", "referenceCount", "partCount"] { all[key] = .integer(0) }
        for key in ["reason", "contentUrl", "landingPage"] { all[key] = .null }
        return .object([
            "id": .text(doi), "type": .text("dois"), "attributes": .object(all),
            "relationships": .object([
                "client": .object(["data": .object(["id": .text(owner.lowercased()), "type": .text("clients")])])
            ]),
        ])
    }

    private static func person(_ value: AttributeValue, _ affiliationInFull: Bool) -> AttributeValue {
        guard var person = value.object else { return value }
        let affiliations = person["affiliation"]?.list ?? []
        person["affiliation"] = .list(affiliations.map { affiliationInFull ? $0 : $0["name"] ?? $0 })
        if person["nameIdentifiers"]?.list == nil { person["nameIdentifiers"] = .list([]) }
        return .object(person)
    }

    /// Words of other vocabularies stand beside those that were sent.
    private static func types(_ value: AttributeValue?) -> AttributeValue {
        guard var types = value?.object else { return .object([:]) }
        for (key, word) in ["schemaOrg": "Dataset", "citeproc": "dataset", "bibtex": "misc", "ris": "DATA"]
        where types[key] == nil {
            types[key] = .text(word)
        }
        return .object(types)
    }

    /// A licence of the SPDX list gets that list's words and address.
    private static func rights(_ value: AttributeValue) -> AttributeValue {
        guard var rights = value.object, rights["rightsIdentifier"]?.text?.lowercased() == "cc-by-4.0" else { return value }
        rights["rightsIdentifier"] = .text("cc-by-4.0")
        rights["rights"] = .text("Creative Commons Attribution 4.0 International")
        rights["rightsUri"] = .text("https://creativecommons.org/licenses/by/4.0/legalcode")
        rights["rightsIdentifierScheme"] = .text("SPDX")
        rights["schemeUri"] = .text("https://spdx.org/licenses/")
        return .object(rights)
    }

    /// Coordinates come back as texts.
    private static func textNumbers(_ value: AttributeValue) -> AttributeValue {
        switch value {
        case .integer(let number): .text("\(number)")
        case .number(let number): .text("\(number)")
        case .object(let members): .object(members.mapValues(textNumbers))
        default: value
        }
    }
}
