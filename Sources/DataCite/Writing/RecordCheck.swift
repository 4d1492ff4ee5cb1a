import Diagnostics
import Identifiers

extension DataCiteRecord {
    /// Refuses what DataCite, its schema or its own software would refuse; both writers begin with it, so that the JSON and the XML of a record
    /// are written or refused together.
    /// - Throws: `missing`, `malformed`, `characterNotAllowed`, `duplicate` or `contradictory`, with the property as its place.
    public func check() throws(DataCiteError) {
        try checkDOI()
        guard !creators.isEmpty else { throw DataCiteError(.missing, "A record needs at least one creator", at: "creators") }
        guard !titles.isEmpty else { throw DataCiteError(.missing, "A record needs at least one title", at: "titles") }
        guard (1000...9999).contains(publicationYear) else {
            throw DataCiteError(
                .malformed, "Not a year of publication", at: "publicationYear", got: "\(publicationYear)", expected: "four digits"
            )
        }
        try element.check(at: "resource")
        try checkLists()
        try checkForms()
    }

    /// What DataCite takes for a new DOI: five digits at most before the slash, and few signs behind it.
    func checkDOI() throws(DataCiteError) {
        let registrant = doi.prefix.utf8.dropFirst(3)
        let signs = Set("-._;()/:*~$=".utf8)
        let isTaken = doi.suffix.utf8.allSatisfy { byte in
            signs.contains(byte) || Unicode.Scalar(byte).properties.isAlphabetic && byte < 128 || (48...57).contains(byte)
        }
        guard (4...5).contains(registrant.count), decimal(registrant) != nil, isTaken else {
            throw DataCiteError(
                .malformed, "DataCite takes no such DOI", at: "doi", got: quoted(doi.description),
                expected: "10., four or five digits, a slash, and letters, digits or -._;()/:*~$=")
        }
    }

    /// The schema's lists are sets.
    private func checkLists() throws(DataCiteError) {
        try checkSet(titles, "titles")
        try checkSet(subjects, "subjects")
        try checkSet(dates, "dates")
        try checkSet(alternateIdentifiers, "alternateIdentifiers")
        try checkSet(relatedIdentifiers, "relatedIdentifiers")
        try checkSet(sizes, "sizes")
        try checkSet(formats, "formats")
        try checkSet(rightsList, "rightsList")
        try checkSet(descriptions, "descriptions")
        try checkSet(geoLocations, "geoLocations")
        try checkSet(fundingReferences, "fundingReferences")
        for party in creators + contributors.map(\.party) {
            try checkSet(party.nameIdentifiers, "nameIdentifiers of \(party.name.printable)")
            try checkSet(party.affiliations, "affiliation of \(party.name.printable)")
        }
    }

    private func checkSet<Element: Hashable>(_ elements: [Element], _ name: @autoclosure () -> String) throws(DataCiteError) {
        guard elements.count > 1 else { return }
        guard Set(elements).count == elements.count else {
            throw DataCiteError(
                .duplicate, "The same value twice", at: name(), got: "\(elements.count) values, \(Set(elements).count) different")
        }
    }

    private func checkForms() throws(DataCiteError) {
        for tag in [language] + titles.map(\.lang) + subjects.map(\.lang) + descriptions.map(\.lang) {
            guard let tag, !tag.isLanguageTag else { continue }
            throw DataCiteError(
                .malformed, "Not a language", at: "language", got: quoted(tag), expected: "a tag of BCP 47, such as en or fr-FR")
        }
        let addresses =
            subjects.flatMap { [$0.schemeUri, $0.valueUri] } + relatedIdentifiers.map(\.schemeUri)
            + relatedIdentifiers.map { $0.relatedIdentifierType == "URL" ? $0.relatedIdentifier : nil }
            + rightsList.flatMap { [$0.rightsUri, $0.schemeUri] } + fundingReferences.map(\.awardUri) + [publisher.schemeUri]
        for address in addresses {
            guard let address, !address.isURI else { continue }
            throw DataCiteError(
                .malformed, "Not an address", at: "URI", got: quoted(address),
                expected: "a scheme, a colon, and no blanks (RFC 3986)")
        }
        for related in relatedIdentifiers where ![.hasMetadata, .isMetadataFor].contains(related.relationType) {
            guard related.relatedMetadataScheme == nil, related.schemeUri == nil else {
                throw DataCiteError(
                    .contradictory, "A metadata scheme belongs to metadata", at: "relatedIdentifiers",
                    got: "\(related.relationType.rawValue) with relatedMetadataScheme or schemeUri",
                    expected: "HasMetadata or IsMetadataFor")
            }
        }
        for location in geoLocations { try location.check() }
        for funding in fundingReferences where funding.awardNumber == nil && funding.awardUri != nil {
            throw DataCiteError(.contradictory, "The address of an award without its number", at: "fundingReferences")
        }
    }
}

extension DataCiteRecord.GeoLocation {
    fileprivate func check() throws(DataCiteError) {
        guard place != nil || latitude != nil, (latitude == nil) == (longitude == nil) else {
            throw DataCiteError(.missing, "A location is a place, or a latitude and a longitude", at: "geoLocations")
        }
        guard (-90...90).contains(latitude ?? 0), (-180...180).contains(longitude ?? 0) else {
            throw DataCiteError(
                .malformed, "Not a point on the Earth", at: "geoLocations", got: "\(latitude ?? 0), \(longitude ?? 0)",
                expected: "latitude within ±90 and longitude within ±180 degrees")
        }
    }
}

extension String {
    /// As the type xs:language has it.
    var isLanguageTag: Bool {
        let parts = split(separator: "-", omittingEmptySubsequences: false)
        return utf8.count <= 35 && parts[0].allSatisfy { $0.isASCII && $0.isLetter }
            && parts.allSatisfy { (1...8).contains($0.count) && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } }
    }

    /// An absolute URI (RFC 3986): a scheme, a colon, then only characters that may stand in one.
    package var isURI: Bool {
        guard let colon = utf8.firstIndex(of: UInt8(ascii: ":")), let first = utf8.first, utf8.count <= 2048 else { return false }
        let scheme = utf8[..<colon]
        let rest = utf8[utf8.index(after: colon)...]
        return isASCIILetter(first) && scheme.allSatisfy { isASCIILetter($0) || "+-.0123456789".utf8.contains($0) }
            && !rest.isEmpty
            && rest.allSatisfy { isASCIILetter($0) || "-._~:/?#@!$&'()*+,;=%0123456789".utf8.contains($0) }
            && rest.isPercentEncoding
    }
}

private func isASCIILetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }

extension Collection<UInt8> {
    /// Whether two hexadecimal digits follow each `%`.
    fileprivate var isPercentEncoding: Bool {
        var due = 0
        for byte in self {
            if due > 0 {
                guard (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte) else { return false }
                due -= 1
            } else if byte == UInt8(ascii: "%") {
                due = 2
            }
        }
        return due == 0
    }
}
