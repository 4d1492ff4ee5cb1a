import ChunkFile
import ChunkIndex
import Diagnostics
import Foundation
import Frames

/// The frames of a run that is being recorded, each as soon as it is acknowledged: reads the run's ledgers (schemas/ledger.md), and nothing of
/// it can hold the writer.
package struct LedgerFollower {
    /// A frame that can be read now.
    struct Frame {
        let frame: Int
        let file: PreadFile
        let offset: Int
        let size: Int
        let encoding: ChunkEncoding
        let receiveTime_ns: Int64
    }

    private struct Ledger {
        var reader: LedgerReader
        let file: PreadFile
        let encoding: ChunkEncoding
        var taken = 0
        var isClosed = false
    }

    let folder: String
    private let channel: Int
    private var ledgers: [String: Ledger] = [:]
    /// Ledgers of other channels.
    private var others: Set<String> = []
    /// Records that hold no measurement: masked in place of a lost or an invalid frame.
    private(set) var withoutMeasurement = 0

    /// - Parameter folder: of the run.
    package init(folder: String, channel: Int) {
        self.folder = folder
        self.channel = channel
    }

    /// Shape and type of the frames; nil before the first ledger.
    var format: FrameFormat? {
        guard let header = ledgers.values.first?.reader.header, let type = PixelType(rawValue: header.elementType),
            let shape = try? FrameShape(slow: header.slow, fast: header.fast)
        else { return nil }
        return FrameFormat(shape: shape, pixelType: type)
    }

    /// What has been acknowledged since the last call, in the order of receiving.
    /// - Throws: `inputInvalid` for a ledger that cannot be read, or chunks of an unknown encoding.
    mutating func poll() throws(ReductionError) -> [Frame] {
        try findLedgers()
        var frames: [Frame] = []
        for name in ledgers.keys.sorted() {
            guard var ledger = ledgers[name], !ledger.isClosed else { continue }
            // Asked before the records are counted: what was written until then is seen below.
            let closed = try isClosed(name, ledger)
            try take(&ledger, into: &frames)
            ledger.isClosed = closed
            ledgers[name] = ledger
        }
        return frames.sorted { $0.receiveTime_ns < $1.receiveTime_ns }
    }

    /// Whether nothing more will come: the run is sealed, or its writer has gone.
    ///
    /// Ledgers alone do not tell: between two data files all that there are may be closed. Who writes a run holds the lock of its armed.json.
    package func isFinished() -> Bool {
        if FileManager.default.fileExists(atPath: folder + "/run.json") { return true }
        let local = LocalFileSystem()
        if let armed = try? local.open(folder + "/armed.json", .readOnly) {
            defer { local.closeFile(armed) }
            return (try? local.tryLock(armed, shared: true)) == true
        }
        guard !ledgers.isEmpty else { return !FileManager.default.fileExists(atPath: folder) }
        return ledgers.values.allSatisfy { $0.isClosed || (try? $0.reader.isLocked()) == false }
    }

    private mutating func findLedgers() throws(ReductionError) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/ledger")) ?? []
        for name in names where name.hasSuffix(".ledger") && ledgers[name] == nil && !others.contains(name) {
            // A ledger that is just being made has no header yet: it is looked at again at the next call.
            guard let reader = try? LedgerReader(path: "\(folder)/ledger/\(name)") else { continue }
            guard Int(reader.header.channel) == channel else {
                others.insert(name)
                continue
            }
            guard let encoding = ChunkEncoding(rawValue: reader.header.encoding) else {
                throw ReductionError(
                    .notSupported, "The chunks have an encoding that is not read here", at: reader.path,
                    got: "'\(reader.header.encoding.prefix(40))'",
                    expected: ChunkEncoding.allCases.map(\.rawValue).joined(separator: ", "))
            }
            ledgers[name] = Ledger(reader: reader, file: try open(reader), encoding: encoding)
        }
    }

    private func open(_ reader: LedgerReader) throws(ReductionError) -> PreadFile {
        do { return try PreadFile(path: "\(folder)/\(reader.header.dataFileName)") } catch {
            throw ReductionError(.inputInvalid, error)
        }
    }

    private func isClosed(_ name: String, _ ledger: Ledger) throws(ReductionError) -> Bool {
        do { return try ledger.reader.isClosed() } catch { throw ReductionError(.inputInvalid, error, at: name) }
    }

    private mutating func take(_ ledger: inout Ledger, into frames: inout [Frame]) throws(ReductionError) {
        let records: [LedgerRecord]
        do throws(ChunkFileError) {
            try ledger.reader.refresh()
            guard ledger.reader.count > ledger.taken else { return }
            records = try ledger.reader.records(ledger.taken..<ledger.reader.count)
        } catch {
            throw ReductionError(.inputInvalid, error, at: ledger.reader.path)
        }
        ledger.taken += records.count
        for record in records {
            guard record.flags.isDisjoint(with: [.masked, .invalid]) else {
                withoutMeasurement += 1
                continue
            }
            guard let frame = Int(exactly: record.frame), let offset = Int(exactly: record.offset),
                let size = Int(exactly: record.size)
            else {
                throw ReductionError(.inputInvalid, "A ledger's record cannot be", at: ledger.reader.path, got: "\(record)")
            }
            frames.append(
                Frame(
                    frame: frame, file: ledger.file, offset: offset, size: size,
                    encoding: record.filterMask == 0 ? ledger.encoding : .none, receiveTime_ns: record.receiveTime_ns))
        }
    }
}
