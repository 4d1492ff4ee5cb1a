import Foundation
import TestSupport
import Testing

/// A person is erased, as who keeps the catalogue calls it.
@Suite(.serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct ErasureTests {
    @Test func aPersonIsErasedAndEveryHistoryHolds() throws {
        let desk = try CatalogueDesk("erasure")
        try desk.addAccounts()
        let session = try #require(try desk.done(["session", "list"]).list("sessions").first?["pid"] as? String)
        _ = try desk.recordRun()
        try desk.closeSession()
        let year = Calendar(identifier: .iso8601).component(.year, from: Date()) + 1
        try desk.done(
            ["embargo", "share", session, "--link", "--until", "\(year)-01-01T00:00:00Z", "--as", "irene"])
        #expect(try desk.done(["catalogue", "cite", session]).text.contains("Curie"))

        // Without an answer nothing is erased, and the custodian is told who would be; she stands here under two names.
        try desk.refused(["user", "erase", "irene", "--yes"], 2, "several names", "Curie, Irène", "--person")
        try desk.refused(["user", "erase", "jean"], 2, "no such person")
        try desk.refused(["user", "erase", "--email", "jean@example.org"], 2, "cannot be undone", "Perrin, Jean", "--yes")
        try desk.refused(["user", "erase", "irene", "--email", "irene@example.org"], 1, "One of")
        #expect(try desk.done(["catalogue", "cite", session]).text.contains("Curie"))

        let told = try desk.plain(["user", "erase", "irene"])
        #expect(told.status == 2 && told.standardOutput.contains("20260001 (principal investigator)"))
        let numbers = told.standardOutput.split(separator: "\n").compactMap { line -> Int? in
            line.contains("irene@") ? Int(line.split(separator: " ").first ?? "") : nil
        }
        #expect(numbers.count == 2, "\(told.standardOutput)")
        let erased = try desk.done(["user", "erase", "--yes"] + numbers.flatMap { ["--person", "\($0)"] })
        #expect(erased.json["persons"] as? [Int] == numbers && erased.json["accounts"] as? Int == 1)
        #expect(erased.json["told_again"] as? Int == 1)
        #expect(!erased.text.contains("irene") && !erased.text.contains("Curie"))

        let cited = try desk.done(["catalogue", "cite", session]).text
        #expect(!cited.contains("Curie") && cited.contains("Perrin"))
        #expect(try desk.call(["session", "list", "--as", "irene"]).status == 2)
        let users = try desk.done(["user", "list"]).text
        #expect(!users.contains("irene") && users.contains("erased-"))
        // Her share is still hers, by number.
        let shares = try desk.done(["catalogue", "history", "20260001/2026-05"]).text
        #expect(shares.contains("given") && numbers.contains { shares.contains("\"person\":\($0)") }, "\(shares)")
        #expect(try desk.done(["catalogue", "check"]).json["problems"] as? [String] == [])
        try desk.refused(["user", "erase", "--yes", "--person", "\(numbers[0])"], 2, "no such person")
    }

    @Test func onlyTheFacilityErases() throws {
        let desk = try CatalogueDesk("erasure")
        try desk.addAccounts()
        for name in ["irene", "otto"] {
            let known = try desk.call(["user", "erase", "cleo", "--yes", "--as", name])
            let unknown = try desk.call(["user", "erase", "nobody", "--yes", "--as", name])
            #expect(known.status == 4 && known.errors == unknown.errors && known.text == unknown.text, "\(known.errors)")
        }
        try desk.refused(["user", "erase", "otto", "--yes", "--as", "anonymous"], 4)
        try desk.done(["user", "erase", "otto", "--yes", "--as", "cleo"])
        try desk.refused(["user", "erase", "otto", "--yes"], 2, "no such person")
    }
}
