import Custody
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// The crate of a record in every state, for every kind of reader, on both doors: valid, and telling no more than the page.
@Suite(.enabled(if: TestPython.isAvailable("rocrate_validator"), "\(TestPython.absence)")) struct CrateTests {
    /// What the validator says of each, by name.
    private func judge(_ crates: [String: Data], severity: String = "REQUIRED") async throws -> [String: [String]] {
        let folder = try TemporaryFolder("crates")
        for (name, crate) in crates { try crate.write(to: folder.file("\(name).json")) }
        let names = crates.keys.map { folder.file("\($0).json").path }
        let output = try await onThread {
            try TestPython.run(
                script: PackageRoot.file("Tests/Judges/judge_crate.py"), [severity] + names, seconds: 600
            ).standardOutput
        }
        let told = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        #expect((told["refused"] as? [String])?.isEmpty == true, "asked the network for \(told["refused"] ?? "")")
        let issues = try #require(told["issues"] as? [String: [String]])
        #expect(issues.count == crates.count)
        return issues
    }

    @Test func itIsValidInEveryStateAndTellsNoMoreThanThePage() async throws {
        var crates: [String: Data] = [:]
        for state in SciCatLeakTests.State.allCases {
            let (test, pid) = try await SciCatLeakTests.reach(state)
            let served = try await ServedCatalogue(test)
            var generator = SeededGenerator(seed: 4711)
            let unknown = "\(try RunIdentifier.draw(prefix: "10.5072", using: &generator))"
            for who in SciCatLeakTests.Who.allCases {
                let token = try await who.token(served)
                for (door, path) in [("page", "/datasets/"), ("record", "/api/v4/datasets/")] {
                    func get(_ pid: String) async throws -> PlainHTTP.Answer {
                        try await served.get(
                            path + pid.replacing("/", with: "%2F") + "/ro-crate-metadata.json", token: token)
                    }
                    let answer = try await get(pid)
                    let place = "\(state), \(who), \(door): \(answer.status) \(answer.text.prefix(300))"
                    if state == .collecting || state == .proprietary {
                        // In these states there is no page either, for whomever.
                        #expect(answer.status == 404, "\(place)")
                        #expect(try await get(unknown).body == answer.body, "\(place)")
                        continue
                    }
                    #expect(answer.status == 200 && answer.headers["content-type"] == "application/ld+json", "\(place)")
                    let hidden = state == .open ? SciCatLeakTests.insideWords : SciCatLeakTests.privateWords
                    for word in hidden + ["zqdescribed", "zqcaption"] {
                        #expect(!answer.text.lowercased().contains(word), "'\(word)' in \(place)")
                    }
                    #expect(answer.text.contains("run_master.h5") == (state == .open), "\(place)")
                    if state != .open || who != .anonymous {
                        #expect(answer.headers["cache-control"] == "private, no-store", "\(place)")
                    }
                    if who == .anonymous || who == .member { crates["\(state)-\(who)-\(door)"] = answer.body }
                }
            }
            if state == .embargoed, let session = try await test.session().pid {
                let answer = try await served.page("\(session)", "/ro-crate-metadata.json")
                #expect(answer.status == 200 && answer.text.contains("Experiment session"), "\(answer.text.prefix(300))")
                crates["session"] = answer.body
            }
        }
        #expect(crates.count == 17)
        for (name, issues) in try await judge(crates) { #expect(issues.isEmpty, "\(name): \(issues)") }
    }

    @Test func theFilesOfAnOpenRunStandInIt() async throws {
        let files = try await ServedFiles(others: [("odd é \"#%.txt", Array("odd".utf8))])
        try files.test.clock.set("2029-05-09T22:00:00Z")
        let answer = try await files.served.page(files.pid, "/ro-crate-metadata.json")
        #expect(answer.headers["cache-control"] == "public, no-cache")
        let tag = try #require(answer.headers["etag"])
        #expect(
            try await files.served.page(files.pid, "/ro-crate-metadata.json", headers: ["If-None-Match": tag]).status == 304)
        let graph = try #require(try answer.object()["@graph"] as? [[String: Any]])
        let parts = graph.filter { $0["@type"] as? String == "File" }
        #expect(Set(parts.compactMap { $0["name"] as? String }) == ["run_master.h5", "part/run é.txt", "odd é \"#%.txt"])
        let master = try #require(parts.first { $0["name"] as? String == "run_master.h5" })
        #expect(master["sha256"] as? String == files.digest && master["contentSize"] as? String == "1000")
        // Each is found where the crate says.
        for part in parts {
            let address = try #require((part["@id"] as? String).flatMap { URLComponents(string: $0) })
            #expect(try await files.served.get(address.percentEncodedPath).status == 200, "\(address)")
        }
        let issues = try await judge(["open": answer.body])
        #expect(issues.values.first == [])
        // The judge is one: without a licence it is no crate.
        var spoilt = try answer.object()
        spoilt["@graph"] = graph.map { entity in entity.filter { $0.key != "license" } }
        let found = try await judge(["spoilt": try JSONSerialization.data(withJSONObject: spoilt)])
        #expect(found.values.first?.contains { $0.contains("license") } == true)
    }

    /// A hold promises no day, and what was purged has no bytes: the crate is one all the same.
    @Test func whatIsHeldAndWhatWasPurgedIsValidToo() async throws {
        var crates: [String: Data] = [:]
        for state in ["held", "purged"] {
            let files = try await ServedFiles()
            let test = files.test
            let curator = try await test.account("cleo", email: "cleo@example.org", [.curator])
            let director = try await test.account("dora", email: "dora@example.org", [.director])
            func decide(_ actor: Actor, _ event: EmbargoEvent) async throws {
                _ = try await test.custodian.decide(ServedFiles.owner, by: actor) { _ throws(CatalogueError) in event }
            }
            if state == "held" {
                try await decide(curator, .holdSet(.legal, reason: "zqreason", reviewOn: try LocalDate("2030-09-01")))
            } else {
                try test.clock.set("2029-05-09T22:00:00Z")
                _ = try await test.custodian.sweep()
                try test.clock.set("2031-06-01T00:00:00Z")
                try await decide(curator, .purgeProposed(reason: "zqreason", citations: []))
                try await decide(director, .purgeConfirmed(citationsSeen: []))
                try test.clock.set("2031-10-01T00:00:00Z")
                try await decide(curator, .purged(leases: 0))
            }
            let crate = try await files.served.page(files.pid, "/ro-crate-metadata.json")
            #expect(crate.status == 200 && !crate.text.contains("run_master") && !crate.text.contains("zqreason"), "\(state)")
            #expect((crate.headers["link"] ?? "").contains("rel=\"item\"") == false)
            crates[state] = crate.body
            for form in ["/files.tar", "/files.meta4", "/files/run_master.h5"] {
                // A token has ended long before a purge; what was open is everyone's.
                let answer = try await files.record(form, token: state == "purged" ? nil : files.token)
                #expect(answer.status == (state == "purged" ? 410 : 200), "\(state) \(form): \(answer.status)")
            }
        }
        for (name, issues) in try await judge(crates) { #expect(issues.isEmpty, "\(name): \(issues)") }
    }

    /// Open to who has registered: the others read the page, and no list of files.
    @Test func aReaderWhoMayNotListTheFilesReadsTheRecordAlone() async throws {
        let files = try await ServedFiles(policy: EmbargoPolicy(version: "2026", access: .registered))
        try files.test.clock.set("2029-05-09T22:00:00Z")
        let outsider = try await files.served.token("otto")
        for door in ["/datasets/", "/api/v4/datasets/"] {
            let path = door + files.pid.replacing("/", with: "%2F") + "/ro-crate-metadata.json"
            let (anyone, registered) = (try await files.served.get(path), try await files.served.get(path, token: outsider))
            #expect(anyone.status == 200 && !anyone.text.contains("run_master"), "\(door)")
            #expect(registered.status == 200 && registered.text.contains("run_master"), "\(door)")
            #expect(registered.headers["cache-control"] == "private, no-store", "\(door)")
        }
        let page = try await files.served.page(files.pid)
        #expect(page.headers["link"]?.contains("rel=\"item\"") == false && page.headers["link"]?.contains("meta4") == false)
        #expect(try await files.record("/files.tar").status == 403)
        #expect(try await files.record("/files.tar", token: outsider).status == 200)
    }

    /// Before the opening it is one for all: the team has its files elsewhere.
    @Test func beforeTheOpeningTheTeamReadsWhatEveryoneReads() async throws {
        let files = try await ServedFiles()
        let refused = try await files.served.page(files.pid, "/ro-crate-metadata.json")
        let own = try await files.record("/ro-crate-metadata.json", token: files.token)
        #expect(refused.status == 200 && own.status == 200 && refused.body == own.body)
        #expect(!own.text.contains("run_master"))
    }

    @Test func whatIsNoDataHasNoCrate() async throws {
        let (test, _) = try await TestCustodian.embargoed()
        _ = try await test.store.put(
            InstrumentRecord(
                name: "PROXIMA-1", pid: "10.5072/instrument", landingPage: "https://example.net/", title: "PROXIMA-1",
                owners: [.init(name: "The facility")], manufacturers: [.init(name: "The facility")], commissioned: "2008-03-01"),
            tenant: test.custodian.rules.tenant, by: Deed(at: Timestamp(test.clock.reading().wall), person: nil))
        let served = try await ServedCatalogue(test)
        let page = try await served.page("10.5072/instrument")
        #expect(page.status == 200 && page.headers["link"]?.contains("ro-crate") == false && !page.text.contains("ro-crate"))
        #expect(try await served.page("10.5072/instrument", "/ro-crate-metadata.json").status == 404)
        #expect(try await served.get("/api/v4/datasets/10.5072%2Finstrument/ro-crate-metadata.json").status == 404)
    }
}
