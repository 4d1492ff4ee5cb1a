import Custody
import Diagnostics
import Foundation
import NIOPosix

/// A file that was opened below a root, part by part, so that no link on the way leads out: what is renamed or linked meanwhile changes nothing.
final class RootedFile: Sendable {
    enum Refusal: Error, Equatable {
        /// It is not there.
        case absent
        /// It is there, and is not given out.
        case refused(String)
    }

    private let descriptor: Int32
    let size: Int64
    /// When it was last written, seconds and nanoseconds of the system's clock.
    let modified: (seconds: Int, nanoseconds: Int)

    /// - Throws: `Refusal`.
    init(_ place: ServedFile.Place) throws(Refusal) {
        var folder = open(place.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Self.refusal(errno, "the root cannot be opened") }
        defer { close(folder) }
        guard let name = place.way.last else { throw .refused("the root is no file") }
        for part in place.way.dropLast() {
            let next = openat(folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard next >= 0 else { throw Self.refusal(errno, "a folder on the way cannot be opened") }
            close(folder)
            folder = next
        }
        // Without waiting: a pipe that nobody writes to would hold the thread.
        let file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard file >= 0 else { throw Self.refusal(errno, "it cannot be opened") }
        var status = stat()
        guard fstat(file, &status) == 0 else {
            let number = errno
            close(file)
            throw Self.refusal(number, "it cannot be looked at")
        }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else {
            close(file)
            throw .refused(status.st_nlink == 1 ? "it is no regular file" : "it has a second name")
        }
        descriptor = file
        size = Int64(status.st_size)
        modified = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }

    deinit { close(descriptor) }

    /// The file at the first of the places that has it, on a thread that may wait.
    static func first(of places: [ServedFile.Place]) async -> Result<RootedFile, Refusal> {
        var refusal = Refusal.absent
        for place in places {
            do {
                return .success(try await NIOThreadPool.singleton.runIfActive { try RootedFile(place) })
            } catch let error as Refusal {
                if error != .absent { refusal = error }
            } catch { refusal = .refused("\(error)") }
        }
        return .failure(refusal)
    }

    /// Whether it still is as long, and was written last, as when it was opened.
    var isUnchanged: Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && Int64(status.st_size) == size
            && (status.st_mtim.tv_sec, status.st_mtim.tv_nsec) == modified
    }

    private static func refusal(_ number: Int32, _ what: String) -> Refusal {
        switch number {
        case ENOENT: .absent
        case ELOOP, ENOTDIR: .refused("a link or a file stands on its way")
        default: .refused("\(what): \(String(cString: strerror(number)))")
        }
    }

    /// Fills a buffer from an offset on.
    /// - Returns: how many bytes were there; less than the buffer holds only at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(Refusal) -> Int {
        var done = 0
        while done < buffer.count {
            let count = pread(
                descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset) + off_t(done))
            if count > 0 {
                done += count
            } else if count == 0 {
                break
            } else if errno != EINTR {
                throw Self.refusal(errno, "it cannot be read")
            }
        }
        return done
    }
}
