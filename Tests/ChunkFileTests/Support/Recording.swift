import ChunkFile
import Foundation
import TestSupport

/// An appender and its ledger used as the pipeline uses them: chunk first, then its record.
final class Recording {
    let skeleton: Skeleton
    let appender: ChunkAppender
    let ledger: LedgerWriter
    /// Frames whose record was committed.
    private(set) var acknowledged: [Int] = []
    /// Frames that the last whole flush showed.
    private(set) var flushed: [Int] = []

    init(
        _ skeleton: Skeleton, in folder: TemporaryFolder, fileSystem: any FileSystem = LocalFileSystem(),
        options: SpaceOptions = .small
    ) throws {
        self.skeleton = skeleton
        ledger = try LedgerWriter(
            path: folder.file("data.ledger").path, header: skeleton.ledgerHeader(), fileSystem: fileSystem)
        appender = try skeleton.appender(fileSystem, options: options)
    }

    func take(_ frame: Int) throws {
        try ledger.reserve()
        let bytes = skeleton.frame(frame)
        let stored = try appender.append(bytes, frame: frame)
        try ledger.append(
            LedgerRecord(
                frame: UInt64(frame), offset: UInt64(stored.offset), size: UInt64(stored.size),
                digest: bytes.withUnsafeBytes { ChunkDigest.of($0) }, receiveTime_ns: Int64(frame)))
        acknowledged.append(frame)
    }

    func flush(durable: Bool = false) throws {
        try appender.flush(durable: durable)
        flushed = acknowledged
    }
}
