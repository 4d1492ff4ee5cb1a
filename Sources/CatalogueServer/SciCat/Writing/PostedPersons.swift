import Diagnostics
import Identifiers
import JSON
import RunCatalogue

/// What a dataset says of persons, groups and rights.
extension PostedDataset {
    private static let single: [DescribedPersons.Field] = [.owner, .ownerEmail, .contactEmail, .instrumentGroup]

    /// Every field that was sent. No right follows from any of them: what would give one is told as an error, with the way to give it.
    /// - Parameters:
    ///   - instrument: the name of the beamline, whose staff read its runs.
    ///   - licence: what open data are under here.
    mutating func persons(of team: String, at instrument: String?, licence: String) -> DescribedPersons {
        var persons = DescribedPersons()
        for field in Self.single where body[field.rawValue] != nil {
            let text = text(field.rawValue)
            persons.texts[field] = text.map { [$0] } ?? []
        }
        for name in ["principalInvestigators", "principalInvestigator", "investigator"] where body[name] != nil {
            let names = name.hasSuffix("s") ? list(name) : text(name).map { [$0] }
            if persons.texts[.principalInvestigators] == nil { persons.texts[.principalInvestigators] = names ?? [] }
        }
        if let text = text("orcidOfOwner") {
            let digits = text.hasPrefix("https://orcid.org/") ? String(text.dropFirst(18)) : text
            if let orcid = try? ORCID(digits) {
                persons.texts[.orcidOfOwner] = ["https://orcid.org/\(orcid)"]
            } else {
                messages.append("orcidOfOwner is no ORCID: '\(text.prefix(60).printable)'")
            }
        }
        if let groups = list("accessGroups") {
            persons.texts[.accessGroups] = groups
            for group in groups where group != team {
                refuse("accessGroups", group, "the ownerGroup, '\(team.prefix(80).printable)', alone")
            }
        }
        for group in persons[.instrumentGroup] where group != team && group != instrument {
            refuse("instrumentGroup", group, "the ownerGroup, or the instrument by its name, whose staff read its datasets")
        }
        for person in list("sharedWith") ?? [] { refuse("sharedWith", person, "an empty list") }
        if let name = text("license"), name != licence {
            messages.append(
                "license must be \(licence): what open data are under follows from the facility's policy; got '\(name.prefix(60).printable)'"
            )
        }
        return persons
    }

    private mutating func refuse(_ field: String, _ name: String, _ expected: String) {
        messages.append(
            "\(field) gives nobody a right here: it must be \(expected), got '\(name.prefix(80).printable)'. Before it opens, a dataset is shared "
                + "with a person, until a day: faisceau embargo share PID --with ACCOUNT --until TIME, or POST "
                + "/api/faisceau/v1/runs/PID/shares")
    }

    /// Numbers that follow from the files once they are listed, and what a client says of its own metadata: kept as it was told until then.
    mutating func announced() -> [(String, String?)] {
        var texts: [(String, String?)] = []
        for name in ["size", "numberOfFiles", "packedSize", "numberOfFilesArchived"] {
            guard let value = body[name] else { continue }
            guard let number = value.integer, number >= 0 else {
                messages.append("\(name) must be a whole number, not below 0")
                continue
            }
            if name.hasPrefix("packed") || name.hasSuffix("Archived") {
                if number != 0 { messages.append("\(name) must be 0: nothing is packed here") }
            } else {
                texts.append((SciCatMetadata.announced + name, "\(number)"))
            }
        }
        if let value = body["scientificMetadataValid"] {
            if value == true || value == false {
                texts.append((SciCatMetadata.announced + "scientificMetadataValid", value == true ? "true" : "false"))
            } else {
                messages.append("scientificMetadataValid must be true or false")
            }
        }
        return texts
    }
}
