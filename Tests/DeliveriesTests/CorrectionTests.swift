import Custody
import DataCiteStandIn
import Diagnostics
import EmbargoClock
import Identifiers
import JSON
import Minting
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// The registry and the team are told when an end is corrected.
struct CorrectionTests {
    @Test func aCorrectedEndIsToldToTheRegistryAndToTheTeam() async throws {
        let test = try TestFacility()
        let session = try await test.closed()
        try await test.deliver()
        #expect(test.entry(session.pid)?.date("Available") == "2029-05-10")
        let mails = test.mail.mails.count
        _ = try await test.custodian.correctEnd(
            of: .session(TestFacility.session), to: Timestamp(try Instant("2025-12-31T22:30:00Z")),
            reason: "the clock of the host was ahead", by: .custodian)
        try await test.deliver()
        let entry = try #require(test.entry(session.pid))
        #expect(entry.date("Available") == "2029-01-01" && entry.date("Accepted") == "2025-12-31")
        #expect(entry.attributes["publicationYear"].map { "\($0)".contains("2029") } == true)
        let told = test.mail.mails.dropFirst(mails)
        #expect(told.contains { $0.contains("the clock of the host was ahead") }, "\(told.count) mails")
        #expect(try await test.drift().differences == [])
        #expect(try await test.store.waitingMessages().waiting == 0)
    }
}
