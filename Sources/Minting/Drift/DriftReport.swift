import Diagnostics
import Foundation
import Identifiers

/// What differs between what we hold and what the registry says. Nothing is changed by it.
public struct DriftReport: Hashable, Sendable, Codable {
    /// What we think of one identifier.
    public struct Holding: Hashable, Sendable {
        public var pid: Handle
        public var state: RegistryState
        /// Nil for one of which only the state is looked at: a draft.
        public var address: String?
        public var digests: AttributeDigests?

        public init(pid: Handle, state: RegistryState, address: String? = nil, digests: AttributeDigests? = nil) {
            self.pid = pid
            self.state = state
            self.address = address
            self.digests = digests
        }
    }

    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// The registry has never heard of it, or shows it to others only.
        case absent
        case state
        case address
        /// One attribute of the record.
        case attribute
        /// The registry could not be asked.
        case notCompared
    }

    public struct Difference: Hashable, Sendable, Codable {
        public let pid: String
        public let kind: Kind
        /// Which attribute.
        public let attribute: String?
        public let ours: String?
        /// In the registry's words, without control characters.
        public let theirs: String?
    }

    /// How many were looked at, differing or not.
    public let compared: Int
    public let differences: [Difference]

    /// Asks the registry for each, one after the other.
    ///
    /// One failure is noted, and the next identifier asked for; after three in a row the rest is noted without asking. A registry that
    /// keeps no records differs in nothing, and none counts as compared.
    public init(holdings: [Holding], registry: some IdentifierRegistry) async {
        var differences: [Difference] = []
        var compared = 0
        var failures: [MintingError] = []
        for holding in registry.keepsRecords ? holdings : [] {
            if failures.count == 3, let error = failures.last {
                differences.append(.init(holding, .notCompared, theirs: error.what))
                continue
            }
            do {
                differences += Self.differences(holding, try await registry.entry(of: holding.pid))
                compared += 1
                failures = []
            } catch {
                differences.append(.init(holding, .notCompared, theirs: error.description))
                if error.isRetryable || error.code == .loginRefused { failures.append(error) }
            }
        }
        self.compared = compared
        self.differences = differences
    }

    /// One identifier.
    public static func differences(_ ours: Holding, _ theirs: RegistryEntry?) -> [Difference] {
        guard let theirs else {
            return ours.state == .absent ? [] : [Difference(ours, .absent, ours: ours.state.rawValue, theirs: nil)]
        }
        var found: [Difference] = []
        if theirs.state != ours.state {
            found.append(.init(ours, .state, ours: ours.state.rawValue, theirs: theirs.state.rawValue))
        }
        if let address = ours.address, address != theirs.address {
            found.append(
                .init(ours, .address, ours: address, theirs: theirs.address.map { String($0.prefix(300)).printable }))
        }
        if let digests = ours.digests {
            for key in digests.differences(from: AttributeDigests(attributes: theirs.attributes)) {
                found.append(.init(ours, .attribute, attribute: key))
            }
        }
        return found
    }

    /// One line a difference, and one that counts.
    public var text: String {
        let lines = differences.map { difference in
            let what = difference.attribute ?? difference.kind.rawValue
            switch difference.kind {
            case .absent: return "\(difference.pid): absent, we hold \(difference.ours ?? "nothing")"
            case .attribute: return "\(difference.pid): another \(what)"
            case .notCompared: return "\(difference.pid): not compared: \(difference.theirs ?? "no reason")"
            case .state, .address:
                return "\(difference.pid): \(what) is \(difference.theirs ?? "nothing"), we hold \(difference.ours ?? "nothing")"
            }
        }
        let others = Set(differences.filter { $0.kind != .notCompared }.map(\.pid)).count
        return (lines + ["\(compared) compared, \(others) different"]).joined(separator: "\n") + "\n"
    }

    /// - Throws: `malformed`, which no report is.
    public func json() throws(MintingError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return String(decoding: try encoder.encode(self), as: UTF8.self) } catch {
            throw MintingError(.malformed, "The report cannot be written", cause: error)
        }
    }
}

extension DriftReport.Difference {
    fileprivate init(
        _ holding: DriftReport.Holding, _ kind: DriftReport.Kind, attribute: String? = nil, ours: String? = nil,
        theirs: String? = nil
    ) {
        self.init(pid: holding.pid.description, kind: kind, attribute: attribute, ours: ours, theirs: theirs)
    }
}
