import Diagnostics
import Foundation
import RunCatalogue

/// A way out that does not work at present: nothing is tried on it before a time, however many messages wait. So an outage of a week costs as few
/// questions as one message would ask.
public struct TopicPause: Sendable, Hashable, Codable {
    public let topic: String
    /// In a row.
    public let failures: Int
    /// UTC seconds; nil: until a person lets the messages go.
    public let until: Int64?
    public let saying: String

    private static func setting(_ topic: String) -> String { "delivery pause \(topic)" }

    static func read(_ topic: String, _ store: any CatalogueStore) async throws(CatalogueError) -> TopicPause? {
        guard let text = try await store.setting(setting(topic)), !text.isEmpty else { return nil }
        do { return try JSONDecoder().decode(TopicPause.self, from: Data(text.utf8)) } catch {
            throw CatalogueError(.damaged, "A pause of deliveries cannot be read", at: setting(topic), got: text.printable)
        }
    }

    func save(_ store: any CatalogueStore) async throws(CatalogueError) {
        let text: String
        do { text = String(decoding: try JSONEncoder().encode(self), as: UTF8.self) } catch {
            throw CatalogueError(.damaged, "A pause of deliveries cannot be written", at: topic, cause: error)
        }
        try await store.set(Self.setting(topic), to: text)
    }

    static func end(_ topic: String, _ store: any CatalogueStore) async throws(CatalogueError) {
        try await store.set(setting(topic), to: "")
    }

    func isOver(at now: Int64) -> Bool { until.map { now >= $0 } ?? false }
}
