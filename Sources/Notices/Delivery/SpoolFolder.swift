import ChunkFile
import Diagnostics

/// A folder in which each message is a file, `<key>.eml`, for whatever carries it on (or for nobody: the default of a new catalogue).
///
/// A file appears whole and on the disk under its name, or not at all, and is readable by its owner only. Names that begin with a dot are
/// of messages that are being written; a writer that died may leave one. A key whose file is there is not written again; whoever takes files
/// away keeps the keys.
public struct SpoolFolder: MailDelivery {
    /// The names of files are not longer than file systems take.
    private static let longestName = 220

    public let path: String
    private let fileSystem: any FileSystem

    /// - Parameter path: made with the first message (mode 0700) if only its last part is missing.
    public init(_ path: String, fileSystem: any FileSystem = LocalFileSystem()) {
        self.path = path
        self.fileSystem = fileSystem
    }

    /// - Throws: `spoolFull`, `spoolNotWritable`, `spoolFailed`; `tooLong` for a key that gives no file name. None of them leaves a file
    ///   under the message's name, but for a folder that could not be forced to the disk: then the same call does it later.
    @discardableResult
    public func deliver(_ message: MailMessage) throws(NoticeError) -> MailReceipt {
        let name = try Self.name(of: message.key)
        do throws(ChunkFileError) {
            try makeFolder()
            let isThere = try exists("\(path)/\(name)")
            if !isThere { try write(message.bytes, name) }
            try syncFolder()
            return isThere ? .acceptedBefore : .accepted
        } catch {
            throw Self.fault(error, message)
        }
    }

    /// The name of the file: the key, its special characters as `=` and two hexadecimal digits.
    ///
    /// - Throws: `tooLong`.
    public static func name(of key: NoticeKey) throws(NoticeError) -> String {
        let name = key.encoded(keeping: "-._") + ".eml"
        guard name.utf8.count <= longestName else {
            throw NoticeError(
                .tooLong, "The key gives a file name that is too long", at: key.text, got: "\(name.utf8.count) bytes",
                expected: "at most \(longestName)")
        }
        return name
    }

    private func write(_ bytes: [UInt8], _ name: String) throws(ChunkFileError) {
        // Another writer of the same key has another passing name, and the rename of either leaves a whole message.
        let passing = "\(path)/.\(name).\(String(UInt64.random(in: 0 ... .max), radix: 16))"
        let file = try fileSystem.open(passing, .createExclusively(permissions: 0o600))
        do throws(ChunkFileError) {
            defer { fileSystem.closeFile(file) }
            var refusal: ChunkFileError?
            bytes.withUnsafeBytes { raw in
                do throws(ChunkFileError) { try fileSystem.write(file, raw, at: 0) } catch { refusal = error }
            }
            if let refusal { throw refusal }
            try fileSystem.sync(file, dataOnly: false)
            try fileSystem.rename(passing, to: "\(path)/\(name)")
        } catch {
            // The first error is the one to tell.
            do throws(ChunkFileError) { try fileSystem.remove(passing) } catch {}
            throw error
        }
    }

    private func makeFolder() throws(ChunkFileError) {
        guard try !exists(path) else { return }
        do throws(ChunkFileError) { try fileSystem.makeFolder(path, permissions: 0o700) } catch {
            // Another process may have made it meanwhile.
            if error.code != .alreadyExists { throw error }
        }
    }

    private func exists(_ path: String) throws(ChunkFileError) -> Bool {
        do throws(ChunkFileError) {
            fileSystem.closeFile(try fileSystem.open(path, .readOnly))
            return true
        } catch {
            if error.code == .notFound { return false }
            throw error
        }
    }

    private func syncFolder() throws(ChunkFileError) {
        let folder = try fileSystem.open(path, .readOnly)
        defer { fileSystem.closeFile(folder) }
        try fileSystem.sync(folder, dataOnly: false)
    }

    private static func fault(_ error: ChunkFileError, _ message: MailMessage) -> NoticeError {
        let (code, remedy): (NoticeErrorCode, String) =
            switch error.code {
            case .diskFull: (.spoolFull, "Free space; the message is sent with the next attempt")
            case .notPermitted: (.spoolNotWritable, "Give this user the right to write the spool folder, or name another one")
            case .notFound: (.spoolNotWritable, "Make the folder above the spool folder, or name another one")
            default: (.spoolFailed, error.remedy ?? "See the file system's state and the kernel log")
            }
        return NoticeError(
            code, "The message \(message.key) is not in the spool folder: \(error.what)", at: error.place, got: error.got,
            remedy: remedy, cause: error)
    }
}
