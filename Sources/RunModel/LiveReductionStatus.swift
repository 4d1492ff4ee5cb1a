import Diagnostics
import Foundation

/// How far the live reduction of a run is: `live.json`, which the process that reduces writes again and again, whole each time, beside
/// `curve.svg`. Whoever shows it reads both.
public struct LiveReductionStatus: Hashable, Sendable, Codable {
    public static let fileName = "live.json"
    public static let curveName = "curve.svg"

    /// Absolute path of the run.
    public var run: String
    public var time: Timestamp
    /// Frames that are in the curve.
    public var reduced: Int
    /// Left out because frames came faster than they were reduced.
    public var skipped: Int
    /// Came and did not decode.
    public var failed: Int
    /// The newest frame in the curve.
    public var newestFrame: Int?
    /// Frames a second, over the last half second or so.
    public var rate: Double
    /// Whether no more frames will come.
    public var isFinished: Bool
    /// Why there is no curve, as a sentence.
    public var problem: String?

    public init(
        run: String, time: Timestamp, reduced: Int = 0, skipped: Int = 0, failed: Int = 0, newestFrame: Int? = nil,
        rate: Double = 0,
        isFinished: Bool = false, problem: String? = nil
    ) {
        self.run = run
        self.time = time
        self.reduced = reduced
        self.skipped = skipped
        self.failed = failed
        self.newestFrame = newestFrame
        self.rate = rate
        self.isFinished = isFinished
        self.problem = problem
    }

    enum CodingKeys: String, CodingKey {
        case run, time, reduced, skipped, failed
        case newestFrame = "newest_frame"
        case rate = "frames_per_second"
        case isFinished = "finished"
        case problem
    }

    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }

    /// - Throws: `badSummary`.
    public init(json: Data) throws(RunModelError) {
        do { self = try JSONDecoder().decode(LiveReductionStatus.self, from: json) } catch {
            throw RunModelError(.badSummary, "live.json cannot be read", got: String("\(error)".prefix(300)), cause: error)
        }
    }
}
