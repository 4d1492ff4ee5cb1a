import Diagnostics
import Synchronization

/// Where records go: a window of preallocated pages mapped into memory, or `pwrite`.
///
/// The mapping costs no system call a frame. It is used only where a store into allocated blocks cannot fail
/// (`FileSystemKind.holdsMappedLedger`): elsewhere a full disk would end the process with SIGBUS instead of an error.
struct LedgerStorage {
    let file: OpenFile
    let fileSystem: any FileSystem
    private(set) var isMapped: Bool
    private var window: UnsafeMutableRawPointer?
    /// Offset in the file of the window's first byte; a multiple of `windowBytes`.
    private var windowOffset = 0
    /// Without a mapping: where the blocks end that `reserve` took.
    private var allocatedEnd = 0
    private let slot = UnsafeMutableRawPointer.allocate(byteCount: LedgerSlot.byteCount, alignment: 64)

    /// One window holds 16,384 records; its pages are made present when it is mapped.
    static let windowBytes = 1 << 20

    init(file: OpenFile, fileSystem: any FileSystem, isMapped: Bool) {
        self.file = file
        self.fileSystem = fileSystem
        self.isMapped = isMapped
    }

    /// Takes the room of slot `index`, so that `commit` cannot meet a full disk.
    mutating func reserve(index: Int) throws(ChunkFileError) {
        let offset = LedgerHeaderPage.byteCount + index * LedgerSlot.byteCount
        if isMapped {
            try openWindow(at: offset)
        } else if offset >= allocatedEnd {
            let start = offset / Self.windowBytes * Self.windowBytes
            do {
                try fileSystem.allocate(file, offset: start, count: Self.windowBytes, extendingSize: false)
            } catch {
                // Where nothing can be preallocated, the record's own write meets the full disk.
                guard error.code == .systemCall else { throw error }
            }
            allocatedEnd = start + Self.windowBytes
        }
    }

    /// Writes the record's bytes, then its commit word.
    mutating func commit(_ record: LedgerRecord, index: Int, salt: UInt64) throws(ChunkFileError) {
        let offset = LedgerHeaderPage.byteCount + index * LedgerSlot.byteCount
        if isMapped { try openWindow(at: offset) }
        guard isMapped, let window else {
            LedgerSlot.encode(record, into: slot)
            let word = LedgerSlot.commitWord(slot, index: UInt64(index), salt: salt)
            slot.storeBytes(of: word.littleEndian, toByteOffset: LedgerSlot.commitOffset, as: UInt64.self)
            try fileSystem.write(file, UnsafeRawBufferPointer(start: slot, count: LedgerSlot.byteCount), at: offset)
            return
        }
        let place = window + (offset - windowOffset)
        LedgerSlot.encode(record, into: place)
        let word = LedgerSlot.commitWord(place, index: UInt64(index), salt: salt)
        // Safe: `place` is 64-byte aligned, inside the window, and an Atomic<UInt64> is stored as its 8 bytes. Releasing, so
        // that a follower on another core that sees the word sees the record.
        (place + LedgerSlot.commitOffset).assumingMemoryBound(to: Atomic<UInt64>.self).pointee
            .store(word.littleEndian, ordering: .releasing)
    }

    /// Maps the window that holds `offset`, with blocks of its own; falls back to `pwrite` where that is not possible.
    private mutating func openWindow(at offset: Int) throws(ChunkFileError) {
        let start = offset / Self.windowBytes * Self.windowBytes
        if window != nil, start == windowOffset { return }
        do {
            try fileSystem.allocate(file, offset: start, count: Self.windowBytes, extendingSize: true)
        } catch {
            if error.code == .diskFull { throw error }
            close()
            isMapped = false
            return
        }
        let next: UnsafeMutableRawPointer
        do {
            next = try fileSystem.map(file, offset: start, count: Self.windowBytes)
        } catch {
            close()
            isMapped = false
            return
        }
        close()
        window = next
        windowOffset = start
    }

    /// Ends the mapping; its stores are in the page cache, where they outlive the process.
    mutating func close() {
        if let window { fileSystem.unmap(window, count: Self.windowBytes) }
        window = nil
    }

    func release() {
        slot.deallocate()
    }
}
