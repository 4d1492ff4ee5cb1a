import Diagnostics
import Glibc

/// A password in a file of its owner's alone.
enum PasswordFile {
    static let longest = 1024

    /// The first line, without its end.
    /// - Throws: `passwordFile` for a file that others may read, that belongs to somebody else, or that is no password's.
    static func read(_ path: String) throws(DeliveryError) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            throw DeliveryError(
                .passwordFile, "The password of the registry cannot be read", at: path, got: String(cString: strerror(errno)),
                remedy: "Write it there, and: chmod 600 '\(path)'")
        }
        defer { close(file) }
        // Of the open file: nobody can put another one in its place between the look and the reading.
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw DeliveryError(.passwordFile, "The password of the registry lies in no plain file", at: path)
        }
        guard status.st_mode & 0o077 == 0, status.st_uid == geteuid() || status.st_uid == 0 else {
            throw DeliveryError(
                .passwordFile, "Others may read the password of the registry", at: path,
                got: "mode 0\(String(status.st_mode & 0o777, radix: 8)), owner \(status.st_uid)",
                expected: "mode 0600, owner \(geteuid())", remedy: "Take another password, and: chmod 600 '\(path)'")
        }
        var bytes = [UInt8](repeating: 0, count: longest + 1)
        let room = bytes.count
        let count = Glibc.read(file, &bytes, room)
        let line = bytes.prefix(max(0, count)).prefix { $0 != 10 && $0 != 13 }
        guard count > 0, count <= longest, !line.isEmpty, let text = String(validating: line, as: UTF8.self) else {
            throw DeliveryError(
                .passwordFile, "The file holds no password", at: path, got: "\(max(0, count)) bytes",
                expected: "one line of text")
        }
        return text
    }
}
