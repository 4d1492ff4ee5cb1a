import ConfigurationText
import DataCite
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue

/// An instrument as somebody describes it: the properties of PIDINST 1.0 (doi:10.15497/RDA00070) by their own names, in YAML or JSON
/// (schemas/instrument.schema.json).
///
/// Identifier and landing page are the catalogue's unless the instrument has a registered identifier already. The date of commissioning, which
/// PIDINST recommends, is needed: DataCite asks for a year.
public struct InstrumentDocument: Sendable, Hashable {
    static let top = [
        "SchemaVersion", "Identifier", "LandingPage", "Name", "Owner", "Manufacturer", "Model", "Description", "InstrumentType",
        "MeasuredVariable", "Date", "RelatedIdentifier", "AlternateIdentifier",
    ]
    static let alternates = ["SerialNumber", "InventoryNumber", "Other"]

    /// A registered identifier that it has: a DOI or a Handle.
    public let identifier: String?
    /// Of an instrument whose identifier and page are elsewhere.
    public let landingPage: String?
    /// All but `name`, `pid` and `landingPage`, which the catalogue fills in.
    let description: InstrumentRecord

    /// Reads a file.
    /// - Throws: `ConfigurationError` with file, line and property.
    public init(contentsOf path: String) throws {
        try self.init(text: YAMLText.contents(of: path, "instrument's description"), file: path)
    }

    public init(text: String, file: String) throws {
        guard let node = try YAMLText.compose(text, file: file, "instrument's description") else {
            throw CatalogueError(.badRequest, "The instrument's description is empty", at: file)
        }
        let top = try YAMLSection(node, file: file, path: "", keys: Self.top)
        let version = try Self.needed("SchemaVersion", top)
        guard version == "1.0" || version == "1" else {
            throw top.refused("SchemaVersion", "Not a version of PIDINST that is read", got: "'\(version)'", expected: "1.0")
        }
        identifier = try top.checked("Identifier") { try Handle(InstrumentRelations.bare($0)).description }
        landingPage = try top.text("LandingPage")
        if let landingPage, !landingPage.hasPrefix("https://"), !landingPage.hasPrefix("http://") {
            throw top.refused(
                "LandingPage", "Not the address of a page", got: "'\(landingPage.prefix(80))'", expected: "https://…")
        }
        guard (identifier == nil) == (landingPage == nil) else {
            throw top.refused(
                "Identifier", "An identifier from elsewhere and its landing page come together", got: "one of them",
                expected: "both, or neither: then the catalogue draws one")
        }
        let dates = try Self.dates(top)
        let model = try top.section("Model", keys: ["modelName", "modelIdentifier", "modelIdentifierType"])
        var types: [String] = []
        for section in try top.sections(
            "InstrumentType", keys: ["instrumentTypeName", "instrumentTypeIdentifier", "instrumentTypeIdentifierType"])
        { types.append(try Self.needed("instrumentTypeName", section)) }
        description = InstrumentRecord(
            name: "", pid: "", landingPage: "", title: try Self.needed("Name", top), owners: try Self.parties("owner", top),
            manufacturers: try Self.parties("manufacturer", top), model: try model.map { try Self.needed("modelName", $0) },
            description: try top.text("Description"), types: types, measuredVariables: try top.texts("MeasuredVariable"),
            commissioned: dates.from, decommissioned: dates.to, related: try InstrumentRelations.read(top),
            alternates: try Self.alternates(top))
    }

    static func needed(_ name: String, _ section: YAMLSection) throws -> String {
        guard let text = try section.text(name), !text.allSatisfy(\.isWhitespace) else {
            throw section.refused(name, "This property is mandatory", got: "nothing", expected: "a text")
        }
        return text
    }

    /// `Owner`, `Manufacturer`: at least one.
    private static func parties(_ word: String, _ top: YAMLSection) throws -> [InstrumentRecord.Party] {
        let property = word == "owner" ? "Owner" : "Manufacturer"
        var keys = ["\(word)Name", "\(word)Identifier", "\(word)IdentifierType"]
        if word == "owner" { keys.append("ownerContact") }
        var parties: [InstrumentRecord.Party] = []
        for section in try top.sections(property, keys: keys) {
            let type = try section.text("\(word)IdentifierType")
            let identifier = try section.checked("\(word)Identifier") { type == "ROR" ? try ROR($0).description : $0 }
            guard (type == nil) == (identifier == nil) else {
                throw section.refused(
                    "\(word)IdentifierType", "An identifier and its type come together", got: "one of them", expected: "both")
            }
            parties.append(
                InstrumentRecord.Party(
                    name: try needed("\(word)Name", section), identifier: identifier, identifierType: type,
                    contact: word == "owner" ? try section.text("ownerContact") : nil))
        }
        guard !parties.isEmpty else {
            throw top.refused(property, "This property is mandatory", got: "nothing", expected: "a list of at least one")
        }
        return parties
    }

    private static func dates(_ top: YAMLSection) throws -> (from: String, to: String?) {
        var known: [String: LocalDate] = [:]
        for section in try top.sections("Date", keys: ["date", "dateType"]) {
            guard let type = try section.word("dateType", ["Commissioned", "DeCommissioned"]), known[type] == nil,
                let date = try section.checked("date", { try LocalDate($0) })
            else {
                throw section.refused(
                    "dateType", "A date needs a type that no other date has", got: "none, or one twice",
                    expected: "Commissioned, DeCommissioned")
            }
            known[type] = date
        }
        guard let from = known["Commissioned"] else {
            throw top.refused(
                "Date", "The date of commissioning is needed", got: "none", expected: "{date: 2008-03-01, dateType: Commissioned}"
            )
        }
        if let to = known["DeCommissioned"], to < from {
            throw top.refused("Date", "It was decommissioned before it was commissioned", got: "\(from) to \(to)")
        }
        return ("\(from)", known["DeCommissioned"].map { "\($0)" })
    }

    private static func alternates(_ top: YAMLSection) throws -> [InstrumentRecord.Alternate] {
        var list: [InstrumentRecord.Alternate] = []
        for section in try top.sections(
            "AlternateIdentifier", keys: ["alternateIdentifier", "alternateIdentifierType", "alternateIdentifierName"])
        {
            let identifier = try needed("alternateIdentifier", section)
            guard let type = try section.word("alternateIdentifierType", alternates) else {
                throw section.refused(
                    "alternateIdentifierType", "This property is mandatory", got: "nothing",
                    expected: alternates.joined(separator: ", "))
            }
            list.append(InstrumentRecord.Alternate(identifier: identifier, type: type))
        }
        return list
    }
}
