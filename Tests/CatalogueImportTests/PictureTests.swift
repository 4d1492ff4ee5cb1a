import CatalogueImport
import Custody
import Diagnostics
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestSupport
import Testing

/// Pictures of another catalogue: attached to their runs, with the limits of those that are attached by hand, and as closed as the run.
struct PictureTests {
    /// The smallest bytes that are a PNG for the check of types: signature and head of the first chunk.
    private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 7]
    private static let everything = ReaderScope.everything(tenant: TestDesk.tenant)

    private static func picture(
        _ name: String = "a-1", type: String = "image/png", bytes: [UInt8] = png, caption: String = "A drop"
    ) throws -> String {
        try Dump.text([
            "aid": name, "caption": caption, "thumbnail": "data:\(type);base64,\(Data(bytes).base64EncodedString())",
            "relationships": [["targetId": Dump.pid, "targetType": "dataset", "relationType": "is attached to"]],
        ])
    }

    private static func dump(_ pictures: [String]) throws -> [String: String] {
        var files = try Dump.plain()
        files["attachments.json"] = "[\(pictures.joined(separator: ","))]"
        return files
    }

    @Test func aPictureIsAttachedToItsRunOnce() async throws {
        let desk = try await TestDesk()
        let files = try Self.dump([
            Self.picture(), Self.picture("b.jpeg", type: "image/jpg", bytes: [0xFF, 0xD8, 0xFF, 0xE0, 0]),
        ])
        let (summary, records) = try await desk.take(files)
        #expect(records.map(\.outcome) == [.new] && summary.attachments == 2 && summary.left["attachments"] == nil)
        let pid = try await desk.run(Dump.pid).pid
        let list = try await desk.store.attachments(of: pid, scope: Self.everything)
        #expect(list.map(\.name) == ["a-1.png", "b.jpeg"])
        #expect(list.map(\.type) == [.png, .jpeg])
        #expect(list[0].caption == "A drop")
        let stored = try await desk.store.attachment("a-1.png", of: pid, scope: Self.everything)
        #expect(stored.bytes == Self.png)
        let before = try await desk.store.history(of: pid, scope: Self.everything).map(\.action)
        #expect(before == ["imported", "attached", "attached"])

        let (again, unchanged) = try await desk.take(files)
        #expect(unchanged.map(\.outcome) == [.unchanged] && unchanged[0].notes == records[0].notes)
        #expect(again.attachments == 0 && again.left["attachments"] == nil)
        let after = try await desk.store.history(of: pid, scope: Self.everything).map(\.action)
        #expect(after == before)
        #expect(try await desk.custodian.verifyAll().problems == [])
    }

    @Test func whatWasNotAttachedLastTimeIsAttachedLater() async throws {
        let desk = try await TestDesk()
        _ = try await desk.take(Dump.plain())
        let (summary, records) = try await desk.take(Self.dump([Self.picture()]))
        #expect(records.map(\.outcome) == [.unchanged] && summary.attachments == 1)
        // Another picture of the same name is told, and the first one stays.
        let (other, told) = try await desk.take(Self.dump([Self.picture(bytes: Self.png + [9])]))
        #expect(other.attachments == 0 && other.left["attachments"] == 1)
        #expect(told[0].notes.contains { $0.contains("'a-1'") && $0.contains("another attachment") }, "\(told[0].notes)")
        let stored = try await desk.store.attachment("a-1.png", of: desk.run(Dump.pid).pid, scope: Self.everything)
        #expect(stored.bytes == Self.png)
    }

    @Test func whatIsRefusedIsToldAndKeepsNothingElseOut() async throws {
        let desk = try await TestDesk()
        let large = [UInt8](repeating: 0x20, count: Attachment.mostBytes + 1)
        let (summary, records) = try await desk.take(
            Self.dump([
                Self.picture("svg", type: "image/svg+xml", bytes: Array("<svg/>".utf8)),
                Self.picture("lies", bytes: Array("no png".utf8)), Self.picture("large", type: "text/plain", bytes: large),
                Self.picture("a/b"), Self.picture("torn").replacing("base64", with: "base65"), Self.picture("good"),
            ]))
        #expect(records.map(\.outcome) == [.new])
        #expect(summary.attachments == 1 && summary.refused == 0)
        // Counted by record, as all that is not taken.
        #expect(summary.left["attachments"] == 1)
        let notes = records[0].notes.filter { $0.contains("not taken") }
        #expect(notes.count == 5, "\(notes)")
        for (note, words) in [
            ("'svg'", "image/svg+xml"), ("'lies'", "not of the type"), ("'large'", "size"), ("'a/b'", "called"),
            ("a picture", "base64"),
        ] { #expect(notes.contains { $0.contains(note) && $0.contains(words) }, "\(note) \(words): \(notes)") }
        let list = try await desk.store.attachments(of: desk.run(Dump.pid).pid, scope: Self.everything)
        #expect(list.map(\.name) == ["good.png"])
    }

    @Test func aDryRunAttachesNothingAndTellsTheSame() async throws {
        let desk = try await TestDesk()
        _ = try await desk.take(Dump.plain())
        var options = SciCatOptions()
        options.onlyLooks = true
        let (summary, records) = try await desk.take(
            Self.dump([Self.picture(), Self.picture("lies", bytes: Array("no png".utf8))]), options)
        #expect(summary.attachments == 1 && summary.left["attachments"] == 1)
        #expect(records[0].notes.contains { $0.contains("'lies'") })
        #expect(try await desk.store.attachments(of: desk.run(Dump.pid).pid, scope: Self.everything).isEmpty)
    }

    /// Whole words, each with a letter that no drawn suffix of a PID has (i, l, o, u): chance cannot spell them.
    private static let hidden = ["zqloop", "zqcaption"]

    /// The run's day is 2028-02-27: before it nobody outside learns that there is a picture, nor what its caption says.
    @Test func aPictureOfAnEmbargoedRunIsAsClosedAsTheRun() async throws {
        let desk = try await TestDesk()
        _ = try await desk.take(Self.dump([Self.picture("zqloop", caption: "zqcaption")]))
        let pid = try await desk.run(Dump.pid).pid
        var accounts: [String: Account] = [:]
        for (name, email) in [("irene", "irene@example.org"), ("otto", "otto@example.org")] {
            try await desk.store.add(
                Account(name: name, person: Person(familyName: name, email: email), roles: [.member]), password: nil,
                by: Deed(at: Timestamp("2026-01-01T00:00:00Z")), tenant: TestDesk.tenant)
            accounts[name] = try await desk.store.account(name, tenant: TestDesk.tenant)
        }
        let team = try await desk.custodian.scope(of: .account(#require(accounts["irene"])))
        #expect(try await desk.store.attachment("zqloop.png", of: pid, scope: team).bytes == Self.png)
        for reader in [Reader.anonymous, .account(try #require(accounts["otto"]))] {
            let scope = try await desk.custodian.scope(of: reader)
            for ask in [
                { () async throws in "\(try await desk.store.attachments(of: pid, scope: scope))" },
                { () async throws in "\(try await desk.store.attachment("zqloop.png", of: pid, scope: scope))" },
                { () async throws in "\(try await desk.store.attachment("other.png", of: pid, scope: scope))" },
            ] {
                do {
                    let answer = try await ask()
                    Issue.record("\(reader) is told \(answer)")
                } catch {
                    let told = "\(error)"
                    #expect((error as? CatalogueError)?.code == .forbidden, "\(told)")
                    for word in Self.hidden { #expect(!told.contains(word), "\(told)") }
                }
            }
            let short = "\(try await desk.store.shortRecord(of: pid, scope: scope))"
            for word in Self.hidden { #expect(!short.contains(word), "\(short)") }
        }
    }
}
