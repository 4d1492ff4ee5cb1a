import DataCite
import DataCiteStandIn
import Identifiers
import Minting

/// Two accounts of the stand-in, records that DataCite takes, and their orders.
enum Repository {
    static let account = StandInRepository(
        name: "TEST.OURS", password: "pass:wörd", prefixes: ["10.5072"], domains: ["data.example.org", "*.mirror.example.org"])
    static let other = StandInRepository(name: "TEST.OTHER", password: "other", prefixes: ["10.5072", "10.80000"])
    static let page = "https://data.example.org/pid/x"

    static func pid(_ text: String = "10.5072/ABC-1") throws -> Handle { try Handle(text) }

    static func login(_ repository: StandInRepository = account) throws -> ServiceLogin {
        try ServiceLogin(name: repository.name, password: repository.password)
    }

    /// Asks the service without a network in between.
    static func registry(
        _ exchange: any HTTPExchange, login: ServiceLogin? = nil, address: String = "http://localhost:1"
    ) throws -> DataCiteRegistry {
        try DataCiteRegistry(
            service: ServiceAddress(address), prefixes: ["10.5072"], login: login ?? Self.login(), exchange: exchange)
    }

    static func record(_ doi: String = "10.5072/ABC-1", title: String = "Ice", full: Bool = false) throws -> DataCiteRecord {
        var record = DataCiteRecord(
            doi: try DOI(doi), types: .init(.dataset, "Raw beamline data"),
            creators: [
                .person(
                    family: "Curie", given: "Irène", orcid: try ORCID("0000-0002-1825-0097"),
                    affiliations: [.init("Institut du radium", ror: try ROR("03yrm5c26"))]), .person(family: "Nemo"),
            ], titles: [.init(title, lang: "en")],
            publisher: .init("Synchrotron Ünïon", ror: try ROR("https://ror.org/01js2sh04")), publicationYear: 2028)
        record.language = "en-GB"
        record.rightsList = [.ccBy4]
        record.dates = [.init(.available, try CalendarDay("2028-05-11"))]
        record.geoLocations = [.init(place: "Saint-Aubin", latitude: 48.7097, longitude: 2)]
        record.relatedIdentifiers = [.init(.isCollectedBy, .handle(try Handle("21.T11998/BEAMLINE")), .instrument)]
        if full {
            record.sizes = ["12 GB"]
            record.formats = ["application/x-hdf5"]
            record.descriptions = [.init("All that was measured", type: .abstract)]
        }
        return record
    }
}
