import Diagnostics
import Identifiers

/// A beamline, an instrument or a detector, as PIDINST 1.0 has it (doi:10.15497/RDA00070). It is public from the first day.
public struct InstrumentDescription: Hashable, Sendable {
    public var name: String
    /// Of one that the facility built itself, the facility. At least one.
    public var manufacturers: [DataCiteRecord.Party]
    /// At least one.
    public var owners: [DataCiteRecord.Party]
    public var facility: ShortDescription.Facility
    public var commissioned: CalendarDay
    public var decommissioned: CalendarDay?
    /// `InstrumentType` in words: 'Beamline', 'Hybrid pixel detector'.
    public var kind = "Instrument"
    public var model: String?
    public var measuredVariables: [String] = []
    public var description: String?
    public var serialNumber: String?
    public var inventoryNumber: String?
    public var techniques: [Technique] = []
    /// `IsPartOf` the beamline, `HasPart` its detectors, `IsNewVersionOf` what it was before a change, `IsDescribedBy` a paper.
    public var related: [DataCiteRecord.RelatedIdentifier] = []

    public init(
        name: String, manufacturers: [DataCiteRecord.Party], owners: [DataCiteRecord.Party],
        facility: ShortDescription.Facility, commissioned: CalendarDay
    ) {
        self.name = name
        self.manufacturers = manufacturers
        self.owners = owners
        self.facility = facility
        self.commissioned = commissioned
    }
}

extension DataCiteRecord {
    /// An instrument, by PIDINST's mapping to DataCite: manufacturers are the creators, owners the hosting institutions, the time in operation is
    /// the date Available, and model and measured variables stand in words in the technical information.
    public static func instrument(doi: DOI, _ instrument: InstrumentDescription) throws(DataCiteError) -> DataCiteRecord {
        guard !instrument.owners.isEmpty else {
            throw DataCiteError(.missing, "An instrument needs an owner", at: "contributors", remedy: "Name the facility")
        }
        let facility = instrument.facility
        var record = DataCiteRecord(
            doi: doi, types: ResourceType(.instrument, instrument.kind.tidied() ?? "Instrument"),
            creators: instrument.manufacturers.map(\.tidied), titles: [Title(instrument.name.tidied() ?? "")],
            publisher: Publisher(facility.name.tidied() ?? "", ror: facility.ror), publicationYear: instrument.commissioned.year)
        record.contributors = instrument.owners.map { Contributor($0.tidied, .hostingInstitution) }
        if let end = instrument.decommissioned {
            record.dates = [
                try DatedEvent(
                    .available, from: DateStamp(instrument.commissioned), to: DateStamp(end),
                    information: "Commissioned, decommissioned")
            ]
        } else {
            record.dates = [DatedEvent(.available, instrument.commissioned, information: "Commissioned")]
        }
        record.subjects = instrument.techniques.compactMap(\.subject)
        for (number, type) in [(instrument.serialNumber, "SerialNumber"), (instrument.inventoryNumber, "InventoryNumber")] {
            if let number = number?.tidied() { record.alternateIdentifiers.append(AlternateIdentifier(number, type: type)) }
        }
        record.relatedIdentifiers = instrument.related
        if let text = instrument.description?.tidied(keepingLines: true) {
            record.descriptions.append(Description(text, type: .abstract))
        }
        if let text = instrument.technicalInformation {
            record.descriptions.append(Description(text, type: .technicalInfo, lang: "en"))
        }
        if let location = facility.location { record.geoLocations = [location] }
        record.removeRepetitions()
        try record.check()
        return record
    }
}

extension InstrumentDescription {
    /// 'Model: PILATUS3 6M. Measured variables: photon counts.'
    fileprivate var technicalInformation: String? {
        let variables = measuredVariables.compactMap { $0.tidied() }
        let sentences =
            (model?.tidied().map { ["Model: \($0)."] } ?? [])
            + (variables.isEmpty ? [] : ["Measured variables: \(variables.joined(separator: ", "))."])
        return sentences.isEmpty ? nil : sentences.joined(separator: " ")
    }
}
