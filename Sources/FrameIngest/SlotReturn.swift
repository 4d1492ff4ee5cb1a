import Synchronization

/// Gives slots back to the receiver when their frames are written, from whichever thread wrote them.
///
/// The receiver's ring of free slots has one producer at a time. With one writer that is so by itself. Several take turns by a lock, which is
/// held for the push alone: the message goes back to libzmq, and its bytes to the pool, outside of it.
public final class SlotReturn: Sendable {
    private let returned: SlotShelf.Return
    private let pool: MessagePool
    private let end: StreamReceiver.WriterEnd
    private let workingSet: Int
    private let isShared: Bool
    private let turn = Mutex(())

    init(returned: SlotShelf.Return, pool: MessagePool, end: StreamReceiver.WriterEnd, workingSet: Int) {
        self.returned = returned
        self.pool = pool
        self.end = end
        self.workingSet = workingSet
        isShared = false
    }

    init(sharing other: SlotReturn) {
        returned = other.returned
        pool = other.pool
        end = other.end
        workingSet = other.workingSet
        isShared = true
    }

    /// Bytes of messages that may wait in memory, those that writers have in hand among them.
    public var poolBytes: Int { pool.limit }

    public func giveBack(_ slot: MessageSlot) {
        let charge = slot.charge
        slot.clear()
        // A backlog of unpacked frames has compressed twins in its slots: kept, they would be memory that no account shows.
        if pool.used > workingSet { slot.releaseEncodedRoom() }
        pool.release(bytes: charge)
        if isShared { turn.withLock { _ in returned.give(slot) } } else { returned.give(slot) }
    }
}
