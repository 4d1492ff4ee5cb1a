import ChunkFile
import Diagnostics
import Foundation
import RunModel

/// What can be told of a run without reading its frames: sealed, or still growing, or left behind by a writer that died.
public struct RunInspection: Sendable {
    /// A data file as its ledger tells it.
    public struct DataFile: Sendable {
        public let name: String
        public let firstFrame: Int
        public let records: Int
        public let isBeingWritten: Bool
        public let isFinished: Bool
        public let slow: Int
        public let fast: Int
        public let elementType: String
    }

    public let folder: String
    /// nil while the run is not sealed.
    public let summary: RunSummary?
    /// Whether the process that records or recovers the run is alive.
    public let isHeld: Bool
    public let dataFiles: [DataFile]

    /// - Throws: `notARun` when the folder has neither run.json nor a ledger.
    public init(folder: String, fileSystem: any FileSystem = LocalFileSystem()) throws(PipelineError) {
        let folder = URL(fileURLWithPath: folder).standardizedFileURL.path
        self.folder = folder
        let hasSummary = FileManager.default.fileExists(atPath: self.folder + "/run.json")
        summary = hasSummary ? try RunVerifier.summary(of: self.folder) : nil
        let armed = folder + "/armed.json"
        let isArmed = FileManager.default.fileExists(atPath: armed)
        isHeld = isArmed && !hasSummary && Self.isLocked(armed, fileSystem)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/ledger")) ?? []
        do {
            dataFiles = try names.filter { $0.hasSuffix(".ledger") }.sorted().map { name in
                let ledger = try LedgerReader(path: folder + "/ledger/" + name, fileSystem: fileSystem)
                return DataFile(
                    name: ledger.header.dataFileName, firstFrame: ledger.header.firstFrame, records: ledger.count,
                    isBeingWritten: try ledger.isLocked(), isFinished: try ledger.isClosed(), slow: ledger.header.slow,
                    fast: ledger.header.fast, elementType: ledger.header.elementType)
            }
        } catch {
            throw PipelineError(.notARun, "a ledger of this run cannot be read", at: self.folder, cause: error)
        }
        guard summary != nil || isArmed || !dataFiles.isEmpty else {
            throw PipelineError(
                .notARun, "neither run.json nor armed.json nor a ledger", at: self.folder, expected: "the folder of a run",
                remedy: "give the folder that `faisceau ingest` named")
        }
    }

    /// One word for where the run is in its life.
    public var state: String {
        if let summary { return summary.recovery == nil ? "sealed" : "recovered" }
        return isHeld || dataFiles.contains(where: \.isBeingWritten) ? "recording" : "interrupted"
    }

    private static func isLocked(_ path: String, _ fileSystem: any FileSystem) -> Bool {
        guard let file = try? fileSystem.open(path, .readOnly) else { return false }
        defer { fileSystem.closeFile(file) }
        return (try? fileSystem.tryLock(file, shared: true)) == false
    }
}
