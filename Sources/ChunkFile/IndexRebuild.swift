import Diagnostics

/// Makes the index of a data file from its ledger: the core of a recovery.
///
/// Runs the code of `flush` and `seal` on a `ChunkAppender` that took its table from the ledger. Until the new index has been
/// read back and compared with the ledger, no byte changes that a reader of the present file could meet.
public enum IndexRebuild {
    /// Opens the data file in the state in which its writer left it, with every chunk of the ledger known and indexed.
    ///
    /// The caller may then append masked chunks for lost frames and `seal`.
    /// - Parameters:
    ///   - dataFile: path of the data file; its skeleton is untouched but for the fields that an appender writes.
    ///   - ledger: its ledger; the caller holds its lock (`LedgerWriter(resuming:)`).
    ///   - verifyingDigests: whether each chunk's bytes are read and compared; a chunk that differs is left out.
    /// - Throws: `damaged` if the ledger is of another file, errors of the skeleton and of the file system.
    public static func resume(
        dataFile: String, ledger: LedgerReader, verifyingDigests: Bool = true,
        fileSystem: any FileSystem = LocalFileSystem(), options: SpaceOptions = .standard
    ) throws(ChunkFileError) -> (appender: ChunkAppender, report: LedgerExamination.Report) {
        let examined = try LedgerExamination(
            dataFile: dataFile, ledger: ledger, verifyingDigests: verifyingDigests, fileSystem: fileSystem)
        let appender = try resume(
            dataFile: dataFile, header: ledger.header, examined: examined, fileSystem: fileSystem, options: options)
        return (appender, examined.report)
    }

    /// The same with a ledger that has been examined; nothing may have written in between.
    public static func resume(
        dataFile: String, header: LedgerHeader, examined: LedgerExamination, fileSystem: any FileSystem = LocalFileSystem(),
        options: SpaceOptions = .standard
    ) throws(ChunkFileError) -> ChunkAppender {
        let appender = try ChunkAppender(
            try fileSystem.open(dataFile, .readWrite), header.datasetObjectHeaderAddress, fileSystem, options,
            minimumPosition: examined.endOfUse)
        try requireSameFile(appender, header)
        for chunk in examined.chunks { appender.adopt(chunk) }
        try appender.writePendingNodes()
        try compare(appender, with: examined.chunks)
        try appender.flush()
        return appender
    }

    /// A data file that needs nothing done (`LedgerExamination.isSealed`): closed, and known by its chunks.
    public static func adopt(
        sealed dataFile: String, header: LedgerHeader, examined: LedgerExamination,
        fileSystem: any FileSystem = LocalFileSystem()
    ) throws(ChunkFileError) -> ChunkAppender {
        let appender = try ChunkAppender(
            try fileSystem.open(dataFile, .readOnly), header.datasetObjectHeaderAddress, fileSystem, .standard,
            minimumPosition: examined.endOfUse)
        try requireSameFile(appender, header)
        for chunk in examined.chunks { appender.adopt(chunk) }
        appender.markSealed()
        return appender
    }

    private static func requireSameFile(_ appender: ChunkAppender, _ header: LedgerHeader) throws(ChunkFileError) {
        let dataset = appender.dataset
        guard dataset.slow == header.slow, dataset.fast == header.fast, dataset.elementSize == header.elementSize else {
            throw ChunkFileError(
                .damaged, "the ledger is of another data file", at: appender.path,
                got: "frames [\(dataset.slow), \(dataset.fast)] of \(dataset.elementSize) bytes",
                expected: "[\(header.slow), \(header.fast)] of \(header.elementSize) bytes")
        }
    }

    /// Reads the new index back before any reader is led to it.
    private static func compare(_ appender: ChunkAppender, with chunks: [ChunkLocation]) throws(ChunkFileError) {
        guard let root = appender.newestRoot else { return }
        let written = try ChunkIndexReader(
            appender.file, dataset: appender.dataset, root: root, fileSystem: appender.fileSystem)
        guard written.chunks == chunks.sorted(by: { $0.frame < $1.frame }) else {
            throw ChunkFileError(
                .damaged, "the index read back differs from the ledger", at: appender.path,
                got: "\(written.chunks.count) chunks", expected: "\(chunks.count)",
                remedy: "The file is as it was; check the disk")
        }
    }
}
