import Diagnostics
import Identifiers
import Quantities
import RunCatalogue
import RunModel

/// A sealed run as it is handed over: its run.json, its manifest, where it lies.
public struct SealedRun: Sendable {
    public let summary: RunSummary
    /// Digests by path; what is in no manifest has none.
    public let manifest: Manifest?
    /// Absolute.
    public let folder: String

    public init(summary: RunSummary, manifest: Manifest?, folder: String) {
        self.summary = summary
        self.manifest = manifest
        self.folder = folder
        proposal = summary.origin.proposal.map { "\($0)" }
        session = summary.origin.session
        instrument = summary.origin.beamline ?? summary.origin.instrument
    }

    /// To which beam time it belongs: what run.json says, and of a derived run what its inputs say.
    var proposal: String?
    var session: String?
    var instrument: String?
    /// The end of the experiment: the last frame, else when it was sealed.
    var endedAt: Timestamp { summary.times.lastFrame ?? summary.times.sealed }

    /// - Throws: `badRequest` for what the catalogue cannot hold.
    func handOver(tenant: String, team: String?, actor: Actor, at now: Timestamp) throws(CatalogueError) -> RunHandOver {
        let origin = summary.origin
        var handOver = RunHandOver(
            tenant: tenant, pid: summary.pid, kind: summary.derivation == nil ? .raw : .derived, name: summary.name,
            title: origin.title, verdict: summary.verdict,
            origin: RunOrigin(
                team: team, instrument: instrument, proposal: proposal, session: session,
                sample: origin.sample, technique: summary.technique),
            startedAt: min(summary.times.firstFrame ?? summary.times.armed, endedAt), endedAt: endedAt, folder: folder,
            files: try files(), values: try values(), clock: .session,
            event: EventDraft(action: "registered", at: now, person: actor.personNumber))
        handOver.keywords = summary.keywords ?? []
        handOver.inputs = inputs
        return handOver
    }

    /// The runs from which a result was made, each once; of an input without an identifier nothing can be said.
    var inputs: [RunIdentifier] {
        var seen: Set<RunIdentifier> = [summary.pid]
        return (summary.derivation?.inputs ?? []).compactMap(\.pid).filter { seen.insert($0).inserted }
    }

    private func files() throws(CatalogueError) -> [RunFile] {
        let digests = Dictionary((manifest?.lines ?? []).map { ($0.path, $0.sha256) }, uniquingKeysWith: { first, _ in first })
        var files: [RunFile] = []
        for entry in summary.files {
            let digest = digests[entry.path].map { "sha256:\($0)" } ?? entry.xxh3.map { "xxh3_128:\($0)" }
            files.append(try RunFile(path: entry.path, role: entry.role, bytes: entry.bytes, digest: digest))
        }
        return files
    }

    private func values() throws(CatalogueError) -> [MetadataValue] {
        // Energy and wavelength are two views of one beam: a question about either finds it.
        var values = try RunValueKeys.beam(summary.beam)
        let detector = summary.detector
        if let distance = detector.distance { values.append(try MetadataValue("detector/distance", distance.metres, unit: "m")) }
        if let time = detector.countTime {
            values.append(try MetadataValue(RunValueKeys.exposure.key, time.seconds, unit: RunValueKeys.exposure.unit.symbol))
        }
        if let temperature = summary.sample?.temperature {
            let known = RunValueKeys.temperature
            values.append(try MetadataValue(known.key, temperature.kelvin, unit: known.unit.symbol))
        }
        if let text = detector.description { values.append(try MetadataValue("detector/description", text: text)) }
        if let text = detector.serialNumber {
            values.append(try MetadataValue(RunValueKeys.detectorSerialNumber, text: text))
        }
        if let text = detector.pixelType { values.append(try MetadataValue("detector/pixel_type", text: text)) }
        values.append(try MetadataValue("frames/written", Double(summary.frames.written), unit: ""))
        values.append(try MetadataValue("frames/missing", Double(summary.frames.missing), unit: ""))
        if let first = summary.times.firstFrame, let last = summary.times.lastFrame {
            values.append(try MetadataValue("run/duration", max(0, last.seconds(since: first)), unit: "s"))
        }
        if let completeness = summary.completeness {
            values.append(try MetadataValue("run/completeness", completeness, unit: ""))
        }
        for (key, value) in (summary.metadata ?? [:]).sorted(by: { $0.key < $1.key }) {
            switch value {
            case .text(let text): values.append(try MetadataValue("user/\(key)", text: text))
            case .number(let number): values.append(try MetadataValue("user/\(key)", number, unit: ""))
            case .quantity(let number, let unit): values.append(try MetadataValue("user/\(key)", number, unit: unit.symbol))
            }
        }
        return values
    }
}
