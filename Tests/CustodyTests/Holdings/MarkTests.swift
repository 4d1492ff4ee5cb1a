import Custody
import Diagnostics
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestStore

struct MarkTests {
    @Test func theTeamMarksFramesAndTakesAMarkBackAndTheHistoryHasBoth() async throws {
        let session = try await SessionWithARun()
        let drop = try await session.custodian.mark(
            session.pid, MarkDraft(.drop, frames: 2...4, reason: "beam lost"), by: session.member)
        let keep = try await session.custodian.mark(
            session.pid, MarkDraft(.keep, frames: 7...9, reason: "the reaction"), by: session.staff)
        let scope = try await session.scope(session.member)
        let marks = try await session.store.marks(of: session.pid, scope: scope)
        #expect(marks.map(\.word) == [.drop, .keep])
        #expect(marks.map(\.frames) == [2...4, 7...9])
        #expect(marks.map(\.reason) == ["beam lost", "the reaction"])
        #expect(marks.allSatisfy { $0.person != nil })

        try await session.custodian.removeMark(drop.number, of: session.pid, by: session.curator)
        let left = try await session.store.marks(of: session.pid, scope: scope)
        #expect(left.map(\.number) == [keep.number])
        // Its number is not given to another one.
        let third = try await session.custodian.mark(
            session.pid, MarkDraft(.drop, frames: 0...0, reason: "dark"), by: session.member)
        #expect(third.number > keep.number)
        let events = try await session.store.history(of: session.pid, scope: scope)
        #expect(events.map(\.action).suffix(4) == ["marked", "marked", "mark-removed", "marked"])
        #expect(events.contains { $0.detail?.contains(#""frames":"2-4""#) == true && $0.action == "mark-removed" })
        try await session.store.verifyHistory(of: session.pid, tenant: session.custodian.rules.tenant)
        let again = await refusal { try await session.custodian.removeMark(drop.number, of: session.pid, by: session.curator) }
        #expect(again?.code == .notFound)
    }

    @Test func whoHasNoPartInTheRunMarksNothing() async throws {
        let session = try await SessionWithARun()
        let draft = try MarkDraft(.drop, frames: 1...2, reason: "x")
        let closed = await refusal { try await session.custodian.mark(session.pid, draft, by: session.outsider) }
        #expect(closed?.code == .forbidden)
        try await session.open()
        let open = await refusal { try await session.custodian.mark(session.pid, draft, by: session.outsider) }
        #expect(open?.code == .forbidden)
        let marks = try await session.store.marks(of: session.pid, scope: session.scope(.custodian))
        #expect(marks.isEmpty)
    }

    @Test func aRunThatNobodyMayKnowOfIsNotThereForWhoWouldMarkIt() async throws {
        let session = try await SessionWithARun(close: false)
        let draft = try MarkDraft(.drop, frames: 1...2, reason: "x")
        let error = await refusal { try await session.custodian.mark(session.pid, draft, by: session.outsider) }
        let other = try TestCustodian.run(2, ended: "2026-05-09T12:00:00Z").summary.pid
        let absent = await refusal { try await session.custodian.mark(other, draft, by: session.outsider) }
        #expect(
            error?.description.replacing("\(session.pid)", with: "PID") == absent?.description.replacing("\(other)", with: "PID"))
        #expect(error?.code == .notFound)
    }

    /// Ten frames: 0 to 9.
    @Test(arguments: [0...10, 10...10, 5...Int64.max])
    func framesThatTheRunHasNotAreRefused(_ frames: ClosedRange<Int64>) async throws {
        let session = try await SessionWithARun()
        let error = await refusal {
            try await session.custodian.mark(session.pid, MarkDraft(.keep, frames: frames, reason: "x"), by: .custodian)
        }
        #expect(error?.code == .badRequest)
        #expect(error?.expected == "0 to 9")
    }

    @Test func theContraryOfAMarkIsRefusedWhereTheyMeetAndTheSameIsNot() async throws {
        let session = try await SessionWithARun()
        _ = try await session.custodian.mark(session.pid, MarkDraft(.keep, frames: 2...4, reason: "x"), by: .custodian)
        for frames in [4...5, 0...2, 3...3, 0...9] as [ClosedRange<Int64>] {
            let error = await refusal {
                try await session.custodian.mark(session.pid, MarkDraft(.drop, frames: frames, reason: "x"), by: .custodian)
            }
            #expect(error?.code == .badRequest, "\(frames)")
        }
        _ = try await session.custodian.mark(session.pid, MarkDraft(.keep, frames: 3...9, reason: "x"), by: .custodian)
        _ = try await session.custodian.mark(session.pid, MarkDraft(.drop, frames: 0...1, reason: "x"), by: .custodian)
    }

    @Test(arguments: ["", " \n", "a\u{0}b", String(repeating: "x", count: 1001)])
    func aMarkNeedsAReason(_ reason: String) {
        let error = #expect(throws: CatalogueError.self) { try MarkDraft(.drop, frames: 0...1, reason: reason) }
        #expect(error?.code == .badRequest)
    }

    @Test(arguments: [
        "UPDATE mark SET word = 'keep'", "UPDATE mark SET last_frame = 5", "UPDATE mark SET reason = 'other'",
        "UPDATE mark SET removed_at_ns = 1", "DELETE FROM mark",
        "INSERT INTO mark (run, word, first_frame, last_frame, at_ns) SELECT run, 'keep', 8, 8, 1 FROM mark",
    ])
    func aMarkThatWasEditedBehindOurBackIsFound(_ edit: String) async throws {
        let session = try await SessionWithARun()
        _ = try await session.custodian.mark(session.pid, MarkDraft(.drop, frames: 2...4, reason: "x"), by: .custodian)
        try session.store.edit(edit)
        let error = await refusal {
            try await session.store.verifyHistory(of: session.pid, tenant: session.custodian.rules.tenant)
        }
        #expect(error?.code == .historyBroken)
        #expect(error?.description.contains("marks or attachments") == true)
    }

    @Test func aMarkBesideARunOfWhichNoneWasEverMadeIsFound() async throws {
        let session = try await SessionWithARun()
        try session.store.edit(
            "INSERT INTO mark (run, word, first_frame, last_frame, at_ns) SELECT id, 'keep', 8, 8, 1 FROM run")
        let error = await refusal {
            try await session.store.verifyHistory(of: session.pid, tenant: session.custodian.rules.tenant)
        }
        #expect(error?.code == .historyBroken)
    }
}
