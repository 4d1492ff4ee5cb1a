import Diagnostics
import Glibc

/// Where the spill ring keeps its bytes; a protocol so that tests can have the disk fail.
package protocol SpillStorage: Sendable {
    var capacity: Int { get }
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(IngestError)
    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(IngestError)
}

/// A file of fixed size without a name: made new, allocated whole and unlinked at once, so that no other process can open it and nothing
/// is left of it, however this process ends.
package final class SpillFile: SpillStorage {
    package let capacity: Int
    private let folder: String
    private let descriptor: Int32

    /// - Throws: `spillFailed` when the file cannot be made, or the file system has no room for all of it.
    package init(_ options: SpillOptions) throws(IngestError) {
        guard options.bytes >= 1 << 20 else {
            throw IngestError(
                .spillFailed, "impossible size of the spill file", got: "\(options.bytes) bytes", expected: "1 MiB or more")
        }
        folder = options.folder
        capacity = options.bytes
        let path = "\(options.folder)/.faisceau-spill-\(getpid())-\(UInt32.random(in: .min ... .max))"
        // O_EXCL: neither a file that is there nor what a link points to is ever written.
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw Self.failure(
                "no spill file can be made here", options.folder, errno, remedy: "give an existing folder with write access")
        }
        unlink(path)
        // posix_fallocate, not fallocate: where the file system cannot reserve, glibc writes zeros, and a full disk is found now.
        let status = posix_fallocate(descriptor, 0, off_t(options.bytes))
        guard status == 0 else {
            throw Self.failure(
                "no room for the spill file", options.folder, status,
                remedy: "make room for \(options.bytes) bytes, or ask for fewer")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(IngestError) {
        var done = 0
        while done < bytes.count {
            let count = pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("writing the spill file failed", folder, errno) }
            done += count
        }
    }

    package func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(IngestError) {
        var done = 0
        while done < bytes.count {
            let count = pread(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("reading the spill file failed", folder, errno) }
            done += count
        }
    }

    private static func failure(_ what: String, _ folder: String, _ code: Int32, remedy: String? = nil) -> IngestError {
        IngestError(.spillFailed, what, at: folder, got: String(cString: strerror(code)), remedy: remedy)
    }
}
