import ChunkFile
import Diagnostics
import FrameIngest
import Frames

/// Writes the frames of one detector channel into as many data files as they need. Used by the writer thread only.
final class ChannelWriter {
    let channel: Int
    /// As the start message has it; nil where it has none.
    let name: String?
    let format: FrameFormat
    let encoding: ChunkEncoding
    private let folder: RunFolder
    private let stem: String
    private let runPID: String
    private let framesPerFile: Int?
    private let settings: StorageSettings
    /// By file number, from 0; nil where no frame of that file has come.
    private var filesByNumber: [DataFileWriter?] = []
    /// Files that have all their frames, and are not sealed yet.
    private var full: [DataFileWriter] = []
    private var maskedChunk: [UInt8]?
    /// Said in the ledger of every masked frame, besides that it is one.
    private let maskedFlags: LedgerFlags

    /// - Parameter names: of all channels, as the start message has them.
    init(
        channel: Int, names: [String], format: FrameFormat, encoding: ChunkEncoding, folder: RunFolder, runPID: String,
        framesPerFile: Int?, settings: StorageSettings, maskedFlags: LedgerFlags = []
    ) {
        self.maskedFlags = maskedFlags
        self.channel = channel
        name = channel < names.count ? names[channel] : nil
        stem = folder.dataStem(channel: channel, of: names)
        self.format = format
        self.encoding = encoding
        self.folder = folder
        self.runPID = runPID
        self.framesPerFile = framesPerFile
        self.settings = settings
    }

    /// In the order of their frames.
    var files: [DataFileWriter] { filesByNumber.compactMap { $0 } }

    func hasFrame(_ frame: Int) -> Bool {
        let number = framesPerFile.map { frame / $0 } ?? 0
        guard number < filesByNumber.count, let file = filesByNumber[number] else { return false }
        return file.hasFrame(frame)
    }

    /// Why a chunk cannot be stored here; nil when it can.
    func refusal(of chunk: ReadyChunk) -> FrameError? {
        guard chunk.format == format else {
            return FrameError(
                .formatMismatch, "shape or element type changed within the series", got: chunk.format.description,
                expected: format.description, remedy: "the frame is stored as a masked one; check the detector's configuration")
        }
        // Unpacked bytes fit into a filtered data set with the filter marked as skipped; other packings do not.
        guard chunk.encoding == encoding || chunk.encoding == .none else {
            return FrameError(
                .formatMismatch, "compression changed within the series", got: chunk.encoding.rawValue,
                expected: encoding.rawValue)
        }
        return nil
    }

    /// Whether the stored chunk of a frame is this one, byte for byte; nil when there is none, or it cannot be read.
    func holds(_ chunk: ReadyChunk, frame: Int, reading room: inout [UInt8]) -> Bool? {
        let number = framesPerFile.map { frame / $0 } ?? 0
        guard number < filesByNumber.count, let file = filesByNumber[number] else { return nil }
        return file.holds(chunk, frame: frame, reading: &room)
    }

    /// Stores one chunk that `refusal` has nothing against.
    func write(_ chunk: ReadyChunk, frame: Int, receiveTime_ns: Int64) throws -> (file: String, stored: StoredChunk) {
        try store(chunk, frame: frame, flags: [], receiveTime_ns: receiveTime_ns)
    }

    /// Stores a masked frame in the place of one that is lost or invalid, so that every reader finds every number.
    func writeMasked(frame: Int, isInvalid: Bool, receiveTime_ns: Int64) throws {
        let bytes = try maskedFrame()
        try bytes.withUnsafeBytes { body in
            let chunk = ReadyChunk(format: format, encoding: encoding, header: nil, body: body)
            let flags: LedgerFlags = maskedFlags.union(isInvalid ? [.masked, .invalid] : .masked)
            _ = try store(chunk, frame: frame, flags: flags, receiveTime_ns: receiveTime_ns)
        }
    }

    private func store(
        _ chunk: ReadyChunk, frame: Int, flags: LedgerFlags, receiveTime_ns: Int64
    ) throws -> (file: String, stored: StoredChunk) {
        let file = try file(for: frame)
        let stored = try file.append(
            chunk, frame: frame, filterMask: chunk.encoding == encoding ? 0 : 1, flags: flags, receiveTime_ns: receiveTime_ns)
        // Its frame is acknowledged: what its seal may meet must not make that frame a lost one.
        if file.isFull { full.append(file) }
        return (file.fileName, stored)
    }

    private func file(for frame: Int) throws -> DataFileWriter {
        let number = framesPerFile.map { frame / $0 } ?? 0
        if number < filesByNumber.count, let file = filesByNumber[number] { return file }
        try sealFull()
        let file = try DataFileWriter(
            spot(number), format: format, encoding: encoding, runPID: runPID, settings: settings)
        keep(file, number)
        try giveBackSpaceAhead(ofFilesBefore: number)
        return file
    }

    /// One lost frame a file leaves every file open until the seal. The last one but the newest may still get frames that come late; those
    /// before it hold no space for more.
    private func giveBackSpaceAhead(ofFilesBefore number: Int) throws {
        for earlier in filesByNumber.prefix(max(0, number - 1)) { try earlier?.giveBackSpaceAhead() }
    }

    private func keep(_ file: DataFileWriter, _ number: Int) {
        if number >= filesByNumber.count {
            filesByNumber.append(contentsOf: repeatElement(nil, count: number + 1 - filesByNumber.count))
        }
        filesByNumber[number] = file
    }

    /// The place of file `number`, from 0.
    private func spot(_ number: Int) -> DataFileSpot {
        DataFileSpot(
            folder: folder, fileName: folder.dataFile(stem: stem, number: number + 1),
            channel: channel, firstFrame: number * (framesPerFile ?? 0), capacity: framesPerFile)
    }

    /// Goes on with a file of a writer that died, whose first frame is `firstFrame`.
    func adopt(firstFrame: Int, appender: ChunkAppender, ledger: LedgerWriter?) {
        let number = framesPerFile.map { firstFrame / $0 } ?? 0
        keep(DataFileWriter(spot(number), appender: appender, ledger: ledger, settings: settings), number)
    }

    private func maskedFrame() throws -> [UInt8] {
        if let maskedChunk { return maskedChunk }
        let pixels = UnsafeMutableRawBufferPointer.allocate(byteCount: format.byteCount, alignment: 64)
        defer { pixels.deallocate() }
        format.pixelType.fillMasked(pixels)
        var encoder = try ChunkEncoder(format: format, encoding: encoding)
        var bytes = [UInt8](repeating: 0, count: encoder.maximumEncodedBytes)
        let count = try bytes.withUnsafeMutableBytes { room in try encoder.encode(UnsafeRawBufferPointer(pixels), into: room) }
        bytes.removeSubrange(count...)
        maskedChunk = bytes
        return bytes
    }

    /// Finishes files that have all their frames: their indexes are then out of memory's and danger's way.
    private func sealFull() throws {
        while let file = full.last {
            try file.seal(durable: settings.isDurable)
            full.removeLast()
        }
    }

    func flush(durable: Bool) throws {
        try sealFull()
        for file in files { try file.flush(durable: durable) }
    }

    /// Takes over the files of another lane; no file is in both.
    func takeFiles(of other: ChannelWriter) {
        for (number, file) in other.filesByNumber.enumerated() {
            if let file { keep(file, number) }
        }
    }

    /// Puts a masked frame wherever a number below `end` has none.
    ///
    /// - Returns: whether there was room for all of them. Where the disk is full the gaps stay: readers see the fill value there, which is
    ///   that of masked pixels.
    func fill(below end: Int, isInvalid: (Int) -> Bool) throws -> Bool {
        try sealFull()
        for frame in 0..<max(end, 0) where !hasFrame(frame) {
            // A file that only masked frames would be in is not worth the seal of the run.
            guard (try? file(for: frame)) != nil else { return leaveGaps() }
            do { try writeMasked(frame: frame, isInvalid: isInvalid(frame), receiveTime_ns: 0) } catch let error as ChunkFileError
                where error.code == .diskFull
            { return leaveGaps() }
        }
        return true
    }

    private func leaveGaps() -> Bool {
        // Some readers count frames through all files in their order: an empty one keeps the place of its frames, if it can be made.
        for number in filesByNumber.indices where filesByNumber[number] == nil {
            guard (try? file(for: number * (framesPerFile ?? 0))) != nil else { break }
        }
        return false
    }

    /// Finishes every data file. `end` is one more than the last frame.
    func seal(end: Int, isFilled: Bool, durable: Bool) throws {
        for file in files { try file.seal(end: isFilled ? nil : end, durable: durable) }
    }
}
