import BeamlineMetadata
import ChunkFile
import CommandLineSupport
import Custody
import DetectorWire
import Diagnostics
import FrameIngest
import Foundation
import Frames
import Reductions
import RunModel
import RunPipeline

/// The settings of `ingest stream` after flags, environment and YAML have been heard, each checked.
struct IngestSettings {
    let address: String
    let plan: IngestPlan
    let receiver: StreamReceiver.Options
    let connectTimeout_s: Double
    let readyFile: String?
    let isForever: Bool
    /// Path of the control socket.
    let socket: String?
    /// Port of metrics and status page; 0 for any that is free.
    let metricsPort: Int?
    /// Names under which the status server answers, beside the machine's own.
    let metricsHosts: [String]
    /// Where events are published.
    let events: String?
    let onSeal: String?
    /// To which catalogue sealed runs are handed over.
    let catalogue: CatalogueOptions?
    /// What runs are reduced by while they are recorded: the path of a configuration that was found sound, and a folder for the curve.
    let live: (configuration: String, folder: String)?

    /// Compression as the flag spells it.
    enum Compression: String, ConfigurationValue, CaseIterable {
        case bslz4, bszstd, none

        var encoding: ChunkEncoding {
            switch self {
            case .bslz4: .bitshuffleLZ4
            case .bszstd: .bitshuffleZstd
            case .none: .none
            }
        }
    }

    enum ProtocolChoice: String, ConfigurationValue, CaseIterable {
        case auto, v1, v2

        var version: StreamVersion? { StreamVersion(rawValue: rawValue) }
    }

    init(_ command: IngestStreamCommand) throws {
        let beamlineFile = try LayeredConfiguration().value("beamline", flag: command.beamline)?.value
        let beamline = try beamlineFile.map { try BeamlineConfiguration(contentsOf: $0) } ?? BeamlineConfiguration()
        let layers = LayeredConfiguration(file: beamlineFile.map { ConfigurationFile(path: $0, values: beamline.ingestSettings) })
        guard let address = try layers.value("from", flag: command.from)?.value else {
            throw CommandLineError(.usage, "no stream address", expected: "--from tcp://HOST:PORT", remedy: "see --help")
        }
        guard let out = try layers.value("out", flag: command.out)?.value else {
            throw CommandLineError(.usage, "no output folder", expected: "--out DIR", remedy: "see --help")
        }
        self.address = address
        let template = try layers.value(
            "name", flag: command.name, default: beamline.nameTemplate ?? RunNameTemplate.standard.description
        ).value
        var plan = IngestPlan(
            outputFolder: out, beamline: beamline, nameTemplate: try RunNameTemplate(template), version: Faisceau.version)
        plan.rights = try RunFolder.Rights(beamline.runFolder)
        if let mask = beamline.runFolder.umask { _ = umask(mode_t(mask)) }
        let compression = try layers.value(
            "compress", flag: try Self.choice(command.compress, "compress"), default: Compression.bslz4)
        plan.compression = compression.value.encoding
        let perFile = try layers.value("frames-per-file", flag: command.framesPerFile)?.value
        if let perFile, perFile < 1 {
            throw CommandLineError(.usage, "a data file needs at least one frame", got: "\(perFile)", expected: "1 or more")
        }
        let isSingle = try layers.value("single-file", flag: command.singleFile ? true : nil, default: false).value
        plan.framesPerFile = isSingle ? nil : perFile ?? plan.framesPerFile
        plan.framesPerFileIsGiven = perFile != nil
        plan.writers = try layers.value("writers", flag: command.writers, default: 1).value
        guard (1...16).contains(plan.writers) else {
            throw CommandLineError(
                .usage, "impossible number of writers", at: "--writers", got: "\(plan.writers)", expected: "1 to 16")
        }
        guard plan.writers == 1 || !isSingle else {
            throw CommandLineError(
                .usage, "several writers need several data files", at: "--writers", got: "\(plan.writers), and --single-file",
                remedy: "leave out one of the two")
        }
        func seconds(_ name: String, _ flag: Double?, _ range: ClosedRange<Double>) throws -> Double? {
            guard let seconds = try layers.value(name, flag: flag)?.value else { return nil }
            // Neither infinity nor what is no number lies in a range.
            guard range.contains(seconds) else {
                throw CommandLineError(
                    .usage, "--\(name) has an impossible value", got: "\(seconds) s",
                    expected: "\(range.lowerBound) to \(range.upperBound) s")
            }
            return seconds
        }
        plan.stallAfter_s = try seconds("stall", command.stall, 0.1...31_536_000) ?? 30
        plan.closeAfter_s = try seconds("close-after", command.closeAfter, 0.1...31_536_000)
        plan.flushInterval_s = try seconds("flush", command.flush, 0.01...3600) ?? plan.flushInterval_s
        plan.syncInterval_s = try seconds("fsync", command.fsync, 0...86_400)
        let service = command.service
        isForever = try layers.value("forever", flag: service.forever ? true : nil, default: false).value
        events = try layers.value("events", flag: service.events)?.value
        onSeal = try layers.value("on-seal", flag: service.onSeal)?.value
        let facility = try layers.value("facility", flag: service.facility)?.value
        catalogue = try layers.value("catalogue", flag: service.catalogue).map {
            CatalogueOptions(file: $0.value, facility: facility)
        }
        // An address that is none too.
        if let catalogue { _ = try catalogue.server(named: catalogue.given) }
        // A slip in the rules is told before a detector is armed; a catalogue that is not there now may come.
        if let facility { _ = try CatalogueConfiguration(contentsOf: facility) }
        socket = try layers.value("socket", flag: service.socket)?.value
        metricsPort = try layers.value("metrics", flag: service.metrics)?.value
        let hosts = try layers.value("metrics-hosts", flag: service.metricsHosts)?.value ?? ""
        metricsHosts = hosts.split { $0 == "," || $0 == " " }.map(String.init)
        if let metricsPort {
            guard (0...65_535).contains(metricsPort) else {
                throw CommandLineError(
                    .usage, "there is no such port", at: "--metrics", got: "\(metricsPort)", expected: "0 to 65535")
            }
        }
        live = try layers.value("live", flag: service.live).map { setting in
            // A slip is told before a detector is armed.
            try AzimuthalConfiguration(contentsOf: setting.value).requireLive()
            return (URL(fileURLWithPath: setting.value).standardizedFileURL.path, LiveReductionRunner.newFolder())
        }
        if metricsPort != nil { plan.livePictures = LivePictures(reductionFolder: live?.folder) }
        if let url = try layers.value("simplon", flag: service.simplon)?.value {
            plan.simplon = SimplonClient(try PlainHTTP(url: url))
        }
        self.plan = plan

        var receiver = StreamReceiver.Options()
        receiver.version = try layers.value(
            "protocol", flag: try Self.choice(command.version, "protocol"), default: ProtocolChoice.auto
        ).value.version
        receiver.compression = plan.compression
        let pool = try layers.value("pool", flag: command.pool, default: 2048).value
        guard (64...1_048_576).contains(pool) else {
            throw CommandLineError(
                .usage, "impossible size of the message pool", got: "\(pool) MiB", expected: "64 to 1048576 MiB")
        }
        receiver.poolBytes = pool << 20
        // All are busy only while a block for each of them waits.
        if plan.writers > 1 { receiver.workingSetBytes = receiver.poolBytes / 2 }
        let drops = try layers.value("drop", flag: service.drop ? true : nil, default: false).value
        receiver.whenFull = drops ? .drop : .holdBack
        let spillSize = try layers.value("spill-size", flag: service.spillSize, default: 65_536).value
        guard (64...1 << 26).contains(spillSize) else {
            throw CommandLineError(
                .usage, "impossible size of the spill file", got: "\(spillSize) MiB", expected: "64 to \(1 << 26) MiB")
        }
        receiver.spill = try layers.value("spill", flag: service.spill).map {
            SpillOptions(folder: $0.value, bytes: spillSize << 20)
        }
        self.receiver = receiver
        connectTimeout_s = try seconds("connect-timeout", command.connectTimeout, 0...31_536_000) ?? 60
        readyFile = try layers.value("ready-file", flag: command.readyFile)?.value
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(_ text: String?, _ name: String) throws -> Choice?
    {
        guard let text else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw CommandLineError(
                .usage, "--\(name) has a value that is not known", got: text,
                expected: Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }
}
