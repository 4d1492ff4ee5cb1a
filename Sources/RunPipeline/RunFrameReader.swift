import ChunkFile
import Diagnostics
import Foundation
import Frames
import RunModel

/// Reads the frames of a sealed run back, one after another, by its ledgers: what the demo and tests check pixels with.
public struct RunFrameReader: Sendable {
    public let folder: String
    public let summary: RunSummary
    private let fileSystem: any FileSystem

    public init(folder: String, fileSystem: any FileSystem = LocalFileSystem()) throws(PipelineError) {
        self.folder = folder
        self.fileSystem = fileSystem
        summary = try RunVerifier.summary(of: folder)
    }

    /// Decodes the frames of one channel in the order of their numbers.
    ///
    /// - Parameter body: frame number, whether it is a masked one in the place of a lost frame, format, and pixels [slow, fast] that are valid
    ///   during the call.
    public func forEachFrame(
        channel: Int = 0, _ body: (Int, Bool, FrameFormat, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard let name = summary.detector.compression, let encoding = ChunkEncoding(rawValue: name) else {
            throw PipelineError(
                .notARun, "run.json names no compression that is known", at: folder, got: summary.detector.compression)
        }
        var pixels = [UInt8]()
        var chunk = [UInt8]()
        for file in summary.files where file.role == .ledger {
            let ledger = try LedgerReader(path: folder + "/" + file.path, fileSystem: fileSystem)
            guard Int(ledger.header.channel) == channel else { continue }
            guard let type = PixelType(rawValue: ledger.header.elementType) else {
                throw PipelineError(.notARun, "unknown element type in a ledger", at: file.path, got: ledger.header.elementType)
            }
            let format = FrameFormat(shape: try FrameShape(slow: ledger.header.slow, fast: ledger.header.fast), pixelType: type)
            var decoder = try ChunkDecoder(format: format, encoding: encoding)
            var plain = try ChunkDecoder(format: format, encoding: .none)
            if pixels.count != format.byteCount { pixels = [UInt8](repeating: 0, count: format.byteCount) }
            let data = try fileSystem.open(folder + "/" + ledger.header.dataFileName, .readOnly)
            defer { fileSystem.closeFile(data) }
            for record in try ledger.records(0..<ledger.count).sorted(by: { $0.frame < $1.frame }) {
                let (offset, size) = try ChunkPlace.of(record, format: format)
                chunk = [UInt8](repeating: 0, count: size)
                guard try chunk.withUnsafeMutableBytes({ try fileSystem.read(data, into: $0, at: offset) }) == size else {
                    throw PipelineError(.verificationFailed, "the file ends inside a chunk", at: "frame \(record.frame)")
                }
                try pixels.withUnsafeMutableBytes { target in
                    try chunk.withUnsafeBytes { bytes in
                        if record.filterMask == 0 {
                            try decoder.decode(bytes, into: target)
                        } else {
                            try plain.decode(bytes, into: target)
                        }
                    }
                }
                try pixels.withUnsafeBytes { try body(Int(record.frame), record.flags.contains(.masked), format, $0) }
            }
        }
    }
}
