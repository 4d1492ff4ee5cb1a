import ChunkFile
import Diagnostics
import Digests
import Foundation
import Frames
import RunModel

/// What `faisceau verify` found.
public struct VerificationReport: Sendable {
    public var chunksChecked = 0
    public var bytesChecked = 0
    public var framesDecoded = 0
    public var filesChecked = 0
    /// What is wrong, each with its place; empty: everything that was recorded is there, bit for bit.
    public var problems: [String] = []
    /// What could not be checked, and why.
    public var skipped: [String] = []
}

/// Checks a sealed run against what was recorded of it: the ledger's digests, the chunk index, the manifest, run.json.
public struct RunVerifier: Sendable {
    public let folder: String
    public let fileSystem: any FileSystem
    /// Also decode every chunk.
    public let decodes: Bool

    public init(folder: String, decodes: Bool, fileSystem: any FileSystem = LocalFileSystem()) {
        self.folder = URL(fileURLWithPath: folder).standardizedFileURL.path
        self.decodes = decodes
        self.fileSystem = fileSystem
    }

    /// Reads `run.json`.
    public static func summary(of folder: String) throws(PipelineError) -> RunSummary {
        let path = folder + "/run.json"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw PipelineError(
                .notARun, "no run.json: this is not a sealed run", at: folder,
                remedy: "give the run's folder; a run that was never sealed needs recovery")
        }
        do { return try RunSummary(json: data) } catch {
            throw PipelineError(.notARun, "run.json cannot be read", at: path, expected: RunSummary.schemaName, cause: error)
        }
    }

    /// - Parameter progress: told the share that is done, 0…1.
    public func verify(progress: (Double) -> Void = { _ in }) throws(PipelineError) -> VerificationReport {
        let summary = try Self.summary(of: folder)
        var report = VerificationReport()
        checkManifest(summary, &report)
        let total = summary.files.filter { $0.role == .data }.reduce(1.0) { $0 + Double($1.bytes) }
        var masked = 0
        for file in summary.files where file.role == .data {
            masked += checkData(file, summary, &report) { bytes in
                progress(min(1, Double(bytes) / total))
            }
        }
        // With several channels a frame is written when it is in all of them: the ledgers may hold more than run.json counts.
        let unmasked = report.chunksChecked - masked
        if (summary.detector.channels?.count ?? 1) == 1, unmasked != summary.frames.written {
            report.problems.append("run.json says \(summary.frames.written) frames written, the ledgers hold \(unmasked)")
        }
        return report
    }

    // MARK: manifest

    private func checkManifest(_ summary: RunSummary, _ report: inout VerificationReport) {
        guard let text = try? String(contentsOfFile: folder + "/manifest.sha256", encoding: .utf8) else {
            report.skipped.append("manifest.sha256 is not there (it follows the seal): only the ledgers' digests are checked")
            return
        }
        let manifest: Manifest
        do { manifest = try Manifest(text: text) } catch {
            report.problems.append("\(error)")
            return
        }
        let listed = Set(manifest.lines.map(\.path))
        for file in summary.files where !listed.contains(file.path) {
            report.problems.append("\(file.path): in run.json, not in the manifest")
        }
        for line in manifest.lines {
            report.filesChecked += 1
            do {
                let digest = try FileDigest.sha256(of: folder + "/" + line.path, fileSystem: fileSystem)
                if digest != line.sha256 {
                    report.problems.append("\(line.path): SHA-256 is \(digest), the manifest says \(line.sha256)")
                }
            } catch { report.problems.append("\(line.path): \(error)") }
        }
    }

    // MARK: chunks

    /// Returns the number of masked frames.
    private func checkData(
        _ file: FileEntry, _ summary: RunSummary, _ report: inout VerificationReport, progress: (Int) -> Void
    ) -> Int {
        let ledgerPath = folder + "/ledger/" + file.path.dropLast(3) + ".ledger"
        do {
            let ledger = try LedgerReader(path: ledgerPath, fileSystem: fileSystem)
            let index = try ChunkIndexReader(
                path: folder + "/" + file.path, datasetObjectHeaderAddress: ledger.header.datasetObjectHeaderAddress,
                fileSystem: fileSystem)
            let places = Dictionary(uniqueKeysWithValues: index.chunks.map { ($0.frame, $0) })
            if index.chunks.count != ledger.count {
                report.problems.append("\(file.path): \(index.chunks.count) chunks in the index, \(ledger.count) in the ledger")
            }
            let data = try fileSystem.open(folder + "/" + file.path, .readOnly)
            defer { fileSystem.closeFile(data) }
            let reading = try ChunkReading(ledger.header, compression: summary.detector.compression, decodes: decodes)
            var masked = 0
            for first in stride(from: 0, to: ledger.count, by: 4096) {
                for record in try ledger.records(first..<min(first + 4096, ledger.count)) {
                    if record.flags.contains(.masked) { masked += 1 }
                    let place = ledger.header.index(of: record).flatMap { places[$0] }
                    // Compared without conversion: a record may hold any number.
                    if place.map({ UInt64($0.offset) != record.offset || UInt64($0.size) != record.size }) ?? true {
                        report.problems.append(
                            "\(file.path): frame \(record.frame) lies elsewhere in the index than in the ledger")
                    }
                    do {
                        report.bytesChecked += try reading.check(record, in: data, fileSystem: fileSystem)
                        if decodes { report.framesDecoded += 1 }
                    } catch { report.problems.append("\(file.path): frame \(record.frame): \(error)") }
                    report.chunksChecked += 1
                }
                progress(report.bytesChecked)
            }
            return masked
        } catch {
            report.problems.append("\(file.path): \(error)")
            return 0
        }
    }
}

/// Reads chunks back and compares them with their records, with buffers that are kept.
private final class ChunkReading {
    private var chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    private let pixels: UnsafeMutableRawBufferPointer?
    private let format: FrameFormat
    private let encoding: ChunkEncoding

    /// - Parameter compression: as run.json says it: the filter's number alone does not tell LZ4 from zstd inside bitshuffle.
    init(_ header: LedgerHeader, compression: String?, decodes: Bool) throws {
        guard let type = PixelType(rawValue: header.elementType) else {
            throw PipelineError(.notARun, "unknown element type in the ledger", got: header.elementType)
        }
        format = FrameFormat(shape: try FrameShape(slow: header.slow, fast: header.fast), pixelType: type)
        guard let compression, let encoding = ChunkEncoding(rawValue: compression), encoding.hdf5FilterID ?? 0 == header.filterID
        else {
            throw PipelineError(
                .notARun, "compression of run.json and of the ledger disagree", got: compression ?? "none",
                expected: "HDF5 filter \(header.filterID)")
        }
        self.encoding = encoding
        pixels = decodes ? .allocate(byteCount: format.byteCount, alignment: 64) : nil
    }

    deinit {
        chunk.deallocate()
        pixels?.deallocate()
    }

    /// - Returns: bytes of the chunk.
    func check(_ record: LedgerRecord, in file: OpenFile, fileSystem: any FileSystem) throws -> Int {
        let (offset, size) = try ChunkPlace.of(record, format: format)
        if chunk.count < size {
            chunk.deallocate()
            chunk = .allocate(byteCount: size, alignment: 64)
        }
        let room = UnsafeMutableRawBufferPointer(rebasing: chunk[0..<size])
        guard try fileSystem.read(file, into: room, at: offset) == size else {
            throw PipelineError(.verificationFailed, "the file ends inside the chunk")
        }
        let digest = ChunkDigest.of(UnsafeRawBufferPointer(room))
        guard digest == record.digest else {
            throw PipelineError(
                .verificationFailed, "stored bytes changed", got: digest.description, expected: record.digest.description)
        }
        guard let pixels else { return size }
        var decoder = try ChunkDecoder(format: format, encoding: record.filterMask == 0 ? encoding : .none)
        try decoder.decode(UnsafeRawBufferPointer(room), into: pixels)
        return size
    }
}

/// Where a ledger says that a chunk lies, believed as far as it can be true.
enum ChunkPlace {
    /// - Throws: `verificationFailed` for numbers that no chunk can have: a hostile record costs no memory and traps nothing.
    static func of(_ record: LedgerRecord, format: FrameFormat) throws(PipelineError) -> (offset: Int, size: Int) {
        // A chunk is never larger than twice its frame.
        guard record.size <= UInt64(format.byteCount) * 2 + 65_536 else {
            throw PipelineError(
                .verificationFailed, "chunk larger than its frame could be", at: "frame \(record.frame)",
                got: "\(record.size) bytes")
        }
        guard record.offset <= UInt64(Int.max) - record.size, record.frame <= UInt64(Int.max) else {
            throw PipelineError(
                .verificationFailed, "a record names a place that no file has", at: "frame \(record.frame)",
                got: "offset \(record.offset)")
        }
        return (Int(record.offset), Int(record.size))
    }
}
