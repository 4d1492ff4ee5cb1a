import Diagnostics
import FrameIngest
import Synchronization

/// A spill file in memory, which fails when it is told to.
final class MemorySpill: SpillStorage {
    struct Faults: Sendable {
        /// The call that fails, counted from 0.
        var failingWrite: Int?
        var failingRead: Int?
        /// The call that gives back other bytes than were written.
        var damagedRead: Int?
    }

    private struct State: Sendable {
        var bytes: [UInt8]
        var writes = 0
        var reads = 0
    }

    let capacity: Int
    private let faults: Faults
    private let state: Mutex<State>

    init(capacity: Int, _ faults: Faults = Faults()) {
        self.capacity = capacity
        self.faults = faults
        state = Mutex(State(bytes: [UInt8](repeating: 0, count: capacity)))
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(IngestError) {
        let fails = state.withLock { state in
            defer { state.writes += 1 }
            if state.writes == faults.failingWrite { return true }
            state.bytes.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
            return false
        }
        if fails { throw IngestError(.spillFailed, "the disk fails", at: "test") }
    }

    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(IngestError) {
        let content: [UInt8]? = state.withLock { state in
            defer { state.reads += 1 }
            if state.reads == faults.failingRead { return nil }
            var content = Array(state.bytes[offset..<(offset + bytes.count)])
            if state.reads == faults.damagedRead, !content.isEmpty { content[content.count / 2] ^= 1 }
            return content
        }
        guard let content else { throw IngestError(.spillFailed, "the disk fails", at: "test") }
        bytes.copyBytes(from: content)
    }
}
