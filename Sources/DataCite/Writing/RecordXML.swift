import Identifiers

extension DataCiteRecord {
    /// The record as a document of DataCite's kernel-4, version 4.5 (http://schema.datacite.org/meta/kernel-4.5/metadata.xsd).
    ///
    /// The same record always gives the same text. Without `declaration` it can stand within another document, in an OAI answer for one.
    /// - Parameter isChecked: whether it was just made by one of the builders, which check it, and not changed since.
    /// - Throws: what ``check()`` throws.
    public func xml(declaration: Bool = true, isChecked: Bool = false) throws(DataCiteError) -> String {
        if !isChecked { try check() }
        var text = declaration ? "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" : ""
        element.write(to: &text)
        return text
    }

    /// The schema leaves the order of these elements free; this is the one of its own list.
    var element: XMLElement {
        var all = [
            XMLElement("identifier", doi.description, ("identifierType", "DOI")),
            XMLElement("creators", creators.map { XMLElement("creator", $0.elements("creatorName")) }),
            XMLElement(
                "titles",
                titles.map { XMLElement("title", $0.title, ("titleType", $0.titleType?.rawValue), ("xml:lang", $0.lang)) }),
            XMLElement(
                "publisher", publisher.name, ("publisherIdentifier", publisher.publisherIdentifier),
                ("publisherIdentifierScheme", publisher.publisherIdentifierScheme), ("schemeURI", publisher.schemeUri)),
            XMLElement("publicationYear", String(publicationYear)),
            XMLElement("resourceType", types.resourceType, ("resourceTypeGeneral", types.resourceTypeGeneral.rawValue)),
        ]
        func add(_ name: String, _ elements: [XMLElement]) { if !elements.isEmpty { all.append(XMLElement(name, elements)) } }
        add("subjects", subjects.map(\.element))
        add(
            "contributors",
            contributors.map {
                XMLElement("contributor", [("contributorType", $0.type.rawValue)], $0.party.elements("contributorName"))
            })
        add(
            "dates",
            dates.map {
                XMLElement("date", $0.date, ("dateType", $0.dateType.rawValue), ("dateInformation", $0.dateInformation))
            })
        if let language { all.append(XMLElement("language", language)) }
        add(
            "alternateIdentifiers",
            alternateIdentifiers.map {
                XMLElement("alternateIdentifier", $0.alternateIdentifier, ("alternateIdentifierType", $0.alternateIdentifierType))
            })
        add("relatedIdentifiers", relatedIdentifiers.map(\.element))
        add("sizes", sizes.map { XMLElement("size", $0) })
        add("formats", formats.map { XMLElement("format", $0) })
        if let version { all.append(XMLElement("version", version)) }
        add("rightsList", rightsList.map(\.element))
        add(
            "descriptions",
            descriptions.map {
                XMLElement("description", $0.description, ("descriptionType", $0.descriptionType.rawValue), ("xml:lang", $0.lang))
            })
        add("geoLocations", geoLocations.map { XMLElement("geoLocation", $0.elements) })
        add("fundingReferences", fundingReferences.map { XMLElement("fundingReference", $0.elements) })
        return XMLElement(
            "resource",
            [
                ("xmlns", Self.schemaVersion), ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
                (
                    "xsi:schemaLocation",
                    "\(Self.schemaVersion) http://schema.datacite.org/meta/kernel-4.5/metadata.xsd"
                ),
            ], all)
    }
}

extension DataCiteRecord.Party {
    /// In the schema's order.
    fileprivate func elements(_ nameElement: String) -> [XMLElement] {
        var all = [XMLElement(nameElement, name, ("nameType", kind.rawValue))]
        if let givenName { all.append(XMLElement("givenName", givenName)) }
        if let familyName { all.append(XMLElement("familyName", familyName)) }
        all += nameIdentifiers.map {
            XMLElement(
                "nameIdentifier", $0.nameIdentifier, ("nameIdentifierScheme", $0.nameIdentifierScheme),
                ("schemeURI", $0.schemeUri))
        }
        all += affiliations.map {
            XMLElement(
                "affiliation", $0.name, ("affiliationIdentifier", $0.affiliationIdentifier),
                ("affiliationIdentifierScheme", $0.affiliationIdentifierScheme), ("schemeURI", $0.schemeUri))
        }
        return all
    }
}

extension DataCiteRecord.Subject {
    fileprivate var element: XMLElement {
        XMLElement(
            "subject", subject, ("subjectScheme", subjectScheme), ("schemeURI", schemeUri), ("valueURI", valueUri),
            ("xml:lang", lang))
    }
}

extension DataCiteRecord.RelatedIdentifier {
    fileprivate var element: XMLElement {
        XMLElement(
            "relatedIdentifier", relatedIdentifier, ("relatedIdentifierType", relatedIdentifierType),
            ("relationType", relationType.rawValue), ("resourceTypeGeneral", resourceTypeGeneral?.rawValue),
            ("relatedMetadataScheme", relatedMetadataScheme), ("schemeURI", schemeUri))
    }
}

extension DataCiteRecord.Rights {
    fileprivate var element: XMLElement {
        XMLElement(
            "rights", rights, ("rightsURI", rightsUri), ("rightsIdentifier", rightsIdentifier),
            ("rightsIdentifierScheme", rightsIdentifierScheme), ("schemeURI", schemeUri))
    }
}

extension DataCiteRecord.GeoLocation {
    fileprivate var elements: [XMLElement] {
        var all: [XMLElement] = []
        if let place { all.append(XMLElement("geoLocationPlace", place)) }
        if let longitude, let latitude {
            all.append(
                XMLElement(
                    "geoLocationPoint",
                    [XMLElement("pointLongitude", "\(longitude)"), XMLElement("pointLatitude", "\(latitude)")]))
        }
        return all
    }
}

extension DataCiteRecord.FundingReference {
    fileprivate var elements: [XMLElement] {
        var all = [XMLElement("funderName", funderName)]
        if let funderIdentifier {
            all.append(
                XMLElement("funderIdentifier", funderIdentifier, ("funderIdentifierType", funderIdentifierType ?? "Other")))
        }
        if let awardNumber { all.append(XMLElement("awardNumber", awardNumber, ("awardURI", awardUri))) }
        if let awardTitle { all.append(XMLElement("awardTitle", awardTitle)) }
        return all
    }
}
