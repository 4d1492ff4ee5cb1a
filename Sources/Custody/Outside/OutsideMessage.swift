import Diagnostics
import Foundation
import Notices
import RunCatalogue

/// What a message of the outbox says: only that something has changed, by identifiers that tell nothing. What is to be told follows at the
/// delivery from the catalogue as it is then, so that order, repetition and delay do no harm, and nothing private lies in the outbox.
public enum OutsideMessage: Sendable, Hashable {
    /// What a registry is to know of a session or a run may be something else now.
    /// - Parameter alone: of this record, and not of those that go by its clocks or tell of it: each of these has a message of its own.
    case record(pid: String, alone: Bool = false)
    /// A notice is due.
    /// - Parameter standsForOthers: it speaks for other runs of the proposal too, of which the same is to tell.
    case notice(NoticeKey, standsForOthers: Bool)
    /// A message waits for a person.
    case stuck(Int64)

    public static let registryTopic = "datacite"
    public static let mailTopic = "mail"

    private struct Content: Codable {
        var pid: String?
        var alone: Bool?
        var notice: String?
        var standsForOthers: Bool?
        var stuck: Int64?
    }

    public var draft: OutboxDraft {
        get throws(CatalogueError) {
            var content = Content()
            var topic = Self.mailTopic
            switch self {
            case .record(let pid, let alone): (topic, content.pid, content.alone) = (Self.registryTopic, pid, alone ? true : nil)
            case .notice(let key, let standsForOthers):
                (content.notice, content.standsForOthers) = (key.text, standsForOthers ? true : nil)
            case .stuck(let number): content.stuck = number
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            do {
                return OutboxDraft(topic: topic, payload: String(decoding: try encoder.encode(content), as: UTF8.self))
            } catch { throw CatalogueError(.badRequest, "A message cannot be written", got: "\(self)", cause: error) }
        }
    }

    /// - Throws: `unknownValue` for what this version does not write.
    public init(_ message: OutboxMessage) throws(CatalogueError) {
        let unknown = CatalogueError(
            .unknownValue, "This version knows no such message", at: "message \(message.number) (\(message.topic))",
            got: "'\(message.payload.prefix(80).printable)'", remedy: "Use the version that wrote it, or a newer one")
        let content: Content
        do { content = try JSONDecoder().decode(Content.self, from: Data(message.payload.utf8)) } catch { throw unknown }
        switch (message.topic, content.pid, content.notice, content.stuck) {
        case (Self.registryTopic, let pid?, nil, nil): self = .record(pid: pid, alone: content.alone ?? false)
        case (Self.mailTopic, nil, let text?, nil):
            do { self = .notice(try NoticeKey(text), standsForOthers: content.standsForOthers ?? false) } catch { throw unknown }
        case (Self.mailTopic, nil, nil, let number?): self = .stuck(number)
        default: throw unknown
        }
    }
}

extension NoticeKey {
    /// The identifier of the record that it is about.
    public var pid: String { String(text[..<(text.lastIndex(of: "#") ?? text.endIndex)]) }
}
