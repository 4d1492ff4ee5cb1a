import CXXHash
import DetectorWire
import Diagnostics

/// Messages that wait on a disk, first in first out: whole, in one piece each, with a checksum that is kept in memory, since a page that
/// the kernel could not write comes back as what was there before. The receiver thread's.
package struct SpillRing {
    /// What is known of a message on the disk.
    package struct Record {
        /// Which frame it is, so that it can be named if it does not come back; nil for what is no image.
        package let frame: (series: Int64, number: Int64)?
        package let receiveTime_ns: Int64
        package let byteCount: Int
        /// What it takes of the pool.
        let charge: Int
        fileprivate let offset: Int
        fileprivate let partSizes: [Int]
        fileprivate let checksum: UInt64
        /// What the writer is to hear before this message.
        fileprivate(set) var notices: [IngestNotice] = []
    }

    private let storage: any SpillStorage
    /// Oldest first; `first` is the place of the oldest, the rest of the front has been taken.
    private var records: [Record] = []
    private var first = 0
    /// Where the next record goes.
    private var end = 0
    package private(set) var usedBytes = 0
    /// An error of the disk: nothing is put in any more.
    package private(set) var hasFailed = false

    /// The index stays in memory: 2^20 records are some 100 MB.
    private static let mostRecords = 1 << 20

    package init(_ storage: any SpillStorage) {
        self.storage = storage
    }

    var capacity: Int { storage.capacity }
    package var count: Int { records.count - first }
    package var isEmpty: Bool { count == 0 }
    /// The oldest.
    package var next: Record? { isEmpty ? nil : records[first] }

    /// Puts a message at the end; false when there is no room for it, or never will be again.
    package mutating func append(_ slot: MessageSlot) throws(IngestError) -> Bool {
        guard !hasFailed, count < Self.mostRecords, let offset = room(for: slot.byteCount) else { return false }
        var position = offset
        do throws(IngestError) {
            for part in slot.parts {
                try storage.write(part, at: position)
                position += part.count
            }
        } catch {
            hasFailed = true
            throw error
        }
        records.append(
            Record(
                frame: slot.image.map { ($0.seriesID, $0.frame) }, receiveTime_ns: slot.receiveTime_ns,
                byteCount: slot.byteCount, charge: slot.charge, offset: offset, partSizes: slot.parts.map(\.count),
                checksum: Self.checksum(slot.parts)
            ))
        end = position
        usedBytes += slot.byteCount
        return true
    }

    /// Keeps with the newest message what the writer is to hear before it.
    mutating func sayBeforeNewest(_ notices: [IngestNotice]) {
        guard !isEmpty else { return }
        records[records.count - 1].notices += notices
    }

    /// Takes the oldest message back into memory of libzmq's kind. It is gone from the ring also when that fails.
    package mutating func takeNext(into slot: MessageSlot) throws(IngestError) {
        guard let record = next else { return }
        first += 1
        usedBytes -= record.byteCount
        // The front is cut off when it is half of all: constant time a record.
        if first * 2 > records.count {
            records.removeFirst(first)
            first = 0
        }
        do throws(IngestError) { try read(record, into: slot) } catch {
            hasFailed = true
            throw error
        }
    }

    private func read(_ record: Record, into slot: MessageSlot) throws(IngestError) {
        var position = record.offset
        for size in record.partSizes {
            guard let part = slot.addPart(count: size) else {
                throw IngestError(.spillFailed, "no memory for a message from the spill file", got: "\(size) bytes")
            }
            try storage.read(into: part, at: position)
            position += size
        }
        slot.receiveTime_ns = record.receiveTime_ns
        slot.charge = record.charge
        guard Self.checksum(slot.parts) == record.checksum else {
            throw IngestError(.spillFailed, "a message came back from the spill file with other bytes than it went")
        }
    }

    /// Where `bytes` fit in one piece between the newest and the oldest record.
    private func room(for bytes: Int) -> Int? {
        guard let oldest = next else { return bytes <= capacity ? 0 : nil }
        if end > oldest.offset {
            if capacity - end >= bytes { return end }
            return bytes < oldest.offset ? 0 : nil
        }
        // Strictly less: end at the oldest's offset would look like an empty ring.
        return bytes < oldest.offset - end ? end : nil
    }

    private static func checksum(_ parts: MessageParts) -> UInt64 {
        var checksum: UInt64 = 0
        for part in parts { checksum = XXH3_64bits_withSeed(part.baseAddress, part.count, checksum) }
        return checksum
    }
}
