import Diagnostics
import Foundation

/// What an ingest is doing: what `faisceau ctl status`, `/metrics`, `/status.json` and the status page show
/// (schemas/ingest-status.schema.json). One value, taken at one instant.
public struct IngestStatus: Hashable, Sendable, Codable {
    /// The schema's identifier and version; a breaking change takes a new one.
    public static let schemaName = "faisceau.ingest-status.1"

    public var schema = Self.schemaName
    public var state: IngestState
    /// When this state began.
    public var since: Timestamp
    /// When the process began to ingest, and when this status was taken.
    public var started: Timestamp
    public var time: Timestamp
    /// The program and its version.
    public var program: String
    public var version: String
    /// The address that frames come from, and the absolute path of the folder that runs are made in.
    public var from: String
    public var out: String
    /// Why the state is `failed` or `stalled`, or what else the operator should know now, as one sentence.
    public var problem: String?
    /// The run that is open; nil between series.
    public var run: RunStatus?
    /// What was announced for the next run, and the absolute path of the folder that it would get if it began now.
    public var nextRun: ArmMetadata?
    public var nextPath: String
    /// Memory for messages that were received and are not yet stored.
    public var pool: Pool
    /// The file that takes messages while the pool is full; nil without one.
    public var spill: Pool?
    /// Whether the connection to the detector is there, as far as ZeroMQ knows.
    public var isConnected = true
    /// Bytes of messages that were received and whose frames have no committed ledger record, in memory and in the spill file: what a kill
    /// would take.
    public var unacknowledgedBytes: Int
    /// Free bytes of the file system of ``out``; nil when it does not say.
    public var freeBytes: Int?
    /// Number of writing threads.
    public var writers: Int
    /// Since ``started``, the open run included.
    public var totals: Totals
    /// From a frame's receipt to its committed ledger record; nil when nobody measures it.
    public var acknowledgement: Acknowledgement?
    /// The run that was sealed last.
    public var lastRun: LastRun?

    public init(
        state: IngestState, since: Timestamp, started: Timestamp, time: Timestamp, program: String, version: String,
        from: String, out: String, problem: String? = nil, run: RunStatus? = nil, nextRun: ArmMetadata? = nil, nextPath: String,
        pool: Pool = Pool(), unacknowledgedBytes: Int = 0, freeBytes: Int? = nil, writers: Int = 1, totals: Totals = Totals(),
        acknowledgement: Acknowledgement? = nil, lastRun: LastRun? = nil
    ) {
        self.state = state
        self.since = since
        self.started = started
        self.time = time
        self.program = program
        self.version = version
        self.from = from
        self.out = out
        self.problem = problem
        self.run = run
        self.nextRun = nextRun
        self.nextPath = nextPath
        self.pool = pool
        self.unacknowledgedBytes = unacknowledgedBytes
        self.freeBytes = freeBytes
        self.writers = writers
        self.totals = totals
        self.acknowledgement = acknowledgement
        self.lastRun = lastRun
    }

    enum CodingKeys: String, CodingKey {
        case schema, state, since, started, time, program, version, from, out, problem, run
        case nextRun = "next_run"
        case nextPath = "next_path"
        case pool, spill
        case isConnected = "connected"
        case unacknowledgedBytes = "unacknowledged_bytes"
        case freeBytes = "free_bytes"
        case writers, totals, acknowledgement
        case lastRun = "last_run"
    }

    /// One line of JSON, keys sorted, without a line feed.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    /// - Throws: `badStatus` with what does not fit the schema.
    public init(json: Data) throws(RunModelError) {
        do { self = try JSONDecoder().decode(IngestStatus.self, from: json) } catch {
            throw RunModelError(
                .badStatus, "The status of the ingest cannot be read", got: String("\(error)".prefix(400)),
                expected: "schemas/ingest-status.schema.json, \(Self.schemaName)", cause: error)
        }
        guard schema == Self.schemaName else {
            throw RunModelError(
                .badStatus, "The status of the ingest is of another version", got: "'\(schema.prefix(60))'",
                expected: Self.schemaName, remedy: "Ask with the version of faisceau that ingests")
        }
    }
}
