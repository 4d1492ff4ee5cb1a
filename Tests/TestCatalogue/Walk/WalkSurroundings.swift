import Custody
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestSupport

/// Where the walked run lies, when a server is asked for its bytes.
package struct WalkedFiles: Sendable {
    package static let name = "zqfile_master.h5"
    /// In no other answer is a number like it.
    package static let bytes: Int64 = 131_627
    /// With which the file begins.
    package static let content = "zqloaded"

    let folder: String
    var bytes: Int64 { Self.bytes }
}

extension Walk {
    /// Below which the server finds the file.
    package static func root(_ test: TestCustodian) -> String { test.folder.file("data").path }

    static func files(_ test: TestCustodian) throws -> WalkedFiles {
        let files = WalkedFiles(folder: root(test) + "/zqfolder")
        try FileManager.default.createDirectory(atPath: files.folder, withIntermediateDirectories: true)
        var content = Data(WalkedFiles.content.utf8)
        content.append(Data(repeating: UInt8(ascii: "."), count: Int(files.bytes) - content.count))
        try content.write(to: URL(fileURLWithPath: files.folder + "/" + WalkedFiles.name))
        return files
    }

    /// Of somebody else, and of years ago: what is counted and listed for everyone.
    static func enterOpenRun(_ test: TestCustodian) async throws {
        _ = try await test.custodian.register(
            TestCustodian.run(50, ended: "2020-05-09T12:00:00Z", proposal: nil, session: nil), by: .system)
    }

    /// What of the tables of a catalogue nothing else of the walk fills: a word in each.
    static func surround(_ test: TestCustodian, _ run: RunHandOver, _ owner: ClockOwner, hasRun: Bool) async throws {
        let (store, tenant) = (test.store, run.tenant)
        let by = Deed(at: run.startedAt, person: nil)
        let far = try Instant("2090-01-01T00:00:00Z")
        try await store.add(
            Account(
                name: "zqaccount",
                person: Person(familyName: "zqfamily", givenName: "zqcalled", email: "zqmail@example.org"), roles: [.member],
                teams: ["zqgroup"]), password: nil, at: by.at, tenant: tenant)
        if let person = try await store.account("zqaccount", tenant: tenant).person.number {
            try await store.share(owner, with: .person(person), until: far.secondsSince1970, tenant: tenant)
        }
        _ = try await store.put(
            InstrumentRecord(
                name: "PROXIMA-1", pid: "10.5072/beamline-1", landingPage: "https://example.net/beamline-1",
                title: "Crystallography", owners: [.init(name: "The facility", contact: "zqcontact@example.com")],
                manufacturers: [.init(name: "The workshop", contact: "zqmaker@example.com")], commissioned: "2008-03-01"),
            tenant: tenant, by: by)
        var generator = SeededGenerator(seed: 816)
        try await store.reserve(
            Reservation(
                pid: try .draw(prefix: "10.5072", using: &generator), holder: "zqreservist", at: by.at, lapses: Timestamp(far)),
            by: nil, tenant: tenant)
        if let pid = try await store.session(TestCustodian.session, tenant: tenant).pid {
            _ = try await store.enter(
                citations: [DOI("10.5555/zqfeed")], of: .session(pid), by: by, outbox: [], tenant: tenant)
        }
        // Nothing of the program writes these; whatever reads them one day tells it here.
        for statement in [
            "INSERT INTO facility (tenant, name, ror, timezone) VALUES (1, 'zqhouse', 'zqrorhouse', 'zqzonehouse')",
            """
            INSERT INTO membership (team, person, role)
                SELECT (SELECT min(id) FROM team), person, 'zqrole' FROM account WHERE name = 'zqaccount'
            """,
            "INSERT INTO setting (name, text) VALUES ('zqsetting', 'zqsettled')",
            """
            INSERT INTO outbox (tenant, change, topic, payload, due_at, last_error)
                VALUES (1, 1, 'zqtopic', 'zqpayload', 9000000000, 'zqerror')
            """,
            """
            INSERT INTO checkpoint (day, change, digest, key, signature, statement)
                VALUES ('zqday', 1, zeroblob(32), 'zqlock', CAST('zqsigil' AS BLOB), 'zqstatement')
            """,
        ] { try test.edit(statement) }
        guard hasRun else { return }
        let everything = ReaderScope.everything(tenant: tenant)
        let head: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
        _ = try await store.attach(
            Attachment(name: "zqpicture.png", type: .png, caption: "zqunder", bytes: head + Array("zqpixels".utf8)), to: run.pid,
            scope: everything, by: by)
        let now = test.clock.reading().wall.secondsSince1970
        _ = try await store.takeLease("run \(run.pid) zqjob", holder: "zqjoblist", now: now, until: far.secondsSince1970)
        for statement in [
            "UPDATE replica SET found = 'sha256:facade0ff' WHERE run = (SELECT id FROM run WHERE pid = '\(run.pid)')",
            """
            INSERT INTO described_text (run, field, position, text)
                SELECT id, 'owner', 0, 'zqowner' FROM run WHERE pid = '\(run.pid)'
                UNION ALL SELECT id, 'contactEmail', 0, 'zqpostbox' FROM run WHERE pid = '\(run.pid)'
                UNION ALL SELECT id, 'sampleIds', position, text FROM run CROSS JOIN
                    (SELECT 0 AS position, 'zqsample' AS text UNION ALL SELECT 1, 'zqnext') WHERE pid = '\(run.pid)'
            """,

        ] { try test.edit(statement) }
    }
}
