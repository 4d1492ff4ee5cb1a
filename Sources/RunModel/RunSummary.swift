import Diagnostics
import Foundation
import Identifiers
import Quantities

/// `run.json`: what a sealed run is (schemas/run.schema.json). Written once, by rename, last: its presence means sealed, and it
/// never changes; what happens to the run later stands in the catalogue.
public struct RunSummary: Hashable, Sendable, Codable {
    /// The schema's identifier and version; a breaking change takes a new one.
    public static let schemaName = "faisceau.run.1"

    public var schema = Self.schemaName
    public var name: String
    public var pid: RunIdentifier
    public var verdict: Verdict
    public var frames: FrameCounts
    public var times: Times
    public var origin: Origin
    public var detector: Detector
    public var beam: Beam
    /// The experimental technique, as the beamline names it (`NXmx` data without a name: nil).
    public var technique: String?
    /// Words by which people look for it; nil for none.
    public var keywords: [String]?
    /// In what state the sample was; nil when nothing is known of it.
    public var sample: Sample?
    /// The part of the required metadata that is there, 0 to 1; nil when no profile was asked for.
    public var completeness: Double?
    /// The master file, relative to the run's folder.
    public var master: String?
    /// Every file of the run but run.json and the manifest.
    public var files: [FileEntry]
    /// How the series ended.
    public var ending: Ending
    /// Numbers of the frames that are not in the files as received, as ranges `[first, last]`; those below the end are masked.
    public var missingFrames: [[Int]]
    /// The first hundred invalid frames, each with its reason.
    public var invalidFrames: [InvalidFrame]
    /// Rules of the NeXus definition that the master file breaks for want of metadata.
    public var findings: [String]
    /// What a reader should know: quirks of the stream, warnings of the NeXus check, lost frames by number.
    public var notes: [String]
    /// Free fields that came with the run (``ArmMetadata/metadata``); nil for none.
    public var metadata: [String: ArmMetadata.Value]?
    /// Set when the run was sealed by recovery.
    public var recovery: Recovery?
    /// Set when the run is a reduction of others.
    public var derivation: Derivation?
    /// The program that sealed the run.
    public var software: Software

    public init(
        name: String, pid: RunIdentifier, verdict: Verdict, frames: FrameCounts, times: Times, origin: Origin = Origin(),
        detector: Detector = Detector(), beam: Beam = Beam(), technique: String? = nil, keywords: [String]? = nil,
        sample: Sample? = nil, completeness: Double? = nil,
        master: String? = nil, files: [FileEntry], ending: Ending = .endMessage,
        missingFrames: [[Int]] = [], invalidFrames: [InvalidFrame] = [], findings: [String] = [], notes: [String] = [],
        metadata: [String: ArmMetadata.Value]? = nil, recovery: Recovery? = nil, derivation: Derivation? = nil,
        software: Software
    ) {
        self.name = name
        self.pid = pid
        self.verdict = verdict
        self.frames = frames
        self.times = times
        self.origin = origin
        self.detector = detector
        self.beam = beam
        self.technique = technique
        self.keywords = keywords
        self.sample = sample
        self.completeness = completeness
        self.master = master
        self.files = files
        self.ending = ending
        self.missingFrames = missingFrames
        self.invalidFrames = invalidFrames
        self.findings = findings
        self.notes = notes
        self.metadata = metadata
        self.recovery = recovery
        self.derivation = derivation
        self.software = software
    }

    enum CodingKeys: String, CodingKey {
        case schema, name, pid, verdict, frames, times, origin, detector, beam, technique, keywords, sample, completeness, master
        case files, ending
        case missingFrames = "missing_frames"
        case invalidFrames = "invalid_frames"
        case findings, notes, metadata, recovery, derivation, software
    }

    /// The bytes of run.json: keys sorted, one a line, so that two runs can be compared as text.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }

    /// - Throws: `badSummary` with the key that is wrong.
    public init(json: Data) throws(RunModelError) {
        do {
            self = try JSONDecoder().decode(RunSummary.self, from: json)
        } catch {
            throw RunModelError(
                .badSummary, "run.json cannot be read", got: String("\(error)".prefix(400)),
                expected: "schemas/run.schema.json, \(Self.schemaName)", cause: error)
        }
        guard schema == Self.schemaName else {
            throw RunModelError(
                .badSummary, "run.json is of another version", got: "'\(schema.prefix(60))'", expected: Self.schemaName,
                remedy: "Read it with the version of faisceau that wrote it, or a newer one")
        }
    }
}
