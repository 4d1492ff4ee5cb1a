import ChunkFile
import Foundation
import Synchronization

/// The machine's files with faults: short and interrupted calls, a full disk, a device that fails or stalls, a process that dies.
public final class FaultyFileSystem: FileSystem {
    public struct Faults: Sendable {
        /// Writes and reads take half of what they are given, at least one byte.
        public var halvesTransfers = false
        /// Every n-th call that can be interrupted is.
        public var interruptsEvery: Int?
        /// No file may have a block beyond it…
        public var capacity: Int?
        /// …of those whose path ends so.
        public var limitedSuffix = ""
        /// What is said beyond the capacity.
        public var capacityError = ENOSPC
        /// Writes wait, until this is taken back: a disk that is busy with something else.
        public var holdsWrites = false
        /// The same for reads: a file server that does not answer.
        public var holdsReads = false
        /// Those of files whose path ends so.
        public var heldSuffix = ""
        /// The same for questions about free space.
        public var holdsStatistics = false
        /// `fallocate` is not supported.
        public var refusesAllocation = false
        public var refusesMapping = false
        /// After so many calls that change something none does any more, as if the process had been killed.
        public var livesFor: Int?
        /// The call at which it dies writes its first half, unless it is a single word: a kill does not tear one.
        public var diesHalfway = false
        /// Every change fails with this errno, or those of the call numbers from `failsFrom` on.
        public var errorNumber: Int32?
        public var failsFrom = 0
        /// This one change fails with EIO, and no other.
        public var failsAt: Int?
        /// Every write takes so long, microseconds.
        public var delay_us: UInt32 = 0
        /// Files whose path ends so cannot be forced to the disk (EIO).
        public var unsyncableSuffix: String?

        public init(
            halvesTransfers: Bool = false, interruptsEvery: Int? = nil, capacity: Int? = nil, limitedSuffix: String = "",
            refusesAllocation: Bool = false, refusesMapping: Bool = false, livesFor: Int? = nil, diesHalfway: Bool = false,
            errorNumber: Int32? = nil, failsFrom: Int = 0, delay_us: UInt32 = 0, heldSuffix: String = ""
        ) {
            self.halvesTransfers = halvesTransfers
            self.interruptsEvery = interruptsEvery
            self.capacity = capacity
            self.limitedSuffix = limitedSuffix
            self.refusesAllocation = refusesAllocation
            self.refusesMapping = refusesMapping
            self.livesFor = livesFor
            self.diesHalfway = diesHalfway
            self.errorNumber = errorNumber
            self.failsFrom = failsFrom
            self.delay_us = delay_us
            self.heldSuffix = heldSuffix
        }
    }

    private struct State: Sendable {
        var faults: Faults
        var changes = 0
        var calls = 0
    }

    private let state: Mutex<State>
    private let local = LocalFileSystem()
    private let released = NSCondition()

    public init(_ faults: Faults = Faults()) {
        state = Mutex(State(faults: faults))
    }

    /// Calls that changed something, or tried to.
    public var changes: Int { state.withLock { $0.changes } }

    public func change(_ edit: (inout Faults) -> Void) {
        released.withLock {
            state.withLock { edit(&$0.faults) }
            released.broadcast()
        }
    }

    private func waitWhileHeld(_ file: OpenFile) {
        waitWhile { $0.holdsWrites && file.path.hasSuffix($0.heldSuffix) }
    }

    private func waitWhile(_ isHeld: (Faults) -> Bool) {
        guard state.withLock({ isHeld($0.faults) }) else { return }
        released.withLock { while state.withLock({ isHeld($0.faults) }) { released.wait() } }
    }

    private func interrupted() throws(SystemErrno) -> Faults {
        let (faults, isInterrupted) = state.withLock { state in
            state.calls += 1
            return (state.faults, state.faults.interruptsEvery.map { state.calls.isMultiple(of: $0) } ?? false)
        }
        if isInterrupted { throw SystemErrno(EINTR) }
        return faults
    }

    /// How much of `count` a change may do now; throws where it may do nothing.
    private func admit(_ count: Int, in file: OpenFile? = nil, end: Int = 0) throws(SystemErrno) -> Int {
        let faults = try interrupted()
        let change = state.withLock { state in
            state.changes += 1
            return state.changes
        }
        if faults.delay_us > 0 { usleep(faults.delay_us) }
        if let number = faults.errorNumber, change > faults.failsFrom { throw SystemErrno(number) }
        if change == faults.failsAt { throw SystemErrno(EIO) }
        if let life = faults.livesFor, change > life {
            if faults.diesHalfway, change == life + 1, count > 8 { return count / 2 }
            throw SystemErrno(EIO)
        }
        if let capacity = faults.capacity, end > capacity, let file, file.path.hasSuffix(faults.limitedSuffix) {
            let fits = count - (end - capacity)
            if fits <= 0 { throw SystemErrno(faults.capacityError) }
            return fits
        }
        return count
    }

    private func admitTransfer(_ count: Int, in file: OpenFile, end: Int) throws(SystemErrno) -> Int {
        let admitted = try admit(count, in: file, end: end)
        return state.withLock { $0.faults.halvesTransfers } ? min(admitted, max(1, count / 2)) : admitted
    }

    public func writeOnce(_ file: OpenFile, _ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SystemErrno) -> Int {
        waitWhileHeld(file)
        let count = try admitTransfer(bytes.count, in: file, end: offset + bytes.count)
        return try local.writeOnce(file, UnsafeRawBufferPointer(rebasing: bytes[..<count]), at: offset)
    }

    public func writeOnce(
        _ file: OpenFile, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, at offset: Int
    ) throws(SystemErrno) -> Int {
        waitWhileHeld(file)
        let total = first.count + second.count
        let count = try admitTransfer(total, in: file, end: offset + total)
        let head = UnsafeRawBufferPointer(rebasing: first[..<min(count, first.count)])
        let tail = UnsafeRawBufferPointer(rebasing: second[..<max(0, count - first.count)])
        return try local.writeOnce(file, head, tail, at: offset)
    }

    public func readOnce(_ file: OpenFile, into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemErrno) -> Int {
        waitWhile { $0.holdsReads && file.path.hasSuffix($0.heldSuffix) }
        let faults = try interrupted()
        let count = faults.halvesTransfers ? max(1, bytes.count / 2) : bytes.count
        return try local.readOnce(file, into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]), at: offset)
    }

    public func allocateOnce(_ file: OpenFile, offset: Int, count: Int, extendingSize: Bool) throws(SystemErrno) {
        if state.withLock({ $0.faults.refusesAllocation }) { throw SystemErrno(EOPNOTSUPP) }
        guard try admit(count, in: file, end: offset + count) == count else {
            throw SystemErrno(state.withLock { $0.faults.capacityError })
        }
        try local.allocateOnce(file, offset: offset, count: count, extendingSize: extendingSize)
    }

    public func mapOnce(_ file: OpenFile, offset: Int, count: Int) throws(SystemErrno) -> UnsafeMutableRawPointer {
        if state.withLock({ $0.faults.refusesMapping }) { throw SystemErrno(ENODEV) }
        return try local.mapOnce(file, offset: offset, count: count)
    }

    public func releaseOnce(_ file: OpenFile, offset: Int, count: Int) throws(SystemErrno) {
        _ = try admit(1)
        try local.releaseOnce(file, offset: offset, count: count)
    }

    public func setSizeOnce(_ file: OpenFile, _ size: Int) throws(SystemErrno) {
        _ = try admit(1)
        try local.setSizeOnce(file, size)
    }

    public func syncOnce(_ file: OpenFile, dataOnly: Bool) throws(SystemErrno) {
        _ = try admit(1)
        if let suffix = state.withLock({ $0.faults.unsyncableSuffix }), file.path.hasSuffix(suffix) { throw SystemErrno(EIO) }
        try local.syncOnce(file, dataOnly: dataOnly)
    }

    public func renameOnce(_ source: String, to destination: String) throws(SystemErrno) {
        _ = try admit(1)
        try local.renameOnce(source, to: destination)
    }

    public func removeOnce(_ path: String) throws(SystemErrno) {
        _ = try admit(1)
        try local.removeOnce(path)
    }

    public func makeFolderOnce(_ path: String, permissions: UInt32) throws(SystemErrno) {
        _ = try admit(1)
        try local.makeFolderOnce(path, permissions: permissions)
    }

    public func openFile(_ path: String, _ mode: OpenMode) throws(SystemErrno) -> Int32 {
        if case .createExclusively = mode { _ = try admit(1) }
        return try local.openFile(path, mode)
    }
    public func closeFile(_ file: OpenFile) { local.closeFile(file) }
    public func sizeOnce(_ file: OpenFile) throws(SystemErrno) -> Int { try local.sizeOnce(file) }
    public func tryLockOnce(_ file: OpenFile, shared: Bool) throws(SystemErrno) -> Bool {
        try local.tryLockOnce(file, shared: shared)
    }
    public func unlockOnce(_ file: OpenFile) throws(SystemErrno) { try local.unlockOnce(file) }
    public func unmap(_ address: UnsafeMutableRawPointer, count: Int) { local.unmap(address, count: count) }
    public func setPermissionsOnce(_ path: String, _ permissions: UInt32) throws(SystemErrno) {
        try local.setPermissionsOnce(path, permissions)
    }
    public func setGroupOnce(_ path: String, _ group: UInt32) throws(SystemErrno) { try local.setGroupOnce(path, group) }
    public func statisticsOnce(_ path: String) throws(SystemErrno) -> FileSystemStatistics {
        waitWhile { $0.holdsStatistics }
        return try local.statisticsOnce(path)
    }
}
