import Frames

/// Bounded rings between the receiver and the writer that keep the order of messages.
///
/// Chunks that come ready go straight through one ring. Frames that come unpacked go through `workers` lanes in turn, each a
/// thread that compresses, and the writer takes them from the lanes in the same turn: order costs no sorting and no lock.
/// The receiver changes the mode, in band, when the first unpacked frame of a series comes.
final class EventLanes: Sendable {
    private enum Item: Sendable {
        case event(IngestEvent)
        case useLanes
        case useDirect
    }

    private let direct: BoundedRing<Item>
    private let lanes: [(input: BoundedRing<Item>, output: BoundedRing<Item>)]

    init(workers: Int, depth: Int) throws(FrameError) {
        direct = try BoundedRing(capacity: depth)
        var lanes: [(input: BoundedRing<Item>, output: BoundedRing<Item>)] = []
        for _ in 0..<workers { lanes.append((try BoundedRing(capacity: depth), try BoundedRing(capacity: depth))) }
        self.lanes = lanes
    }

    var workerCount: Int { lanes.count }

    /// The receiver's end; used by one thread.
    struct Sender {
        let rings: EventLanes
        private var next = -1

        init(_ rings: EventLanes) {
            self.rings = rings
        }

        /// Sends in order; `packs` says that the message holds unpacked frames.
        mutating func send(_ event: IngestEvent, packs: Bool) {
            if packs, next < 0, !rings.lanes.isEmpty {
                _ = rings.direct.push(.useLanes)
                next = 0
            }
            guard next >= 0 else {
                _ = rings.direct.push(.event(event))
                return
            }
            _ = rings.lanes[next].input.push(.event(event))
            next = (next + 1) % rings.lanes.count
        }

        /// Goes back to the direct ring; called at the start of a series.
        mutating func reset() {
            guard next >= 0 else { return }
            _ = rings.lanes[next].input.push(.useDirect)
            next = -1
        }
    }

    /// The writer's end; used by one thread.
    struct Receiver {
        let rings: EventLanes
        private var next = -1

        init(_ rings: EventLanes) {
            self.rings = rings
        }

        mutating func receive() -> IngestEvent? {
            while true {
                let item = next < 0 ? rings.direct.pop() : rings.lanes[next].output.pop()
                switch item {
                case nil: return nil
                case .useLanes: next = 0
                case .useDirect: next = -1
                case .event(let event):
                    if next >= 0 { next = (next + 1) % rings.lanes.count }
                    return event
                }
            }
        }
    }

    /// Body of one compression thread: everything passes, unpacked frames leave packed.
    func runWorker(_ index: Int, pack: (MessageSlot) -> Void) {
        let lane = lanes[index]
        while let item = lane.input.pop() {
            if case .event(.message(let slot)) = item { pack(slot) }
            _ = lane.output.push(item)
        }
        lane.output.close()
    }

    func close() {
        direct.close()
        for lane in lanes { lane.input.close() }
    }
}
