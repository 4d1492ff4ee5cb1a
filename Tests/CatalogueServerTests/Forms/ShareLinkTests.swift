import Custody
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

extension ServedFiles {
    static let owner = ClockOwner.session(TestCustodian.session)

    /// The secret of a link to the session, until June.
    func link() async throws -> String {
        let irene = try await test.account("irene", email: "irene@example.org")
        return try await test.custodian.shareByLink(
            Self.owner, until: Timestamp(try Instant("2026-06-01T00:00:00Z")), by: irene
        ).text
    }
}

/// Who holds a link reads what is shared, over HTTP, while the share lasts; its secret stays with whom it was given to.
struct ShareLinkTests {
    private static let paths = [
        "", "?include=origdatablocks", "/origdatablocks", "/files", "/files/run_master.h5", "/files.tar", "/files.meta4",
        "/history",
        "/attachments", "/ro-crate-metadata.json",
    ]

    private static func shown(_ path: String, _ secret: String) -> String {
        path + (path.contains("?") ? "&" : "?") + "share=" + secret
    }

    private static func plain(_ answer: PlainHTTP.Answer) -> [String: String] {
        answer.headers.filter { $0.key != "x-request-id" && $0.key != "date" }
    }

    /// What a reviewer sees: the files of the run, each with an address that opens; of a session its runs; and nothing of it with another link.
    @Test func thePageShowsWhoHoldsTheLinkWhatItReads() async throws {
        let files = try await ServedFiles()
        let (test, served) = (files.test, files.served)
        let page = "/datasets/\(files.pid.replacing("/", with: "%2F"))"
        let plain = try await served.get(page)
        let secret = try await files.link()
        let shared = try await served.get(page + "?share=\(secret)")
        #expect(shared.text.contains("Shared with you") && shared.text.contains("until 2026-06-01 00:00 UTC"))
        #expect(shared.headers["cache-control"] == "private, no-store" && shared.headers["etag"] == nil)
        let listed = shared.text.matches(of: /href="([^"]*\/files\/[^"]*)"/).map { String($0.1) }
        #expect(listed.count == 2)
        for address in listed { #expect(try await served.get(address).status == 200, "\(address)") }
        #expect(try await served.get(String(listed[0].prefix { $0 != "?" })).status == 403)
        // The session's page leads to it.
        let session = try #require(try await test.store.session(TestCustodian.session, tenant: test.custodian.rules.tenant).pid)
        let above = "/datasets/\("\(session)".replacing("/", with: "%2F"))"
        let runs = try await served.get(above + "?share=\(secret)")
        #expect(runs.text.contains("href=\"\(page)?share=\(secret)\""), "\(runs.text)")
        // Other links, and those that ended, show what everyone sees.
        for other in ["fsclink_\(String(repeating: "0", count: 64))", "", "x&share=y"] {
            #expect(try await served.get(page + "?share=\(other)").body == plain.body)
        }
        let number = try #require(try await test.store.shares(of: Self.owner, tenant: test.custodian.rules.tenant).last?.number)
        try await test.custodian.endShare(number, of: Self.owner, by: .custodian)
        #expect(try await served.get(page + "?share=\(secret)").body == plain.body)
        let without = try await served.get(above)
        #expect(try await served.get(above + "?share=\(secret)").body == without.body)
    }

    @Test func whoHoldsTheLinkReadsTheRunAndNothingElse() async throws {
        let files = try await ServedFiles()
        let secret = try await files.link()
        // A run of another session.
        let other = try TestCustodian.run(7, ended: "2026-05-09T12:00:00Z", session: nil)
        _ = try await files.test.custodian.register(other, by: .custodian)
        for path in Self.paths {
            let place = "\(path)"
            let answer = try await files.record(Self.shown(path, secret))
            #expect(answer.status == 200, "\(place): \(answer.status) \(answer.text.prefix(300))")
            #expect(answer.headers["cache-control"] == "private, no-store", "\(place)")
            #expect(answer.headers["referrer-policy"] == "no-referrer", "\(place)")
            #expect(!answer.headers.contains { $0.value.contains(secret) }, "\(place)")
            if path != "/ro-crate-metadata.json" { #expect(try await files.record(path).status == 403, "\(place)") }
            let elsewhere = "/api/v4/datasets/\("\(other.summary.pid)".replacing("/", with: "%2F"))"
            if path != "/ro-crate-metadata.json" {
                #expect(try await files.served.get(elsewhere + Self.shown(path, secret)).status == 403, "\(place)")
            }
        }
        #expect(try await files.get("run_master.h5?share=\(secret)").body == Data(files.bytes))
        // As an outsider reads it: not where it lies, and no person.
        let record = try await files.record("?share=\(secret)")
        #expect(!record.text.contains(files.folder) && !record.text.contains("example.org"))
        // Lists tell what is shared.
        let list = try await files.served.get("/api/v4/datasets?share=\(secret)").objects()
        #expect(list.compactMap { $0["pid"] as? String } == [files.pid])
        // The list of files leads on: each address shows the link.
        let metalink = PlainChunks.joined(try await files.record("/files.meta4?share=\(secret)"))
        #expect(String(decoding: metalink, as: UTF8.self).contains("/files/run_master.h5?share=\(secret)</url>"))
        #expect(!files.served.log.text.contains(secret) && !files.served.log.text.contains("fsclink"))
        let share = try #require(
            try await files.test.custodian.history(of: .session(files.test.session()), for: .custodian).shares.first)
        #expect(share.events.map(\.action) == ["given", "used"] && (share.uses.first?.uses ?? 0) >= Self.paths.count)
    }

    @Test func aLinkChangesNothing() async throws {
        let files = try await ServedFiles()
        let secret = try await files.link()
        let path = "/api/v4/datasets/\(files.pid.replacing("/", with: "%2F"))"
        let answers = [
            try await files.served.patch(path + "?share=\(secret)", #"{"datasetName":"mine"}"#),
            try await files.served.post(
                path + "/attachments?share=\(secret)", #"{"thumbnail":"data:text/plain;base64,aGVsbG8="}"#),
            try await files.served.post(path + "/embargo/extensions?share=\(secret)", #"{"reason":"thesis"}"#),
            try await files.served.get("/api/v3/users/my/self?share=\(secret)"),
        ]
        for answer in answers { #expect(answer.status == 401, "\(answer.status) \(answer.text)") }
        // Two readers in one request: none of them is guessed.
        #expect(try await files.record("?share=\(secret)", token: files.token).status == 400)
        #expect(try await files.record("?share=\(secret)&share=\(secret)").status == 400)
        #expect(try await files.record("?share=").status == 403)
    }

    @Test(arguments: ["expired", "revoked"]) func aLinkThatHasEndedIsAnsweredAsOneThatNeverWas(how: String) async throws {
        let files = try await ServedFiles()
        let secret = try await files.link()
        #expect(try await files.record("?share=\(secret)").status == 200)
        if how == "expired" {
            try files.test.clock.set("2026-06-01T00:00:00Z")
        } else {
            let share = try #require(
                try await files.test.custodian.history(of: .session(files.test.session()), for: .custodian).shares.first)
            try await files.test.custodian.endShare(share.number, of: Self.owner, by: .custodian)
        }
        let never = "fsclink_" + String(repeating: "0", count: 64)
        for path in Self.paths {
            let answer = try await files.record(Self.shown(path, secret))
            let unknown = try await files.record(Self.shown(path, never))
            #expect(answer.status == unknown.status && answer.body == unknown.body, "\(path)")
            #expect(Self.plain(answer) == Self.plain(unknown), "\(path)")
            if path != "/ro-crate-metadata.json" { #expect(answer.status == 403, "\(path)") }
        }
    }

    private static let owner = ServedFiles.owner

    /// Open or not: an address that holds a secret is kept by no cache.
    @Test func whatIsOpenIsNotKeptUnderAnAddressWithASecret() async throws {
        let files = try await ServedFiles()
        let secret = try await files.link()
        try files.test.clock.set("2029-05-09T22:00:00Z")
        for query in ["share=\(secret)", "Share=\(secret)", "access_token=\(files.token)", "%"] {
            for path in ["/files/run_master.h5", "/ro-crate-metadata.json"] {
                let answer = try await files.record("\(path)?\(query)")
                #expect(answer.headers["cache-control"] == "private, no-store", "\(path) \(query): \(answer.status)")
            }
            let page = try await files.served.page(files.pid, "?\(query)")
            #expect(page.headers["cache-control"] == "private, no-store", "\(query)")
        }
        #expect(try await files.get().headers["cache-control"] == "public, no-cache")
    }
}
