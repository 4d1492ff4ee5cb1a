import DataCite
import RunCatalogue

/// A public record as it is harvested.
public struct HarvestedRecord: Sendable {
    public let pid: String
    /// UTC seconds.
    public let datestamp: Int64
    /// Taken back: there is nothing but this.
    public let isDeleted: Bool
    public let standing: HarvestStanding
    /// As the facility calls it.
    public let beamline: String?
    /// By its term of PaNET, else by the facility's name.
    public let technique: String?
    /// nil where it was not asked for, was taken back, or cannot be written.
    public let record: DataCiteRecord?
    /// Where it, and what it is related to, is found.
    public internal(set) var cited: CitedAddresses
}
