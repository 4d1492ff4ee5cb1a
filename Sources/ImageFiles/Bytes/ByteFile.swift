import Diagnostics
import Glibc

/// The bytes of a file by offset: read with pread(2), or in memory.
struct ByteFile: Sendable {
    /// What messages call it.
    let name: String
    /// Bytes in all, when it was opened. Every offset and length is held against it before anything is allocated.
    let count: Int
    private let storage: Storage

    private enum Storage: Sendable {
        case memory([UInt8])
        case file(OpenFile)
    }

    init(_ bytes: [UInt8], name: String) {
        self.name = name
        count = bytes.count
        storage = .memory(bytes)
    }

    /// - Throws: `notFound`, `notPermitted`, `systemCall`; `unsupported` if it is no regular file.
    init(path: String) throws(ImageFileError) {
        let file = try OpenFile(path)
        name = String(path.printable)
        count = file.size
        storage = .file(file)
    }

    /// Exactly the bytes `[offset, offset + count)`.
    /// - Throws: `damaged` when they do not lie within the file.
    func bytes(at offset: Int, count: Int, _ what: @autoclosure () -> String) throws(ImageFileError) -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= self.count, count <= self.count - offset else {
            throw damaged(
                "\(what()) lies beyond the end of the file", at: offset, got: "\(count) bytes",
                expected: "within \(self.count) bytes",
                remedy: "The file is cut short, or damaged")
        }
        switch storage {
        case .memory(let bytes): return Array(bytes[offset..<offset + count])
        case .file(let file):
            let got = try file.read(at: offset, count: count)
            guard got.count == count else {
                throw damaged("\(what()) is cut short", at: offset, got: "\(got.count) bytes", expected: "\(count) bytes")
            }
            return got
        }
    }

    /// The bytes from `offset` on, `most` or as many as there are; none beyond the end.
    func prefix(at offset: Int, most: Int) throws(ImageFileError) -> [UInt8] {
        guard offset >= 0, offset < count else { return [] }
        return try bytes(at: offset, count: min(most, count - offset), "the file's beginning")
    }

    func damaged(
        _ what: String, at offset: Int, got: String? = nil, expected: String? = nil, remedy: String? = nil
    ) -> ImageFileError {
        ImageFileError(.damaged, what, at: place(offset), got: got, expected: expected, remedy: remedy)
    }

    func place(_ offset: Int) -> String { "\(name), offset \(offset)" }
}

/// A descriptor that is closed with its last user.
private final class OpenFile: Sendable {
    let size: Int
    private let descriptor: Int32
    private let path: String

    init(_ path: String) throws(ImageFileError) {
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
            throw ImageFileError(.unsupported, "not a regular file", at: String(path.printable), remedy: "Name an image file")
        }
        self.descriptor = descriptor
        self.path = path
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    func read(at offset: Int, count: Int) throws(ImageFileError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            while done < count, let base = buffer.baseAddress {
                // Safe: `done` is below `count`, and no more than the rest is asked for.
                let got = pread(descriptor, base + done, count - done, offset + done)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                guard got > 0 else { break }
                done += got
            }
        }
        guard failure == 0 else { throw Self.fault("the file cannot be read", path, failure) }
        return bytes
    }

    private static func fault(_ what: String, _ path: String, _ number: Int32) -> ImageFileError {
        let code: ImageFileErrorCode =
            switch number {
            case ENOENT, ENOTDIR: .notFound
            case EACCES, EPERM: .notPermitted
            default: .systemCall
            }
        return ImageFileError(code, what, at: String(path.printable), got: String(cString: strerror(number)))
    }
}
