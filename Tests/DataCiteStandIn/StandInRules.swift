import JSON
import Minting

/// What is refused, as pairs of the property and a sentence.
struct StandInRules {
    struct Complaint: Hashable {
        let source: String
        let title: String
    }

    /// - Parameters:
    ///   - isPublic: registered or findable: only these are held against the schema, as with the real one.
    static func complaints(
        doi: String, isNew: Bool, url: String?, attributes: JSONObject, isPublic: Bool,
        repository: StandInRepository
    ) -> [Complaint] {
        var found: [Complaint] = []
        if isNew, !isDOI(doi) { found.append(Complaint(source: "doi", title: "Is no DOI that can be made")) }
        found += forms(attributes)
        if let url, !isAddress(url) {
            found.append(Complaint(source: "url", title: "Is no address"))
        } else if isPublic {
            if let url {
                if !repository.allows(url) {
                    found.append(Complaint(source: "url", title: "\(url) is outside of the repository's domains"))
                }
            } else {
                found.append(Complaint(source: "url", title: "Can't be blank"))
            }
        }
        if isPublic { found += schema(attributes) }
        return found
    }

    /// `10.` and four or five digits, a slash, and few signs.
    private static func isDOI(_ text: String) -> Bool {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].hasPrefix("10."), !parts[1].isEmpty else { return false }
        let registrant = parts[0].dropFirst(3).utf8
        let signs = Set("-._;()/:*~$=".utf8)
        return (4...5).contains(registrant.count) && registrant.allSatisfy { (48...57).contains($0) }
            && parts[1].utf8.allSatisfy {
                signs.contains($0) || (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
            }
    }

    private static func isAddress(_ url: String) -> Bool {
        ["http://", "https://", "ftp://"].contains { url.hasPrefix($0) && url.count > $0.count }
            && !url.contains(where: \.isWhitespace)
    }

    /// In every state: lists hold objects, a contributor has a type of the list, a language is a tag.
    private static func forms(_ attributes: JSONObject) -> [Complaint] {
        var found: [Complaint] = []
        for key in [
            "creators", "contributors", "titles", "subjects", "dates", "descriptions", "rightsList", "relatedIdentifiers",
            "fundingReferences", "geoLocations", "alternateIdentifiers",
        ] {
            for element in attributes[key]?.list ?? [] where element.object == nil {
                found.append(Complaint(source: key, title: "Has a member that is no object"))
            }
        }
        if let types = attributes["types"], types != .null, types.object == nil {
            found.append(Complaint(source: "types", title: "Is no object"))
        }
        for contributor in attributes["contributors"]?.list ?? [] {
            found += listed(contributor["contributorType"], StandInLists.contributors, "contributors", "contributorType")
        }
        if let language = attributes["language"]?.text {
            let parts = language.split(separator: "-", omittingEmptySubsequences: false)
            let isTag = parts.allSatisfy {
                (1...8).contains($0.count) && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
            }
            if !isTag { found.append(Complaint(source: "language", title: "Is no language")) }
        }
        return found
    }

    /// What the schema makes of it. Stricter than the real one in one thing: a record without `schemaVersion` is held against it too.
    private static func schema(_ attributes: JSONObject) -> [Complaint] {
        var found: [Complaint] = []
        if let version = attributes["schemaVersion"]?.text, !version.hasPrefix("http://datacite.org/schema/kernel-4") {
            found.append(Complaint(source: "xml", title: "Schema \(version) is not supported"))
        }
        found += people(attributes["creators"], "creators", isMandatory: true)
        found += people(attributes["contributors"], "contributors", isMandatory: false)
        let titles = attributes["titles"]?.list ?? []
        if titles.isEmpty { found.append(Complaint(source: "titles", title: "Are missing")) }
        for title in titles {
            if !has(title["title"]) { found.append(Complaint(source: "title", title: "Is empty")) }
            found += listed(title["titleType"], StandInLists.titles, "titles", "titleType", isMandatory: false)
        }
        let publisher = attributes["publisher"]
        if !has(publisher), !has(publisher?["name"]) { found.append(Complaint(source: "publisher", title: "Is missing")) }
        if !isYear(attributes["publicationYear"]) { found.append(Complaint(source: "publicationYear", title: "Is no year")) }
        found += listed(attributes["types"]?["resourceTypeGeneral"], StandInLists.resourceTypes, "types", "resourceTypeGeneral")
        for date in attributes["dates"]?.list ?? [] {
            found += listed(date["dateType"], StandInLists.dates, "dates", "dateType")
        }
        for description in attributes["descriptions"]?.list ?? [] {
            found += listed(description["descriptionType"], StandInLists.descriptions, "descriptions", "descriptionType")
        }
        for related in attributes["relatedIdentifiers"]?.list ?? [] {
            if !has(related["relatedIdentifier"]) { found.append(Complaint(source: "relatedIdentifier", title: "Is empty")) }
            found += listed(related["relationType"], StandInLists.relations, "relatedIdentifiers", "relationType")
            found += listed(
                related["relatedIdentifierType"], StandInLists.relatedIdentifierTypes, "relatedIdentifiers",
                "relatedIdentifierType")
            found += listed(
                related["resourceTypeGeneral"], StandInLists.resourceTypes, "relatedIdentifiers", "resourceTypeGeneral",
                isMandatory: false)
        }
        for funding in attributes["fundingReferences"]?.list ?? [] where !has(funding["funderName"]) {
            found.append(Complaint(source: "fundingReferences", title: "Have no funderName"))
        }
        return found
    }

    private static func people(_ value: JSONValue?, _ source: String, isMandatory: Bool) -> [Complaint] {
        let people = value?.list ?? []
        guard !people.isEmpty else { return isMandatory ? [Complaint(source: source, title: "Are missing")] : [] }
        return people.flatMap { person in
            (has(person["name"]) ? [] : [Complaint(source: source, title: "Have no name")])
                + listed(person["nameType"], StandInLists.names, source, "nameType", isMandatory: false)
        }
    }

    private static func listed(
        _ value: JSONValue?, _ list: Set<String>, _ source: String, _ name: String, isMandatory: Bool = true
    ) -> [Complaint] {
        guard let value, value != .null else {
            return isMandatory ? [Complaint(source: source, title: "Have no \(name)")] : []
        }
        if let text = value.text, list.contains(text) { return [] }
        return [Complaint(source: source, title: "\(name) '\(value.text ?? "?")' is not of the list")]
    }

    private static func has(_ value: JSONValue?) -> Bool { value?.text?.contains { !$0.isWhitespace } == true }

    /// Four digits, as a number or as a text.
    private static func isYear(_ value: JSONValue?) -> Bool {
        switch value {
        case .number(let year): year.integer.map { (1000...9999).contains($0) } ?? false
        case .string(let text): text.utf8.count == 4 && text.utf8.allSatisfy { (48...57).contains($0) }
        default: false
        }
    }
}
