import Custody
import Diagnostics
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

struct DownloadTests {
    @Test func downloadsAreCountedByTheFacilitysDayAndToldToTheTeam() async throws {
        let session = try await SessionWithARun()
        try await session.open()
        // 23:30 in Paris, and half an hour later it is the next day.
        try session.test.clock.set("2029-06-01T21:30:00Z")
        try await session.custodian.countDownloads([(session.pid, 100), (session.pid, 20)])
        try await session.custodian.countDownloads([(session.pid, 3)])
        try session.test.clock.set("2029-06-01T22:00:00Z")
        try await session.custodian.countDownloads([(session.pid, 7)])
        let counts = try await session.store.downloads(of: session.pid, scope: session.scope(session.member))
        #expect(counts?.map(\.day) == ["2029-06-01", "2029-06-02"])
        #expect(counts?.map(\.downloads) == [3, 1])
        #expect(counts?.map(\.bytes) == [123, 7])
        // Who reads it because it is open is not told.
        #expect(try await session.store.downloads(of: session.pid, scope: session.scope(session.outsider)) == nil)
    }

    @Test func aBatchThatNamesAnUnknownRunCountsNothing() async throws {
        let session = try await SessionWithARun()
        let absent = try TestCustodian.run(2, ended: "2026-05-09T12:00:00Z").summary.pid
        let error = await refusal { try await session.custodian.countDownloads([(session.pid, 1), (absent, 1)]) }
        #expect(error?.code == .notFound)
        #expect(try await session.store.downloads(of: session.pid, scope: session.scope(.custodian)) == [])
    }

    @Test func aCountThatIsFullStaysFull() async throws {
        let session = try await SessionWithARun()
        for _ in 0..<2 { try await session.custodian.countDownloads([(session.pid, 1 << 53)]) }
        let counts = try await session.store.downloads(of: session.pid, scope: session.scope(.custodian))
        #expect(counts?.map(\.bytes) == [9_007_199_254_740_992])
        let negative = await refusal { try await session.custodian.countDownloads([(session.pid, -1)]) }
        #expect(negative?.code == .badRequest)
    }
}
