import ChunkFile
import DetectorWire
import Diagnostics
import Frames
import RunModel

/// Opens the data files of a writer that died where their ledgers end, so that the ordinary seal can go on with them.
struct FileResumption {
    let plan: IngestPlan
    let folder: RunFolder
    let runPID: String
    let header: SeriesHeader

    /// One writer a channel that has files, in the order of the start message.
    func channels(_ files: [RunSurvey.DataFile], count: Int) throws -> [ChannelWriter?] {
        var channels: [ChannelWriter?] = Array(repeating: nil, count: count)
        for file in files {
            let channel = Int(file.header.channel)
            guard channel < count else {
                throw PipelineError(
                    .verificationFailed, "a ledger of a channel that the series does not have", at: file.ledgerPath,
                    got: "channel \(channel + 1)", expected: "at most \(count)")
            }
            let (format, encoding) = try Self.format(of: file.header)
            let writer =
                channels[channel]
                ?? ChannelWriter(
                    channel: channel, names: header.start.channels, format: format, encoding: encoding, folder: folder,
                    runPID: runPID, framesPerFile: plan.framesPerFile,
                    settings: StorageSettings(
                        rights: plan.rights, space: plan.space, fileSystem: plan.fileSystem, clock: plan.clock,
                        isDurable: plan.isDurable),
                    maskedFlags: .recovered)
            channels[channel] = writer
            guard writer.format == format, writer.encoding == encoding else {
                throw PipelineError(
                    .verificationFailed, "the data files of a channel differ in format", at: file.ledgerPath,
                    got: "\(format) \(encoding.rawValue)", expected: "\(writer.format) \(writer.encoding.rawValue)")
            }
            try resume(file, into: writer)
        }
        return channels
    }

    static func format(of header: LedgerHeader) throws -> (FrameFormat, ChunkEncoding) {
        guard let type = PixelType(rawValue: header.elementType), let encoding = ChunkEncoding(rawValue: header.encoding),
            encoding.hdf5FilterID ?? 0 == header.filterID
        else {
            throw PipelineError(
                .verificationFailed, "a ledger names no known pixel type or encoding", at: header.dataFileName,
                got: "\(header.elementType), \(header.encoding), filter \(header.filterID)")
        }
        return (FrameFormat(shape: try FrameShape(slow: header.slow, fast: header.fast), pixelType: type), encoding)
    }

    private func resume(_ file: RunSurvey.DataFile, into writer: ChannelWriter) throws {
        let fileSystem = plan.fileSystem
        let firstFrame = file.header.firstFrame
        if file.examined.isSealed {
            let appender = try IndexRebuild.adopt(
                sealed: file.dataPath, header: file.header, examined: file.examined, fileSystem: fileSystem)
            writer.adopt(firstFrame: firstFrame, appender: appender, ledger: nil)
            return
        }
        // A seal that was interrupted may have taken the rights away.
        for path in [file.dataPath, file.ledgerPath] { try fileSystem.setPermissions(path, plan.rights.fileMode) }
        let ledger =
            file.examined.isWhole
            ? try LedgerWriter(resuming: file.ledgerPath, fileSystem: fileSystem) : try rewrittenLedger(of: file)
        let appender = try IndexRebuild.resume(
            dataFile: file.dataPath, header: file.header, examined: file.examined, fileSystem: fileSystem, options: plan.space)
        writer.adopt(firstFrame: firstFrame, appender: appender, ledger: ledger)
    }

    /// A ledger that names only what is there, in the place of one that a power cut damaged: written beside it, read back, then renamed.
    private func rewrittenLedger(of file: RunSurvey.DataFile) throws -> LedgerWriter {
        let temporary = file.ledgerPath + RunFolder.unfinishedSuffix
        let ledger = try LedgerWriter(
            path: temporary, header: file.header, fileSystem: plan.fileSystem, permissions: plan.rights.fileMode)
        for record in file.examined.records {
            try ledger.reserve()
            try ledger.append(record)
        }
        try ledger.sync()
        let written = try LedgerReader(path: temporary, fileSystem: plan.fileSystem)
        guard written.count == file.examined.records.count,
            try written.records(0..<written.count) == file.examined.records
        else {
            throw PipelineError(
                .verificationFailed, "the ledger read back differs from what was written", at: temporary,
                remedy: "the run is as it was; check the disk")
        }
        try ledger.rename(to: file.ledgerPath)
        return ledger
    }
}
