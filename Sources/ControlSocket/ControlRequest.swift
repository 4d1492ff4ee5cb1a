import Diagnostics
import Foundation
import RunModel

/// What can be asked of a running ingest: one line of JSON, `{"verb":"status"}` or `{"verb":"next","body":{"sample":"lysozyme"}}`.
public enum ControlRequest: Hashable, Sendable {
    /// What are you doing?
    case status
    /// The next run is this one (schemas/arm.schema.json).
    case next(ArmMetadata)
    /// Seal what has come, as at the end of the series.
    case stop
    /// End the series at once.
    case abort

    /// The longest line that is read, bytes: the largest metadata, and what stands around them.
    static let maximumBytes = ArmMetadata.maximumBytes + 1024

    public var verb: String {
        switch self {
        case .status: "status"
        case .next: "next"
        case .stop: "stop"
        case .abort: "abort"
        }
    }

    /// The line, without its line feed.
    func line() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    /// - Throws: `badRequest`; for a body that is none, the fault of `ArmMetadata`.
    init(line: Data) throws {
        do { self = try JSONDecoder().decode(ControlRequest.self, from: line) } catch let error as RunModelError {
            throw error
        } catch let error as ControlError {
            throw error
        } catch {
            throw ControlError(
                .badRequest, "Not a request", got: String(decoding: line.prefix(80), as: UTF8.self),
                expected: #"one line such as {"verb":"status"}"#, cause: error)
        }
    }
}

extension ControlRequest: Codable {
    private enum CodingKeys: String, CodingKey { case verb, body }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let verb = try container.decode(String.self, forKey: .verb)
        switch verb {
        case "status": self = .status
        case "next": self = .next(try container.decode(ArmMetadata.self, forKey: .body))
        case "stop": self = .stop
        case "abort": self = .abort
        default:
            throw ControlError(
                .badRequest, "A verb that is not known", got: "'\(verb.prefix(40))'", expected: "status, next, stop or abort")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(verb, forKey: .verb)
        if case .next(let metadata) = self { try container.encode(metadata, forKey: .body) }
    }
}
