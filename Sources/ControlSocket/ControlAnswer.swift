import Diagnostics
import Foundation
import RunModel

/// The answer to a ``ControlRequest``, one line of JSON: `{"ok":true,"status":{…}}`, the status as it is after the request (a seal
/// that was asked for goes on by itself), or `{"ok":false,"error":{…}}`.
enum ControlAnswer: Sendable {
    case done(IngestStatus)
    case refused(Refusal)

    /// An error of the other process: its words, without its types.
    struct Refusal: Codable, Hashable, Sendable {
        let code: String
        let what: String
        let place: String?
        let got: String?
        let expected: String?
        let remedy: String?

        enum CodingKeys: String, CodingKey {
            case code, what
            case place = "where"
            case got, expected
            case remedy = "next"
        }

        init(_ error: any Error) {
            let diagnosed = error as? any Diagnosed
            code = diagnosed?.codeName ?? ControlErrorCode.refused.rawValue
            what = diagnosed?.what ?? "\(error)"
            place = diagnosed?.place
            got = diagnosed?.got
            expected = diagnosed?.expected
            remedy = diagnosed?.remedy
        }

        var error: ControlError {
            ControlError(
                ControlErrorCode(rawValue: code) ?? .refused, what, at: place, got: got, expected: expected, remedy: remedy)
        }
    }

    /// The longest answer that is read, bytes: a status carries the metadata of the next run.
    static let maximumBytes = 1 << 20

    /// The line, without its line feed.
    func line() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    /// - Throws: `badAnswer`.
    init(line: Data) throws(ControlError) {
        do { self = try JSONDecoder().decode(ControlAnswer.self, from: line) } catch {
            throw ControlError(
                .badAnswer, "The answer cannot be read", got: String(decoding: line.prefix(80), as: UTF8.self),
                expected: "the answer of a faisceau of this version", cause: error)
        }
    }
}

extension ControlAnswer: Codable {
    private enum CodingKeys: String, CodingKey { case ok, status, error }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self =
            try container.decode(Bool.self, forKey: .ok)
            ? .done(container.decode(IngestStatus.self, forKey: .status))
            : .refused(container.decode(Refusal.self, forKey: .error))
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .done(let status):
            try container.encode(true, forKey: .ok)
            try container.encode(status, forKey: .status)
        case .refused(let refusal):
            try container.encode(false, forKey: .ok)
            try container.encode(refusal, forKey: .error)
        }
    }
}
