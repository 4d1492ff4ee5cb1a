import Foundation
import Identifiers
import Quantities

/// What a beamline's YAML file says of itself and of the runs made there (schemas/beamline.schema.json; an annotated example is
/// schemas/beamline.example.yaml).
///
/// Everything is optional: what the file does not say is nil here, and comes from the stream or stays unknown. Nothing is guessed.
/// `Codable` is for what a run keeps of it (armed.json), not for people: they write YAML.
public struct BeamlineConfiguration: Sendable, Equatable, Codable {
    /// The file it was read from.
    public var file: String?
    public var facility = Facility()
    public var source = Source()
    public var beamlineName: String?
    public var instrument = Instrument()
    /// IANA name of the zone in which the beamline counts its days.
    public var timeZoneName: String?
    /// Prefix under which runs get their identifiers: below `10.` they are DOIs, else Handles; without one they are UUIDs.
    public var pidPrefix: String?
    public var proposal: ProposalIdentifier?
    /// The beam-time session, as the facility numbers it.
    public var sessionIdentifier: String?
    public var title: String?
    /// The experimental technique, as the beamline names it; the catalogue's file says which term of PaNET that is.
    public var technique: String?
    /// Words by which people look for its runs. Nil is what a run armed by an older program has.
    public var keywords: [String]?
    public var sample = Sample()
    public var beam = Beam()
    public var detector = DetectorGeometry()
    /// From the sample outwards: the first axis carries the sample.
    public var goniometer: [GoniometerAxis] = []
    /// `{proposal}_{date}_…`, as text; the run model checks its placeholders.
    public var nameTemplate: String?
    public var runFolder = RunFolderSettings()
    public var notes: [String] = []
    /// Settings of `faisceau ingest stream` by their key (`frames_per_file`), as text.
    public var ingestSettings: [String: String] = [:]

    /// A beamline of which nothing is known.
    public init() {}

    /// The configured zone, or that of this machine.
    public var timeZone: TimeZone { timeZoneName.flatMap { TimeZone(identifier: $0) } ?? .current }
    public var proposalIdentifier: String? { proposal?.description }
    public var sampleName: String? { sample.name }
    public var instrumentName: String? { instrument.name }
}
