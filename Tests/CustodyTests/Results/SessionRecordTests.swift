import Custody
import DataCite
import EmbargoClock
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// What a session's record and its runs' tell of times, techniques and formats.
///
/// Source: DataCite metadata schema 4.5, properties 6, 8 and 14 (https://doi.org/10.14454/g8e5-6293).
struct SessionRecordTests {
    private func told(_ record: DataCiteRecord, _ type: DateType) -> [String] {
        record.dates.filter { $0.dateType == type }.map(\.date)
    }

    private func session(_ custodian: Custodian) async throws -> DataCiteRecord {
        try await custodian.publicRecord("\(TestCustodian.session.proposal)/\(TestCustodian.session.name)").record
    }

    /// Every record as harvesters get it.
    private func harvested(_ custodian: Custodian) async throws -> [String: DataCiteRecord] {
        try await custodian.offer()
        let page = try await custodian.harvest(HarvestQuestion())
        return Dictionary(uniqueKeysWithValues: page.records.compactMap { record in record.record.map { (record.pid, $0) } })
    }

    @Test func itWasCollectedFromTheFirstRunToTheLast() async throws {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        for (number, end) in [(1, "2026-05-08T12:00:00Z"), (2, "2026-05-09T12:00:00Z")] {
            _ = try await test.custodian.register(TestCustodian.run(number, ended: end), by: .system)
        }
        try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        let record = try await session(test.custodian)
        #expect(told(record, .collected) == ["2026-05-08T11:59:10Z/2026-05-09T12:00:00Z"])
        #expect(told(record, .created) == ["2026-05-09T12:00:00Z"])
        // Nothing was decided since.
        #expect(told(record, .updated).isEmpty)
        #expect(record.subjects.map(\.valueUri) == ["http://purl.org/pan-science/PaNET/PaNET01164"])

        // One that comes late, on a day that moves no clock.
        _ = try await test.custodian.register(TestCustodian.run(3, ended: "2026-05-07T12:00:00Z"), by: .system)
        #expect(try await told(session(test.custodian), .collected) == ["2026-05-07T11:59:10Z/2026-05-09T12:00:00Z"])
    }

    /// Page, registry and harvesters are told the same; of each run of a session its own times.
    @Test func harvestersGetTheSame() async throws {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        var pids: [String] = []
        for (number, end) in [(1, "2026-05-08T12:00:00Z"), (2, "2026-05-09T12:00:00Z")] {
            pids.append("\(try await test.custodian.register(TestCustodian.run(number, ended: end), by: .system).pid)")
        }
        try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        for time in ["2026-05-10T00:00:00Z", "2029-05-10T12:00:00Z"] {
            try test.clock.set(time)
            _ = try await test.custodian.sweep()
            let harvested = try await harvested(test.custodian)
            let session = try await session(test.custodian)
            #expect(harvested.count == 3 && harvested["\(session.doi)"] == session)
            for pid in pids { #expect(try await harvested[pid] == test.custodian.publicRecord(pid).record) }
            #expect(try await told(test.custodian.publicRecord(pids[0]).record, .created) == ["2026-05-08T12:00:00Z"])
        }
        let open = try await test.custodian.publicRecord(pids[0]).record
        #expect(open.formats == ["application/x-hdf5"])
        #expect(told(open, .updated) == ["2029-05-10T12:00:00Z"])
    }

    /// As its files are called; what is not known is not guessed.
    @Test func formatsAreThoseOfTheFiles() async throws {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let sealed = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z")
        var summary = sealed.summary
        summary.files += [
            try FileEntry(path: "thumbs/a.png", role: .thumbnail, bytes: 10),
            try FileEntry(path: "frames.xyz", role: .data, bytes: 10),
            try FileEntry(path: "scan.TIFF", role: .data, bytes: 10), try FileEntry(path: "json", role: .data, bytes: 10),
        ]
        let run = SealedRun(summary: summary, manifest: nil, folder: sealed.folder)
        let pid = try await test.custodian.register(run, by: .system).pid
        try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        #expect(try await test.custodian.publicRecord("\(pid)").record.formats.isEmpty)
        try test.clock.set("2029-05-10T12:00:00Z")
        #expect(
            try await test.custodian.publicRecord("\(pid)").record.formats == ["application/x-hdf5", "image/png", "image/tiff"])
    }

    /// The record's times are of what everyone knows.
    @Test func nobodyLearnsFromItThatATeamIsAtWork() async throws {
        let sessions = try await TwoSessions()
        let owner = ClockOwner.session(TestCustodian.session)
        try sessions.test.clock.set("2027-06-01T00:00:00Z")
        try await sessions.decide(owner, by: sessions.member, .extensionAsked(reason: "the thesis", proposal: .found))
        #expect(try await told(session(sessions.custodian), .updated).isEmpty)
        try await sessions.decide(owner, by: sessions.curator, .extensionGranted)
        #expect(try await told(session(sessions.custodian), .updated) == ["2027-06-01T00:00:00Z"])
    }
}
