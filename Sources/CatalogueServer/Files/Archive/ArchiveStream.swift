import Custody
import Diagnostics
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import RunCatalogue

/// Why an archive is broken off: what was said of its length, or of a file, is true no more.
struct ArchiveBroken: Error, CustomStringConvertible {
    let description: String
}

/// Sends a run as one archive, file after file as they lie on the disk: in memory are one page of the list and one buffer.
///
/// The answer has said how long it is. A file that is not as it was registered breaks the connection: the reader sees that the archive is not whole.
struct ArchiveStream: Sendable {
    /// Of the list, at a time.
    static let pageFiles = 1000

    let custodian: Custodian
    let run: ServedRun
    /// The folder in which all files stand.
    let top: String
    /// Of the whole archive.
    let length: Int64
    let pace: WritePace
    let tally: @Sendable (Int64) -> Void
    let logger: Logger

    var body: ResponseBody {
        ResponseBody(contentLength: Int(length)) { writer in
            do {
                try await write(to: &writer)
            } catch let error where error is ArchiveBroken || error is RootedFile.Refusal || error is CatalogueError {
                logger.error("an archive is broken off", metadata: ["run": "\(run.pid)", "why": "\(error)"])
                throw error
            }
            tally(length)
            try await writer.finish(nil)
        }
    }

    private func write(to writer: inout any ResponseBodyWriter) async throws {
        var sent: Int64 = 0
        // Small files go together.
        var waiting = ByteBuffer()
        var from: Int64? = 0
        while let position = from {
            let page = try await custodian.files(of: run, from: position, limit: Self.pageFiles)
            let places = try await custodian.places(of: page.files.map(\.file), in: run)
            for (listed, places) in zip(page.files, places) {
                let entry = ArchiveEntry(path: "\(top)/\(listed.file.path)", bytes: listed.file.bytes)
                guard let whole = entry.wholeBytes, sent + whole + ArchiveEntry.endBytes <= length else {
                    throw ArchiveBroken(description: "the list of files has changed")
                }
                let file = try await opened(listed.file, places)
                waiting.writeBytes(entry.header(modified: file.modified.seconds))
                try await content(of: file, listed.file.path, &waiting, to: &writer)
                waiting.writeRepeatingByte(0, count: entry.paddingBytes)
                sent += whole
            }
            from = page.next
        }
        guard sent + ArchiveEntry.endBytes == length else { throw ArchiveBroken(description: "the list of files has changed") }
        waiting.writeRepeatingByte(0, count: Int(ArchiveEntry.endBytes))
        try await writer.write(waiting)
    }

    private func opened(_ file: RunFile, _ places: [ServedFile.Place]) async throws -> RootedFile {
        switch await RootedFile.first(of: places) {
        case .failure(let refusal): throw ArchiveBroken(description: "\(file.path.printable): \(refusal)")
        case .success(let opened):
            guard opened.size == file.bytes else {
                throw ArchiveBroken(
                    description: "\(file.path.printable) has \(opened.size) bytes, expected \(file.bytes)")
            }
            return opened
        }
    }

    private func content(
        of file: RootedFile, _ path: String, _ waiting: inout ByteBuffer, to writer: inout any ResponseBodyWriter
    ) async throws {
        var offset: Int64 = 0
        while offset < file.size {
            let room = max(64 * 1024, FileStream.bufferBytes - waiting.readableBytes)
            let count = Int(min(Int64(room), file.size - offset))
            let before = waiting
            waiting = ByteBuffer()
            waiting = try await NIOThreadPool.singleton.runIfActive { [offset] in
                var buffer = before
                let read = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) {
                    try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<count]), at: offset)
                }
                guard read == count else { throw ArchiveBroken(description: "\(path.printable) has become shorter") }
                return buffer
            }
            offset += Int64(count)
            if waiting.readableBytes >= FileStream.bufferBytes {
                try await pace.write(waiting, to: &writer)
                waiting = ByteBuffer()
            }
        }
        // Whoever writes to it while it is read makes it neither the old one nor the new one.
        guard file.isUnchanged else { throw ArchiveBroken(description: "\(path.printable) has changed while it was sent") }
    }
}
