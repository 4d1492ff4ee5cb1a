import BeamlineMetadata
import ChunkFile
import DetectorWire
import Diagnostics
import Foundation
import Frames
import Identifiers
import RunModel

/// `armed.json` (schemas/armed.schema.json): what a run is before its first frame, kept so that a recovery can make the same recorder
/// again. With `ledger/start.cbors`, the detector's start message, and the ledgers, nothing of it was only in memory.
public struct ArmedRun: Codable, Sendable, Equatable {
    public static let schemaName = "faisceau.armed.1"
    /// A beamline's file has 256 KiB at the most, and this is little more.
    static let maximumBytes = 2 << 20

    public struct Storage: Codable, Sendable, Equatable {
        /// Frames of a channel in one data file; nil: all.
        public var framesPerFile: Int?
        /// How frames that come unpacked are stored.
        public var compression: ChunkEncoding
        /// `--fsync`, seconds; nil when nothing is forced to the disk.
        public var syncInterval_s: Double?

        enum CodingKeys: String, CodingKey {
            case framesPerFile = "frames_per_file"
            case compression
            case syncInterval_s = "sync_interval_s"
        }
    }

    public struct Rights: Codable, Sendable, Equatable {
        /// As a number: 1512 is 0o2750.
        public var folderMode: UInt32
        public var group: UInt32?

        enum CodingKeys: String, CodingKey {
            case folderMode = "folder_mode"
            case group
        }
    }

    /// The process that records the run.
    public struct Writer: Codable, Sendable, Equatable {
        public var pid: Int32
        public var host: String
        public var program: String
        public var version: String
    }

    public var schema = Self.schemaName
    public var name: String
    public var pid: RunIdentifier
    /// When the start message came.
    public var armed: Timestamp
    public var streamProtocol: String
    public var storage: Storage
    public var rights: Rights
    public var beamline: BeamlineConfiguration
    /// Free fields of the run.
    public var metadata: [String: ArmMetadata.Value]
    /// What was strange when it was armed.
    public var notes: [String]
    /// Folder of the run whose late frames these are.
    public var lateOf: String?
    public var writer: Writer

    enum CodingKeys: String, CodingKey {
        case schema, name, pid, armed
        case streamProtocol = "protocol"
        case storage, rights, beamline, metadata, notes
        case lateOf = "late_of"
        case writer
    }

    init(plan: IngestPlan, folder: RunFolder, identifier: RunIdentifier, header: SeriesHeader, lateOf: String?) {
        name = folder.name
        pid = identifier
        armed = header.received
        streamProtocol = header.start.version.rawValue
        storage = Storage(
            framesPerFile: plan.framesPerFile, compression: plan.compression, syncInterval_s: plan.syncInterval_s)
        rights = Rights(folderMode: plan.rights.folderMode, group: plan.rights.group)
        beamline = plan.beamline
        metadata = plan.runMetadata
        notes = header.notes
        self.lateOf = lateOf
        writer = Writer(
            pid: ProcessInfo.processInfo.processIdentifier, host: ProcessInfo.processInfo.hostName, program: plan.program,
            version: plan.version)
    }

    /// Reads `armed.json`.
    ///
    /// - Throws: `notARun` when it cannot be read or says nothing that is known.
    init(contentsOf path: String) throws(PipelineError) {
        guard let handle = FileHandle(forReadingAtPath: path),
            let data = try? handle.read(upToCount: Self.maximumBytes + 1), data.count <= Self.maximumBytes
        else {
            throw PipelineError(.notARun, "armed.json cannot be read", at: path, remedy: "check its rights")
        }
        do { self = try JSONDecoder().decode(ArmedRun.self, from: data) } catch {
            throw PipelineError(
                .notARun, "armed.json cannot be read", at: path, got: "\(data.count) bytes", expected: Self.schemaName,
                cause: error)
        }
        guard schema == Self.schemaName else {
            throw PipelineError(
                .notARun, "armed.json is of another version", at: path, got: "'\(schema.prefix(60))'", expected: Self.schemaName,
                remedy: "recover the run with the version of faisceau that wrote it, or a newer one")
        }
        // Names of files are made of it.
        guard !name.isEmpty, name.utf8.count <= RunNameTemplate.maximumBytes + 8, !name.contains("/"), !name.hasPrefix(".") else {
            throw PipelineError(.notARun, "armed.json names no run", at: path, got: "'\(name.prefix(60))'")
        }
    }

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }

    /// The plan by which the run was recorded, as far as it matters from here on.
    func plan(in folder: RunFolder, fileSystem: any FileSystem, clock: any WallClock) -> IngestPlan {
        var plan = IngestPlan(
            outputFolder: (folder.path as NSString).deletingLastPathComponent, beamline: beamline, nameTemplate: .standard,
            version: writer.version)
        plan.framesPerFile = storage.framesPerFile.map { max(1, $0) }
        plan.compression = storage.compression
        plan.syncInterval_s = storage.syncInterval_s
        plan.runMetadata = metadata
        plan.rights.folderMode = rights.folderMode
        plan.rights.group = rights.group
        plan.fileSystem = fileSystem
        plan.clock = clock
        plan.program = writer.program
        return plan
    }
}
