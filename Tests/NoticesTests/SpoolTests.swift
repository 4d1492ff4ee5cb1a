import ChunkFile
import Diagnostics
import EmbargoClock
import Foundation
import Notices
import TestFileSystems
import TestSupport
import Testing

/// A message of some kilobytes.
func longMessage(_ key: String = "10.5072/A#opened", body: String = "word ") throws -> MailMessage {
    try MailMessage(
        key: NoticeKey(key), from: MailAddress("catalogue@example.org"), to: [MailAddress("ada@example.org")], subject: "Subject",
        body: String(repeating: body, count: 2000) + "\n", date: instant("2028-04-11T08:05:09Z"), domain: "data.example.org")
}

@Suite("Spool folder") struct SpoolTests {
    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test func `A message is one file of the owner's, written once for its key`() throws {
        let folder = try TemporaryFolder("spool")
        let spool = SpoolFolder(folder.path + "/mail")
        let message = try longMessage()
        #expect(try spool.deliver(message) == .accepted)
        #expect(try spool.deliver(longMessage(body: "other ")) == .acceptedBefore)
        #expect(try spool.deliver(longMessage("10.5072/A#opened@p-1")) == .accepted)
        #expect(try names(spool.path) == ["10.5072=2FA=23opened.eml", "10.5072=2FA=23opened=40p-1.eml"])
        let file = spool.path + "/10.5072=2FA=23opened.eml"
        #expect(FileManager.default.contents(atPath: file) == Data(message.bytes))
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let folderMode = try FileManager.default.attributesOfItem(atPath: spool.path)[.posixPermissions] as? Int
        #expect(folderMode == 0o700)
    }

    @Test func `A full disk is a clear error for later, and leaves nothing behind`() throws {
        let folder = try TemporaryFolder("spool")
        let files = FaultyFileSystem(.init(capacity: 4096))
        let spool = SpoolFolder(folder.path, fileSystem: files)
        let error = try #require(#expect(throws: NoticeError.self) { try spool.deliver(longMessage()) })
        #expect(error.code == .spoolFull && error.isRetryable && error.description.contains("ENOSPC"))
        #expect(try names(folder.path).isEmpty)
        files.change { $0.capacity = nil }
        #expect(try spool.deliver(longMessage()) == .accepted)
    }

    @Test func `A folder that may not be written, is no folder, or has none above it is a clear error`() throws {
        let folder = try TemporaryFolder("spool")
        let locked = SpoolFolder(folder.path, fileSystem: FaultyFileSystem(.init(errorNumber: EACCES)))
        let notPermitted = try #require(#expect(throws: NoticeError.self) { try locked.deliver(longMessage()) })
        #expect(notPermitted.code == .spoolNotWritable && !notPermitted.isRetryable && notPermitted.remedy != nil)
        try folder.write("x", to: "file")
        for path in ["/file", "/none/mail"] {
            let error = #expect(throws: NoticeError.self) { try SpoolFolder(folder.path + path).deliver(longMessage()) }
            #expect(error?.place?.contains(folder.path) == true)
        }
        let readOnly = SpoolFolder(folder.path, fileSystem: FaultyFileSystem(.init(errorNumber: EROFS)))
        #expect(throws: NoticeError.self) { try readOnly.deliver(longMessage()) }
        #expect(try names(folder.path) == ["file"])
    }

    @Test(.enabled(if: getuid() != 0, "the superuser may write any folder"))
    func `A folder without the right to write is refused by the system itself`() throws {
        let folder = try TemporaryFolder("spool")
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.path)
        let error = #expect(throws: NoticeError.self) { try SpoolFolder(folder.path).deliver(longMessage()) }
        #expect(error?.code == .spoolNotWritable)
    }

    @Test(arguments: [false, true])
    func `A writer that dies at any call leaves the whole message or none, and the next one succeeds`(halfway: Bool) throws {
        var (whole, none) = (0, 0)
        for life in 0..<8 {
            let folder = try TemporaryFolder("spool")
            let path = folder.path + "/mail"
            let message = try longMessage()
            let dying = SpoolFolder(path, fileSystem: FaultyFileSystem(.init(livesFor: life, diesHalfway: halfway)))
            _ = try? dying.deliver(message)
            let file = path + "/" + (try SpoolFolder.name(of: message.key))
            let left = FileManager.default.contents(atPath: file)
            #expect(left == nil || left == Data(message.bytes))
            if left == nil { none += 1 } else { whole += 1 }
            #expect(try SpoolFolder(path).deliver(message) == (left == nil ? .accepted : .acceptedBefore))
            #expect(FileManager.default.contents(atPath: file) == Data(message.bytes))
        }
        #expect(whole > 0 && none > 3)
    }

    @Test func `Short and interrupted calls change nothing`() throws {
        let folder = try TemporaryFolder("spool")
        let files = FaultyFileSystem(.init(halvesTransfers: true, interruptsEvery: 3))
        let message = try longMessage()
        _ = try SpoolFolder(folder.path, fileSystem: files).deliver(message)
        #expect(FileManager.default.contents(atPath: folder.path + "/10.5072=2FA=23opened.eml") == Data(message.bytes))
        #expect(files.changes > 5)
    }

    @Test func `A key that gives too long a name is refused`() throws {
        let key = try NoticeKey("a" + String(repeating: "/", count: 199))
        let error = #expect(throws: NoticeError.self) { try SpoolFolder.name(of: key) }
        #expect(error?.code == .tooLong)
    }
}
