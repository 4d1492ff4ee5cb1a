import Dispatch
import Foundation
import FrameIngest
import Frames

/// A thread that stores frames through a lane of its own, in the order in which they were handed to it.
final class LaneThread {
    private enum Item: Sendable {
        case frame(MessageSlot, Int)
        case duplicate(MessageSlot, Int)
        case flush(durable: Bool)
    }

    /// What the thread works with. The lane belongs to the thread until `join` has returned, to the caller after it: that is what makes
    /// `@unchecked Sendable` true.
    private final class Worker: @unchecked Sendable {
        private var lane: StorageLane?
        private let slots: SlotReturn

        init(_ lane: StorageLane, _ slots: SlotReturn) {
            self.lane = lane
            self.slots = slots
        }

        /// Works until the ring is closed and empty.
        func work(_ ring: BoundedRing<Item>) {
            guard let lane else { return }
            while let item = ring.pop() {
                switch item {
                case .frame(let slot, let frame):
                    lane.take(slot.chunks, frame: frame, receiveTime_ns: slot.receiveTime_ns)
                    slots.giveBack(slot)
                case .duplicate(let slot, let frame):
                    lane.compareDuplicate(slot.chunks, frame: frame)
                    slots.giveBack(slot)
                case .flush(let durable): lane.flush(durable: durable)
                }
            }
            lane.counters.end()
        }

        /// Before it is said that the thread has ended: a thread that is being taken down would keep files open, and their locks with them.
        func letGo() { lane = nil }
    }

    private let ring: BoundedRing<Item>
    private let ended = DispatchSemaphore(value: 0)
    private var isJoined = false

    /// - Parameter depth: frames that may wait for this lane.
    init(_ lane: StorageLane, depth: Int, slots: SlotReturn, name: String) throws(FrameError) {
        ring = try BoundedRing(capacity: min(max(depth, 16), 1 << 16))
        let (ring, ended) = (ring, ended)
        let worker = Worker(lane, slots)
        let thread = Thread {
            worker.work(ring)
            worker.letGo()
            ended.signal()
        }
        thread.name = name
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// A run that is given up without a seal: what is in the ring is still stored, then the thread ends.
    deinit { ring.close() }

    /// Hands a frame over; waits while the lane is a whole ring behind.
    ///
    /// - Returns: whether the lane has the slot now.
    func send(_ slot: MessageSlot, frame: Int, isDuplicate: Bool) -> Bool {
        ring.push(isDuplicate ? .duplicate(slot, frame) : .frame(slot, frame)) == .stored
    }

    func flush(durable: Bool) { _ = ring.push(.flush(durable: durable)) }

    /// Waits until everything is stored. From then on the lane is the caller's.
    func join() {
        guard !isJoined else { return }
        isJoined = true
        ring.close()
        ended.wait()
    }
}
