import DataCite
import Identifiers

/// Something that a registry is to be told: what the catalogue's outbox keeps, as text, until it is done.
public struct MintingOrder: Hashable, Sendable {
    public enum Deed: Hashable, Sendable {
        case draft
        case publish(RegistryRecord, address: String)
        case update(RegistryRecord, address: String)
        /// Without a record, what was said stays said.
        case hide(RegistryRecord?, address: String?)
    }

    public let pid: Handle
    public let deed: Deed
    /// Of the text form. One that is not listed here is refused, never guessed at.
    public static let version = 1

    private init(_ pid: Handle, _ deed: Deed) {
        self.pid = pid
        self.deed = deed
    }

    /// Reserve the identifier.
    public static func draft(_ pid: Handle) -> MintingOrder { MintingOrder(pid, .draft) }

    /// Make it findable.
    /// - Throws: `refused` where DataCite would refuse the record.
    public static func publish(_ record: DataCiteRecord, at address: String) throws(MintingError) -> MintingOrder {
        publish(try RegistryRecord(record), at: address)
    }

    /// Tell what has changed, and leave the state: an extension, the opening.
    /// - Throws: `refused` where DataCite would refuse the record.
    public static func update(_ record: DataCiteRecord, at address: String) throws(MintingError) -> MintingOrder {
        update(try RegistryRecord(record), at: address)
    }

    /// Withdraw: no list has it any more, and its page is a tombstone.
    /// - Throws: `refused` where DataCite would refuse the record.
    public static func hide(_ tombstone: DataCiteRecord, at address: String) throws(MintingError) -> MintingOrder {
        hide(try RegistryRecord(tombstone), at: address)
    }

    public static func publish(_ record: RegistryRecord, at address: String) -> MintingOrder {
        MintingOrder(record.pid, .publish(record, address: address))
    }

    public static func update(_ record: RegistryRecord, at address: String) -> MintingOrder {
        MintingOrder(record.pid, .update(record, address: address))
    }

    public static func hide(_ tombstone: RegistryRecord, at address: String) -> MintingOrder {
        MintingOrder(tombstone.pid, .hide(tombstone, address: address))
    }

    /// Withdraw, and leave what was said.
    public static func hide(_ pid: Handle) -> MintingOrder { MintingOrder(pid, .hide(nil, address: nil)) }

    /// Does it once. An order may be carried out again at any time before the next one for the same identifier.
    public func carryOut(on registry: some IdentifierRegistry) async throws(MintingError) {
        switch deed {
        case .draft: try await registry.reserve(pid)
        case .publish(let record, let address): try await registry.publish(record, at: address)
        case .update(let record, let address): try await registry.update(record, at: address)
        case .hide(let record, let address):
            try await registry.hide(pid, as: record.flatMap { record in address.map { (record, $0) } })
        }
    }

    /// The state in which the identifier is afterwards, when it was in `state` before.
    public func outcome(from state: RegistryState) -> RegistryState {
        switch (deed, state) {
        case (.draft, .absent), (.update, .absent): .draft
        case (.publish, _): .findable
        case (.hide, .findable): .registered
        case (.draft, _), (.update, _), (.hide, _): state
        }
    }
}
