import ChunkFile
import Diagnostics
import Foundation
import RunModel

/// What a writer that died left in the folder of its run, file by file. Nothing is changed by looking.
struct RunSurvey {
    /// A data file with frames, and its ledger.
    struct DataFile {
        let header: LedgerHeader
        let ledgerPath: String
        let dataPath: String
        let examined: LedgerExamination
    }

    /// A file that cannot be brought back; it is renamed, never removed.
    struct Damaged {
        let path: String
        let reason: String
    }

    let folder: RunFolder
    let pid: String
    let fileSystem: any FileSystem
    /// Whether every chunk is read and compared with its digest.
    let verifyingDigests: Bool

    private(set) var files: [DataFile] = []
    /// Files that hold no frame: unfinished ones, and those that were made but got none.
    private(set) var leftovers: [String] = []
    private(set) var damaged: [Damaged] = []
    /// Frames whose record is there and whose bytes are not.
    private(set) var lostFrames: Set<UInt64> = []

    init(
        folder: RunFolder, pid: String, fileSystem: any FileSystem, verifyingDigests: Bool, progress: (Int) -> Void
    ) throws {
        self.folder = folder
        self.pid = pid
        self.fileSystem = fileSystem
        self.verifyingDigests = verifyingDigests
        let inRun = try Self.names(in: folder.path)
        let inLedgers = try Self.names(in: folder.ledgerFolder)
        leftovers =
            inRun.filter { isUnfinished($0) }.map { folder.path + "/" + $0 }
            + inLedgers.filter { $0.hasSuffix(".ledger" + RunFolder.unfinishedSuffix) && isOfData($0, ".ledger.part") }
            .map { folder.ledgerFolder + "/" + $0 }
        for name in inLedgers where isOfData(name, ".ledger") {
            try examine(ledger: name, hasData: inRun.contains(Self.dataFile(of: name)), progress)
        }
        for name in inRun where isOfData(name, ".h5") {
            guard !inLedgers.contains(String(name.dropLast(3)) + ".ledger") else { continue }
            damaged.append(Damaged(path: folder.path + "/" + name, reason: "a data file whose ledger is gone"))
        }
    }

    /// Sorted, so that two recoveries do the same.
    private static func names(in folder: String) throws(PipelineError) -> [String] {
        do { return try FileManager.default.contentsOfDirectory(atPath: folder).sorted() } catch {
            throw PipelineError(.notARun, "the run's folder cannot be read", at: folder, cause: error)
        }
    }

    /// Whether a name is one that this run gives: `<name>…_data_000001` with this end. What others put into the folder is theirs.
    private func isOfData(_ file: String, _ end: String) -> Bool {
        guard file.hasPrefix(folder.name + "_"), file.hasSuffix(end) else { return false }
        let stem = file.dropLast(end.count)
        let digits = stem.reversed().prefix { $0.isASCII && $0.isNumber }
        return digits.count >= 6 && stem.dropLast(digits.count).hasSuffix("_data_")
    }

    /// A file that its writer had not finished, by the names under which a run's files grow.
    private func isUnfinished(_ file: String) -> Bool {
        let suffix = RunFolder.unfinishedSuffix
        if Self.renamed.contains(where: { file == $0 + suffix }) { return true }
        if file == "." + folder.masterFile + suffix { return true }
        return file.first == "." && isOfData(String(file.dropFirst()), ".h5" + suffix)
    }

    private static let renamed = [
        "armed.json", "run.json", "manifest.sha256", "thumbnail.png", "mean.png", "maximum.png", "preview.json",
    ]
    private static func dataFile(of ledger: String) -> String { ledger.dropLast(".ledger".count) + ".h5" }

    private mutating func examine(ledger name: String, hasData: Bool, _ progress: (Int) -> Void) throws {
        let ledgerPath = folder.ledgerFolder + "/" + name
        let dataPath = folder.path + "/" + Self.dataFile(of: name)
        let ledger: LedgerReader
        do throws(ChunkFileError) {
            ledger = try LedgerReader(path: ledgerPath, fileSystem: fileSystem)
        } catch {
            guard error.code == .damaged || error.code == .unsupported else { throw error }
            // A ledger gets its header before its data file gets its name: without one, there never was a frame.
            guard hasData else {
                leftovers.append(ledgerPath)
                return
            }
            damaged.append(Damaged(path: ledgerPath, reason: "a ledger without a readable header"))
            damaged.append(Damaged(path: dataPath, reason: "a data file whose ledger cannot be read"))
            return
        }
        let header = ledger.header
        guard header.runPID == pid, header.dataFileName == Self.dataFile(of: name) else {
            throw PipelineError(
                .verificationFailed, "a ledger of another run lies in this one", at: ledgerPath,
                got: "\(header.dataFileName) of \(header.runPID)", expected: "\(Self.dataFile(of: name)) of \(pid)",
                remedy: "take it out of the folder, and recover again")
        }
        guard hasData else {
            let scan = try ledger.scan()
            if scan.records.isEmpty {
                leftovers.append(ledgerPath)
            } else {
                lostFrames.formUnion(scan.records.map(\.frame))
                damaged.append(Damaged(path: ledgerPath, reason: "the data file of this ledger is gone"))
            }
            return
        }
        let examined: LedgerExamination
        do throws(ChunkFileError) {
            examined = try LedgerExamination(
                dataFile: dataPath, ledger: ledger, verifyingDigests: verifyingDigests, fileSystem: fileSystem,
                progress: progress)
        } catch {
            guard error.code == .damaged || error.code == .unsupported else { throw error }
            lostFrames.formUnion(try ledger.scan().records.map(\.frame))
            damaged.append(Damaged(path: ledgerPath, reason: "the ledger of a damaged data file"))
            damaged.append(Damaged(path: dataPath, reason: "\(error)"))
            return
        }
        lostFrames.formUnion(examined.report.wrongDigest)
        lostFrames.formUnion(examined.report.outsideFile.filter { $0 < UInt64(RestoredFrames.maximumFrames) })
        if examined.records.isEmpty, examined.report.isClean {
            leftovers += [dataPath, ledgerPath]
        } else if examined.records.isEmpty {
            damaged.append(Damaged(path: ledgerPath, reason: "none of its records stands for a chunk that is there"))
            damaged.append(Damaged(path: dataPath, reason: "no chunk is as it was written"))
        } else {
            files.append(DataFile(header: header, ledgerPath: ledgerPath, dataPath: dataPath, examined: examined))
        }
    }
}
