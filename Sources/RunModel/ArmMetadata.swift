import Diagnostics
import Foundation
import Identifiers
import Quantities

/// What is known of a run before it begins (schemas/arm.schema.json): sent with `faisceau ctl next`, or by the detector in its
/// header appendix or user data. Whatever is nil is taken from the next source, at last from the beamline's file.
public struct ArmMetadata: Hashable, Sendable {
    /// A free field: what the beamline wants to have in the file and no key exists for.
    public enum Value: Hashable, Sendable {
        case text(String)
        case number(Double)
        /// `{"value": 0.2, "unit": "mm"}`: a unit that is not known is refused, as one could not find the value by it.
        case quantity(Double, PhysicalUnit)
    }

    /// The largest document that is read, bytes, and what its parts may hold.
    public static let maximumBytes = 65_536
    static let maximumTextBytes = 4096
    static let maximumFields = 256
    static let maximumKeyBytes = 128
    static let maximumKeywords = 64

    /// The run's name, or a template of it (``RunNameTemplate``).
    public var name: String?
    public var proposal: ProposalIdentifier?
    public var sample: String?
    /// The session (beam time) that the run belongs to, by the facility's own name.
    public var session: String?
    /// The experimental technique, as the beamline names it.
    public var technique: String?
    /// Words by which people look for the run; those of other sources stay.
    public var keywords: [String]
    /// Of the sample.
    public var temperature: Temperature?
    public var metadata: [String: Value]

    public init(
        name: String? = nil, proposal: ProposalIdentifier? = nil, sample: String? = nil, session: String? = nil,
        technique: String? = nil, keywords: [String] = [], temperature: Temperature? = nil, metadata: [String: Value] = [:]
    ) {
        self.name = name
        self.proposal = proposal
        self.sample = sample
        self.session = session
        self.technique = technique
        self.keywords = keywords
        self.temperature = temperature
        self.metadata = metadata
    }

    /// Nothing was said.
    public var isEmpty: Bool { self == ArmMetadata() }

    /// This, and where it says nothing, `other`.
    public func over(_ other: ArmMetadata) -> ArmMetadata {
        ArmMetadata(
            name: name ?? other.name, proposal: proposal ?? other.proposal, sample: sample ?? other.sample,
            session: session ?? other.session, technique: technique ?? other.technique,
            keywords: keywords + other.keywords.filter { !keywords.contains($0) }, temperature: temperature ?? other.temperature,
            metadata: metadata.merging(other.metadata) { own, _ in own })
    }

    /// One line of JSON, keys sorted, without a line feed.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    /// - Throws: `badArmMetadata`, naming the key that is unknown or has a value of another kind.
    public init(json: Data) throws(RunModelError) {
        guard json.count <= Self.maximumBytes else {
            throw Self.refused("is too long", got: "\(json.count) bytes", expected: "at most \(Self.maximumBytes) bytes")
        }
        do { self = try JSONDecoder().decode(ArmMetadata.self, from: json) } catch let error as RunModelError {
            throw error
        } catch let error as DecodingError {
            throw Self.refused("cannot be read", at: error.field, got: error.reason, cause: error)
        } catch {
            throw Self.refused("cannot be read", got: String("\(error)".prefix(200)), cause: error)
        }
    }

    fileprivate static func refused(
        _ why: String, at place: String? = nil, got: String? = nil, expected: String? = nil, cause: (any Error)? = nil
    ) -> RunModelError {
        RunModelError(
            .badArmMetadata, "The metadata of a run \(why)", at: place, got: got,
            expected: expected ?? "an object as schemas/arm.schema.json says", cause: cause)
    }
}

extension ArmMetadata: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, proposal, sample, session, technique, keywords, temperature, metadata
    }

    /// Keys as they stand there, known or not.
    struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
        let unknown = keys.filter { CodingKeys(rawValue: $0) == nil }.sorted()
        guard unknown.isEmpty else {
            throw Self.refused(
                "has keys that are not known", got: unknown.prefix(8).map { "'\($0.prefix(64))'" }.joined(separator: ", "),
                expected: CodingKeys.allCases.map(\.rawValue).joined(separator: ", ") + "; other fields go into metadata")
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) throws -> String? {
            guard let text = try container.decodeIfPresent(String.self, forKey: key) else { return nil }
            guard !text.isEmpty, text.utf8.count <= Self.maximumTextBytes else {
                throw Self.refused(
                    "has a text of an impossible length", at: key.rawValue, got: "\(text.utf8.count) bytes",
                    expected: "1 to \(Self.maximumTextBytes) bytes")
            }
            return text
        }
        name = try text(.name)
        do { proposal = try text(.proposal).map(ProposalIdentifier.init(_:)) } catch let error as IdentifierError {
            throw Self.refused("has no usable proposal", at: "proposal", got: error.got, expected: error.expected, cause: error)
        }
        sample = try text(.sample)
        session = try text(.session)
        technique = try text(.technique)
        keywords = try container.decodeIfPresent([String].self, forKey: .keywords) ?? []
        guard keywords.count <= Self.maximumKeywords, keywords.allSatisfy({ (1...Self.maximumKeyBytes).contains($0.utf8.count) })
        else {
            throw Self.refused(
                "has too many keywords, or one of an impossible length", at: "keywords", got: "\(keywords.count) keywords",
                expected: "at most \(Self.maximumKeywords) keywords of 1 to \(Self.maximumKeyBytes) bytes")
        }
        do { temperature = try container.decodeIfPresent(Temperature.self, forKey: .temperature) } catch let error
            as QuantityError
        {
            throw Self.refused(
                "has no usable temperature", at: "temperature", got: error.got, expected: error.expected, cause: error)
        }
        metadata = try container.decodeIfPresent([String: Value].self, forKey: .metadata) ?? [:]
        guard metadata.count <= Self.maximumFields,
            metadata.keys.allSatisfy({ (1...Self.maximumKeyBytes).contains($0.utf8.count) })
        else {
            throw Self.refused(
                "has too many free fields, or one with an impossible name", at: "metadata", got: "\(metadata.count) fields",
                expected: "at most \(Self.maximumFields) fields with names of 1 to \(Self.maximumKeyBytes) bytes")
        }
    }

    /// What is nil is left out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(name, forKey: .name)
        try container.encodeIfPresent(proposal?.description, forKey: .proposal)
        try container.encodeIfPresent(sample, forKey: .sample)
        try container.encodeIfPresent(session, forKey: .session)
        try container.encodeIfPresent(technique, forKey: .technique)
        if !keywords.isEmpty { try container.encode(keywords, forKey: .keywords) }
        try container.encodeIfPresent(temperature, forKey: .temperature)
        if !metadata.isEmpty { try container.encode(metadata, forKey: .metadata) }
    }
}

extension DecodingError {
    /// Where in the document, `metadata.temperature`; nil for the document itself.
    fileprivate var field: String? {
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? nil : String(path.prefix(200))
    }

    fileprivate var reason: String { String(context.debugDescription.prefix(200)) }

    private var context: Context {
        switch self {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
            .dataCorrupted(let context):
            context
        @unknown default: Context(codingPath: [], debugDescription: "\(self)")
        }
    }
}
