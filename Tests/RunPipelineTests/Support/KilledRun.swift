import ChunkFile
import Diagnostics
import Foundation
import Logging
import RunModel
import RunPipeline
import TestSupport
import Testing

/// A run whose writer is gone, and what its ledgers had acknowledged by then.
struct KilledRun {
    let folder: String
    /// Digest of each acknowledged frame's stored bytes; masked ones are not frames.
    let acknowledged: [Int: ChunkDigest]

    /// - Parameter folder: of the run; nil when the writer died before it had made one.
    init?(in runs: String) throws {
        guard let name = try FileManager.default.contentsOfDirectory(atPath: runs).first else { return nil }
        folder = runs + "/" + name
        acknowledged = try Self.records(folder)
    }

    static func records(_ folder: String) throws -> [Int: ChunkDigest] {
        var found: [Int: ChunkDigest] = [:]
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/ledger")) ?? []
        for name in names where name.hasSuffix(".ledger") {
            // One whose header never got there acknowledges nothing.
            guard let ledger = try? LedgerReader(path: folder + "/ledger/" + name) else { continue }
            for record in try ledger.scan().records where !record.flags.contains(.masked) {
                found[Int(record.frame)] = record.digest
            }
        }
        return found
    }

    static func recovery(of folder: String, fileSystem: any FileSystem = LocalFileSystem()) -> RunRecovery {
        var recovery = RunRecovery(
            folder: folder, version: "test", logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        recovery.fileSystem = fileSystem
        return recovery
    }

    /// Recovers, and checks that every acknowledged frame is in the files with its bytes, and nothing is wrong with the run.
    ///
    /// - Returns: the summary; nil when there was nothing to recover, which is claimed only where nothing was acknowledged.
    @discardableResult
    func checkedRecovery(_ comment: Comment, keeping promised: Set<Int>? = nil) throws -> RunSummary? {
        do {
            if case .recovered(let run) = try Self.recovery(of: folder).recover() { try run.writeManifest() }
        } catch let error as PipelineError where error.code == .nothingToRecover {
            #expect(acknowledged.isEmpty, comment)
            return nil
        }
        // The second time it is a sealed run, perhaps without its manifest.
        guard case .alreadySealed(let summary, _) = try Self.recovery(of: folder).recover() else {
            Issue.record("a sealed run was sealed again: \(comment)")
            return nil
        }
        let found = try Self.records(folder)
        for (frame, digest) in acknowledged where promised?.contains(frame) ?? true {
            #expect(found[frame] == digest, "frame \(frame), \(comment)")
        }
        // Chunks against their digests, the index against the ledger, pixels decoded, the manifest.
        let report = try RunVerifier(folder: folder, decodes: true).verify()
        #expect(report.problems == [], comment)
        #expect(report.skipped == [], comment)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).allSatisfy { !$0.hasSuffix(".part") }, comment)
        return summary
    }
}
