/// What a ledger says of a chunk besides where it lies.
public struct LedgerFlags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The frame was lost: the chunk is a masked one that was filled in.
    public static let masked = LedgerFlags(rawValue: 1 << 0)
    /// The frame came but cannot be decoded; the chunk is a masked one in its place.
    public static let invalid = LedgerFlags(rawValue: 1 << 1)
    /// A filter was not applied to this chunk; `filterMask` says which.
    public static let filterSkipped = LedgerFlags(rawValue: 1 << 2)
    /// The record was added by a recovery.
    public static let recovered = LedgerFlags(rawValue: 1 << 3)
}

/// One chunk that is in the data file: a frame is acknowledged once its record is committed.
public struct LedgerRecord: Hashable, Sendable {
    /// Frame number of the run; the data file's own index is `frame - header.firstFrame`.
    public var frame: UInt64
    /// Bytes from the start of the data file.
    public var offset: UInt64
    public var size: UInt64
    /// Of the stored bytes.
    public var digest: ChunkDigest
    /// When the frame was received, nanoseconds since 1970 (UNIX time).
    public var receiveTime_ns: Int64
    public var channel: UInt16
    public var flags: LedgerFlags
    /// Bit i set: filter i was not applied.
    public var filterMask: UInt32

    public init(
        frame: UInt64, offset: UInt64, size: UInt64, digest: ChunkDigest, receiveTime_ns: Int64, channel: UInt16 = 0,
        flags: LedgerFlags = [], filterMask: UInt32 = 0
    ) {
        self.frame = frame
        self.offset = offset
        self.size = size
        self.digest = digest
        self.receiveTime_ns = receiveTime_ns
        self.channel = channel
        self.flags = filterMask == 0 ? flags : flags.union(.filterSkipped)
        self.filterMask = filterMask
    }
}

/// The 64 bytes of a record; the layout is written in `schemas/ledger.md`.
enum LedgerSlot {
    static let byteCount = 64
    static let commitOffset = 56

    /// Writes everything but the commit word.
    static func encode(_ record: LedgerRecord, into slot: UnsafeMutableRawPointer) {
        slot.storeBytes(of: record.frame.littleEndian, as: UInt64.self)
        slot.storeBytes(of: record.offset.littleEndian, toByteOffset: 8, as: UInt64.self)
        slot.storeBytes(of: record.size.littleEndian, toByteOffset: 16, as: UInt64.self)
        slot.storeBytes(of: record.digest.low.littleEndian, toByteOffset: 24, as: UInt64.self)
        slot.storeBytes(of: record.digest.high.littleEndian, toByteOffset: 32, as: UInt64.self)
        slot.storeBytes(of: record.receiveTime_ns.littleEndian, toByteOffset: 40, as: Int64.self)
        slot.storeBytes(of: record.channel.littleEndian, toByteOffset: 48, as: UInt16.self)
        slot.storeBytes(of: record.flags.rawValue.littleEndian, toByteOffset: 50, as: UInt16.self)
        slot.storeBytes(of: record.filterMask.littleEndian, toByteOffset: 52, as: UInt32.self)
    }

    /// The word that makes the first 56 bytes of slot `index` a record of the ledger with this salt.
    ///
    /// A mix of all seven words with the slot's number: a record of which any byte is missing, that lies in another slot or
    /// comes from another ledger does not pass, so a reader needs no order among pages that a power cut left. Never 0.
    static func commitWord(_ slot: UnsafeRawPointer, index: UInt64, salt: UInt64) -> UInt64 {
        var hash = salt ^ index
        for word in 0..<7 {
            let value = UInt64(littleEndian: slot.loadUnaligned(fromByteOffset: 8 * word, as: UInt64.self))
            hash = (hash ^ value) &* 0xFF51_AFD7_ED55_8CCD
            hash ^= hash >> 32
        }
        return hash | 1
    }

    /// The record in `slot`, nil unless it is committed.
    static func decode(_ slot: UnsafeRawPointer, index: UInt64, salt: UInt64) -> LedgerRecord? {
        func integer<Value: FixedWidthInteger>(_ offset: Int, _: Value.Type) -> Value {
            Value(littleEndian: slot.loadUnaligned(fromByteOffset: offset, as: Value.self))
        }
        guard integer(commitOffset, UInt64.self) == commitWord(slot, index: index, salt: salt) else { return nil }
        return LedgerRecord(
            frame: integer(0, UInt64.self), offset: integer(8, UInt64.self), size: integer(16, UInt64.self),
            digest: ChunkDigest(low: integer(24, UInt64.self), high: integer(32, UInt64.self)),
            receiveTime_ns: integer(40, Int64.self), channel: integer(48, UInt16.self),
            flags: LedgerFlags(rawValue: integer(50, UInt16.self)), filterMask: integer(52, UInt32.self))
    }

    static func isEmpty(_ slot: UnsafeRawPointer) -> Bool {
        (0..<8).allSatisfy { slot.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self) == 0 }
    }
}
