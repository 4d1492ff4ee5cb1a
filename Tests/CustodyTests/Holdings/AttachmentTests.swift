import Custody
import Diagnostics
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestStore

struct AttachmentTests {
    /// A PNG of one pixel as any program would write its beginning.
    static let png: [UInt8] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0,
        0,
    ]

    @Test func whatIsAttachedComesBackAndOpensWithTheRun() async throws {
        let session = try await SessionWithARun()
        let png = try Attachment(name: "loop.png", type: .png, caption: "The loop", bytes: Self.png)
        let listed = try await session.custodian.attach(png, to: session.pid, by: session.member)
        // By sha256sum.
        #expect(listed.sha256 == "f39fc671557e90148206150bb46ac206a1c1dec63dd038149c5fc78eb49170db")
        #expect(listed.bytes == 29)
        let again = try await session.custodian.attach(png, to: session.pid, by: session.member)
        #expect(again == listed)
        let text = try Attachment(name: "note.txt", type: .text, caption: nil, bytes: Array("cold, ä\n".utf8))
        _ = try await session.custodian.attach(text, to: session.pid, by: session.curator)
        let scope = try await session.scope(session.member)
        #expect(try await session.store.attachments(of: session.pid, scope: scope).map(\.name) == ["loop.png", "note.txt"])
        #expect(try await session.store.attachment("loop.png", of: session.pid, scope: scope) == png)

        let outside = try await session.scope(session.outsider)
        let closed = await refusal { try await session.store.attachment("loop.png", of: session.pid, scope: outside) }
        #expect(closed?.code == .forbidden)
        try await session.open()
        let now = try await session.scope(session.outsider)
        #expect(try await session.store.attachment("note.txt", of: session.pid, scope: now) == text)
        let seen = try await session.store.attachments(of: session.pid, scope: now)
        #expect(seen.map(\.caption) == ["The loop", nil])
        #expect(seen.allSatisfy { $0.person == nil })
    }

    @Test func anotherDocumentOfTheNameIsRefusedUntilTheFirstIsTakenAway() async throws {
        let session = try await SessionWithARun()
        let first = try Attachment(name: "a.txt", type: .text, caption: nil, bytes: [65])
        let second = try Attachment(name: "a.txt", type: .text, caption: nil, bytes: [66])
        _ = try await session.custodian.attach(first, to: session.pid, by: .custodian)
        let error = await refusal { try await session.custodian.attach(second, to: session.pid, by: .custodian) }
        #expect(error?.code == .exists)
        try await session.custodian.removeAttachment("a.txt", of: session.pid, by: .custodian)
        _ = try await session.custodian.attach(second, to: session.pid, by: .custodian)
        #expect(try await session.actions().suffix(3) == ["attached", "attachment-removed", "attached"])
        try await session.store.verifyHistory(of: session.pid, tenant: session.custodian.rules.tenant)
        let outsider = await refusal { try await session.custodian.attach(first, to: session.pid, by: session.outsider) }
        #expect(outsider?.code == .forbidden)
    }

    @Test(arguments: [
        (AttachmentType.png, Array("GIF89a".utf8)), (.png, Array(png.prefix(12))), (.jpeg, png), (.pdf, [UInt8](" %PDF-".utf8)),
        (.text, [0xC3]), (.text, [65, 0]), (.text, [0x1B, 65]), (.text, []), (.jpeg, [0xFF, 0xD8, 0xFF]),
    ])
    func bytesOfAnotherTypeAreRefused(_ type: AttachmentType, _ bytes: [UInt8]) {
        let error = #expect(throws: CatalogueError.self) {
            try Attachment(name: "a", type: type, caption: nil, bytes: bytes)
        }
        #expect(error?.code == .badRequest)
    }

    @Test func theLargestIsTakenAndOneByteMoreIsNot() throws {
        let largest = [UInt8](repeating: 65, count: 8 << 20)
        #expect(try Attachment(name: "a", type: .text, caption: nil, bytes: largest).bytes.count == 8_388_608)
        #expect(throws: CatalogueError.self) { try Attachment(name: "a", type: .text, caption: nil, bytes: largest + [65]) }
    }

    @Test(arguments: ["", ".", "..", "a/b", "a\\b", "a\u{0}", "a\nb", String(repeating: "x", count: 201)])
    func aNameThatIsNoFilesNameIsRefused(_ name: String) {
        #expect(throws: CatalogueError.self) { try Attachment(name: name, type: .text, caption: nil, bytes: [65]) }
    }

    @Test(arguments: ["a.svg", "a.html", "a", "a.exe", "a."])
    func endingsThatRunInABrowserOrAreNotKnownHaveNoType(_ name: String) {
        #expect(AttachmentType(fileName: name) == nil)
    }

    @Test(arguments: [
        "UPDATE attachment SET bytes = zeroblob(29)", "UPDATE attachment SET caption = 'x'", "DELETE FROM attachment",
        "UPDATE attachment SET name = 'b'", "UPDATE attachment SET media_type = 'image/jpeg'",
    ])
    func anAttachmentThatWasEditedBehindOurBackIsFound(_ edit: String) async throws {
        let session = try await SessionWithARun()
        let png = try Attachment(name: "a.png", type: .png, caption: nil, bytes: Self.png)
        _ = try await session.custodian.attach(png, to: session.pid, by: .custodian)
        try session.store.edit(edit)
        let error = await refusal {
            try await session.store.verifyHistory(of: session.pid, tenant: session.custodian.rules.tenant)
        }
        #expect(error?.code == .historyBroken)
    }

    @Test func aRunHasAHundredAndNotOneMore() async throws {
        let session = try await SessionWithARun()
        for number in 0..<100 {
            let one = try Attachment(name: "\(number)", type: .text, caption: nil, bytes: [65])
            _ = try await session.custodian.attach(one, to: session.pid, by: .custodian)
        }
        let last = try Attachment(name: "100", type: .text, caption: nil, bytes: [65])
        let error = await refusal { try await session.custodian.attach(last, to: session.pid, by: .custodian) }
        #expect(error?.code == .badRequest)
    }
}
