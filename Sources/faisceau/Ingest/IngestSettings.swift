import BeamlineMetadata
import ChunkFile
import CommandLineSupport
import DetectorWire
import Diagnostics
import FrameIngest
import Foundation
import Frames
import RunModel
import RunPipeline

/// The settings of `ingest stream` after flags, environment and YAML have been heard, each checked.
struct IngestSettings {
    let address: String
    let plan: IngestPlan
    let receiver: StreamReceiver.Options
    let connectTimeout_s: Double
    let readyFile: String?

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
        let perFile = try layers.value("frames-per-file", flag: command.framesPerFile, default: 10_000).value
        guard perFile > 0 else {
            throw CommandLineError(.usage, "a data file needs at least one frame", got: "\(perFile)", expected: "1 or more")
        }
        plan.framesPerFile = command.singleFile ? nil : perFile
        plan.stallAfter_s = try layers.value("stall", flag: command.stall, default: 30.0).value
        plan.closeAfter_s = try layers.value("close-after", flag: command.closeAfter)?.value
        let flush = try layers.value("flush", flag: command.flush, default: plan.flushInterval_s).value
        guard (0.01...3600).contains(flush) else {
            throw CommandLineError(.usage, "--flush has an impossible value", got: "\(flush) s", expected: "0.01 to 3600 s")
        }
        plan.flushInterval_s = flush
        plan.syncInterval_s = try layers.value("fsync", flag: command.fsync)?.value
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
        self.receiver = receiver
        connectTimeout_s = try layers.value("connect-timeout", flag: command.connectTimeout, default: 60.0).value
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
