import Diagnostics
import Foundation
import Identifiers

extension DataCiteRecord {
    /// The record as JSON of DataCite 4.5: one object, keys in alphabetical order. The same record always gives the same text.
    /// - Throws: what ``check()`` throws.
    public func json() throws(DataCiteError) -> String {
        try check()
        return try jsonText(self)
    }

    /// What DataCite is asked to do with the DOI (https://support.datacite.org/docs/api-create-dois). It never goes back to a draft.
    public enum Event: String, Sendable, CaseIterable, Encodable {
        /// Findable: resolves, is indexed, is offered to harvesters.
        case publish
        /// Resolves, and is not indexed.
        case register
        /// From findable to registered: what becomes of a record that was withdrawn. The page stays as a tombstone.
        case hide
    }

    /// The body of `POST /dois` and `PUT /dois/{doi}` of DataCite's REST interface (JSON:API, `application/vnd.api+json`).
    ///
    /// - Parameters:
    ///   - url: the landing page; needed with `publish` and `register`.
    ///   - event: nil leaves the DOI in the state that it has.
    /// - Throws: what ``check()`` throws, `missing` for an event without a landing page, `malformed` for a page that is no address of the web.
    public func requestBody(url: String?, event: Event?) throws(DataCiteError) -> String {
        try check()
        if let url {
            try Self.checkPage(url)
        } else if event == .publish || event == .register {
            throw DataCiteError(.missing, "A DOI that resolves needs the address of its landing page", at: "url")
        }
        return try jsonText(Request(attributes: Attributes(doi: doi, url: url, event: event, record: self)))
    }

    /// The body that makes a draft: a DOI that is reserved, and does not resolve.
    public static func draftBody(doi: DOI, url: String? = nil) throws(DataCiteError) -> String {
        if let url { try checkPage(url) }
        return try jsonText(Request(attributes: Attributes(doi: doi, url: url, event: nil, record: nil)))
    }

    private static func checkPage(_ url: String) throws(DataCiteError) {
        guard url.isURI, ["https://", "http://"].contains(where: { url.hasPrefix($0) && url.utf8.count > $0.utf8.count }) else {
            throw DataCiteError(.malformed, "Not the address of a page", at: "url", got: quoted(url), expected: "https://…")
        }
    }
}

private struct Request: Encodable {
    struct Content: Encodable {
        let type = "dois"
        let attributes: Attributes
        enum CodingKeys: CodingKey { case type, attributes }
    }
    let data: Content

    init(attributes: Attributes) { data = Content(attributes: attributes) }
}

/// The record's own properties, with what only the REST interface has beside them.
private struct Attributes: Encodable {
    let doi: DOI
    let url: String?
    let event: DataCiteRecord.Event?
    let record: DataCiteRecord?

    private enum Keys: CodingKey { case doi, url, event, publicationYear }

    func encode(to encoder: any Encoder) throws {
        try record?.encode(to: encoder)
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(doi, forKey: .doi)
        try container.encodeIfPresent(url, forKey: .url)
        try container.encodeIfPresent(event, forKey: .event)
        // A number here, a text in the schema of the plain form.
        try container.encodeIfPresent(record?.publicationYear, forKey: .publicationYear)
    }
}

private func jsonText(_ value: some Encodable) throws(DataCiteError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
        throw DataCiteError(.notWritable, "The record cannot be written as JSON", cause: error)
    }
}

extension DataCiteRecord: Encodable {
    private enum Keys: CodingKey {
        case doi, types, creators, titles, publisher, publicationYear, subjects, contributors, dates, language,
            alternateIdentifiers
        case relatedIdentifiers, sizes, formats, version, rightsList, descriptions, geoLocations, fundingReferences, schemaVersion
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(doi, forKey: .doi)
        try container.encode(types, forKey: .types)
        try container.encode(creators, forKey: .creators)
        try container.encode(titles, forKey: .titles)
        try container.encode(publisher, forKey: .publisher)
        try container.encode(String(publicationYear), forKey: .publicationYear)
        try container.encodeUnlessEmpty(subjects, .subjects)
        try container.encodeUnlessEmpty(contributors, .contributors)
        try container.encodeUnlessEmpty(dates, .dates)
        try container.encodeIfPresent(language, forKey: .language)
        try container.encodeUnlessEmpty(alternateIdentifiers, .alternateIdentifiers)
        try container.encodeUnlessEmpty(relatedIdentifiers, .relatedIdentifiers)
        try container.encodeUnlessEmpty(sizes, .sizes)
        try container.encodeUnlessEmpty(formats, .formats)
        try container.encodeIfPresent(version, forKey: .version)
        try container.encodeUnlessEmpty(rightsList, .rightsList)
        try container.encodeUnlessEmpty(descriptions, .descriptions)
        try container.encodeUnlessEmpty(geoLocations, .geoLocations)
        try container.encodeUnlessEmpty(fundingReferences, .fundingReferences)
        try container.encode(Self.schemaVersion, forKey: .schemaVersion)
    }
}

extension DataCiteRecord.Party: Encodable {
    private enum Keys: CodingKey { case name, nameType, givenName, familyName, nameIdentifiers, affiliation }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(name, forKey: .name)
        try container.encode(kind, forKey: .nameType)
        try container.encodeIfPresent(givenName, forKey: .givenName)
        try container.encodeIfPresent(familyName, forKey: .familyName)
        try container.encodeUnlessEmpty(nameIdentifiers, .nameIdentifiers)
        try container.encodeUnlessEmpty(affiliations, .affiliation)
    }
}

extension DataCiteRecord.Contributor: Encodable {
    private enum Keys: CodingKey { case contributorType }

    public func encode(to encoder: any Encoder) throws {
        try party.encode(to: encoder)
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(type, forKey: .contributorType)
    }
}

extension DataCiteRecord.GeoLocation: Encodable {
    private enum Keys: CodingKey { case geoLocationPlace, geoLocationPoint }
    private enum PointKeys: CodingKey { case pointLongitude, pointLatitude }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encodeIfPresent(place, forKey: .geoLocationPlace)
        guard let longitude, let latitude else { return }
        var point = container.nestedContainer(keyedBy: PointKeys.self, forKey: .geoLocationPoint)
        try point.encode(longitude, forKey: .pointLongitude)
        try point.encode(latitude, forKey: .pointLatitude)
    }
}

extension KeyedEncodingContainer {
    fileprivate mutating func encodeUnlessEmpty(_ values: [some Encodable], _ key: Key) throws {
        if !values.isEmpty { try encode(values, forKey: key) }
    }
}
