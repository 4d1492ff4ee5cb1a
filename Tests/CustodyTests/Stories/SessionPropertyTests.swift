import Custody
import Diagnostics
import EmbargoClock
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// Whatever happens in whatever order: what the store compares is what the chain of decisions says.
struct SessionPropertyTests {
    @Test(arguments: UInt64(0)..<40)
    func whatTheStoreComparesIsWhatTheChainSays(seed: UInt64) async throws {
        var story = try await RandomSession(seed: seed)
        for step in 0..<30 {
            do { try await story.step() } catch {
                Issue.record("seed \(seed), step \(step): \(error)\n\(story.told.suffix(6))")
                return
            }
            let place = "seed \(seed), step \(step): \(story.told.suffix(6))"
            let isHeld = try await check(story, place)
            guard isHeld else { return }
        }
        for run in story.runs {
            try await story.test.store.verifyHistory(of: run.summary.pid, tenant: story.custodian.rules.tenant)
        }
        try await story.test.store.checkIntegrity()
    }

    /// - Returns: false after a difference, behind which all else differs too.
    private func check(_ story: RandomSession, _ place: String) async throws -> Bool {
        let custodian = story.custodian
        let tenant = custodian.rules.tenant
        let time = try await custodian.time.now()
        #expect(time.doubt == nil && time.now == story.test.clock.reading().wall, "\(place)")
        let record = try await story.test.store.clock(of: story.owner, tenant: tenant)
        let status = record.status(at: time.now)
        let keeper = try await custodian.scope(of: .custodian)
        let anyone = try await custodian.scope(of: .anonymous)
        let isOpen = status.readers.metadata == .everyone
        #expect(!isOpen || status.dates.closedUntil.isOver(at: time.now), "\(place)")
        var isRight = true
        for run in story.runs {
            let stored = try await story.test.store.run(run.summary.pid, scope: keeper)
            var closedUntil: Int64?
            if case .instant(let instant) = status.dates.closedUntil { closedUntil = instant.secondsSince1970 }
            let error = await refusal { try await story.test.store.run(run.summary.pid, scope: anyone) }
            let short = await refusal { try await story.test.store.shortRecord(of: run.summary.pid, scope: anyone) }
            let isListed = status.readers.shortRecord == .everyone
            isRight =
                stored.access.closedUntil == closedUntil
                && stored.access.opensAt == status.dates.opening?.opens.at.secondsSince1970
                && stored.access.isListed == isListed && (short == nil) == isListed && stored.state == state(status.state)
                && stored.access.readers == readers(status.readers.metadata)
                && error?.code == (isOpen ? nil : isListed ? .forbidden : .notFound)
            #expect(isRight, "\(place): \(stored.access), \(stored.state); \(status.state), \(status.readers), \(status.dates)")
            guard isRight else { return false }
        }
        let report = try await custodian.recompute(mend: false)
        #expect(report.differences.map(\.what) == [], "\(place)")
        return isRight && report.differences.isEmpty
    }

    private func state(_ state: EmbargoState) -> AccessState {
        switch state {
        case .collecting: .collecting
        case .embargoed: .embargoed
        case .extensionPending: .extensionPending
        case .held: .held
        case .open: .open
        case .proprietary: .proprietary
        case .withdrawn: .withdrawn
        case .purged: .purged
        }
    }

    private func readers(_ audience: Audience) -> RunReaders {
        switch audience {
        case .nobody: .nobody
        case .payer, .team: .team
        case .teamAndBeamlineStaff: .teamAndStaff
        case .teamSharedAndStaff, .registered, .everyone: .teamSharedAndStaff
        }
    }
}
