import Diagnostics
import Glibc

/// A file read with pread(2): no position, so any number of threads may share it.
public final class PreadFile: ByteSource {
    public let name: String
    /// Bytes when it was opened. A file that grows is opened again.
    public let size: Int
    private let descriptor: Int32

    /// Opens a regular file for reading.
    ///
    /// - Throws: `notFound`, `notPermitted`, `systemCall` with the errno's text; `unsupported` if it is no regular file.
    public init(path: String) throws(ChunkIndexError) {
        // Without O_NONBLOCK the open of a named pipe waits for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.fault("the file cannot be opened", path, errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let number = errno
            close(descriptor)
            throw Self.fault("the file's size cannot be had", path, number)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw ChunkIndexError(.unsupported, "not a regular file", at: path, remedy: "Name an HDF5 file")
        }
        self.descriptor = descriptor
        name = path
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ChunkIndexError) -> Int {
        var done = 0
        while done < buffer.count, let base = buffer.baseAddress {
            // Safe: `done` is below `buffer.count`, and no more than the rest is asked for.
            let got = pread(descriptor, base + done, buffer.count - done, offset + done)
            if got < 0 {
                let number = errno
                if number == EINTR { continue }
                throw Self.fault("the file cannot be read", "\(name), offset \(offset + done)", number)
            }
            if got == 0 { break }
            done += got
        }
        return done
    }

    private static func fault(_ what: String, _ place: String, _ number: Int32) -> ChunkIndexError {
        let code: ChunkIndexErrorCode =
            switch number {
            case ENOENT, ENOTDIR: .notFound
            case EACCES, EPERM: .notPermitted
            default: .systemCall
            }
        return ChunkIndexError(code, what, at: place, got: String(cString: strerror(number)))
    }
}
