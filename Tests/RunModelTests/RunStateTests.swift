import Diagnostics
import RunModel
import Testing

@Suite struct RunStateTests {
    @Test func aRunIsArmedRecordedAndSealed() throws {
        var state = RunState.armed
        for next in [RunState.recording, .stalled, .recording, .sealing, .sealed] { try state.move(to: next) }
        #expect(state == .sealed)
    }

    @Test func aRunWithoutFramesIsSealedToo() throws {
        var state = RunState.armed
        try state.move(to: .sealing)
        try state.move(to: .sealed)
        #expect(state == .sealed)
    }

    @Test(arguments: RunState.allCases)
    func aSealedRunDoesNotChange(next: RunState) {
        var state = RunState.sealed
        let error = #expect(throws: RunModelError.self) { try state.move(to: next) }
        #expect(error?.code == .illegalMove)
        #expect(state == .sealed)
    }

    @Test func noStateFollowsItselfAndNoneLeadsBackToArmed() {
        for state in RunState.allCases {
            #expect(!state.successors.contains(state))
            #expect(!state.successors.contains(.armed))
        }
    }

    @Test(arguments: [
        (FrameCounts(expected: 3, received: 3, written: 3), Verdict.complete),
        (FrameCounts(expected: nil, received: 3, written: 3, duplicate: 2, reordered: 1), .complete),
        (FrameCounts(expected: 3, received: 2, written: 2, lostDetector: 1), .partial),
        (FrameCounts(expected: 3, received: 2, written: 2), .partial),
        (FrameCounts(expected: 3, received: 3, written: 2, lostHere: 1), .partial),
        (FrameCounts(expected: 3, received: 3, written: 2, invalid: 1), .partial),
        (FrameCounts(expected: 3, received: 3, written: 0, invalid: 3), .failed),
        (FrameCounts(expected: 0), .failed),
    ])
    func theVerdictFollowsFromTheCounts(counts: FrameCounts, verdict: Verdict) {
        #expect(counts.verdict == verdict)
        #expect(verdict.exitStatus.rawValue == (verdict == .complete ? 0 : 3))
    }
}
