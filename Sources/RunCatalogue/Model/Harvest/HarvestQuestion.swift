/// What a harvester may choose from.
public enum HarvestSet: Sendable, Hashable {
    case open
    case embargoed
    /// Of any beamline, of one.
    case beamlines
    case beamline(String)
    /// Of any technique, of one: by its term of PaNET, else by the facility's name.
    case techniques
    case technique(String)
}

/// A place in the order of datestamps.
public struct HarvestPosition: Sendable, Hashable {
    /// UTC seconds.
    public let datestamp: Int64
    /// Among the records of one second.
    public let number: Int64

    public init(datestamp: Int64, number: Int64) {
        self.datestamp = datestamp
        self.number = number
    }
}

/// What is asked for at once.
public struct HarvestQuestion: Sendable, Hashable {
    /// Both included, UTC seconds.
    public var from: Int64?
    public var until: Int64?
    /// nil: all.
    public var set: HarvestSet?
    /// One record by its identifier, in the place of a list.
    public var pid: String?
    public var after: HarvestPosition?
    /// The last ones up to `after` in the place of those behind it; the record that stands there is among them if it still does.
    public var endsThere = false
    public var limit = 100
    /// Whether records are to be described, or only named.
    public var describes = true
    /// Whether the whole list is counted.
    public var counts = false

    public init() {}
}
