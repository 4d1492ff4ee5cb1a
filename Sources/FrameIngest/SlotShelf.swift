import Frames

/// Slots that are free, the one used last on top: after a stall that needed thousands the few in use are again those in the cache, and
/// the others are let go.
struct SlotShelf {
    /// How the writer gives slots back; a shelf that is full lets them go.
    final class Return: Sendable {
        fileprivate let ring: BoundedRing<MessageSlot>

        init() throws(FrameError) { ring = try BoundedRing(capacity: SlotShelf.most) }

        /// One thread at a time.
        func give(_ slot: MessageSlot) {
            if ring.hasRoom { _ = ring.push(slot) }
        }
    }

    private let returned: Return
    private var slots: [MessageSlot] = []
    private static let most = 512

    init(_ returned: Return) {
        self.returned = returned
        slots.reserveCapacity(2 * Self.most)
    }

    /// An empty slot; receiver thread only.
    mutating func take() -> MessageSlot {
        while slots.count < Self.most, let slot = returned.ring.tryPop() { slots.append(slot) }
        return slots.popLast() ?? MessageSlot()
    }

    mutating func putBack(_ slot: MessageSlot) { slots.append(slot) }
}
