import Foundation
import TestSupport
import Testing

/// A stream that changes in the middle: the frame that does not fit is refused by name, and what was acknowledged before and after it is safe.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: LedgerView.isAvailable && TestPython.isAvailable("cbor2"), "\(TestPython.absence)"))
struct MidSeriesTests {
    @Test(arguments: [
        ("if n == 4: packing = \"blosc\"", "blosc"),
        ("if n == 4: shape = [32, 256]", "32 x 256"),
        ("if n == 4: type = 70", "another element size"),
        ("if n == 4: type = 65", "big-endian"),
        ("if n == 4: shape = [64, 128, 1]", "more than two dimensions"),
        ("if n == 4: payload = payload[:-9]", "ends within one of its blocks"),
        ("if n == 4: payload = b\"\"", "0 bytes"),
    ])
    func theFrameThatDoesNotFitIsRefusedAndTheOthersAreWhole(damage: String, said: String) throws {
        let folder = try TemporaryFolder("e2e")
        let (process, address, sent) = try OtherSources.pushSmallSeries(frames: 10, damage: damage, in: folder)
        let output = try Rehearsal.startIngest(from: address, in: folder).wait()
        withExtendedLifetime(process) {}
        let recorded = Recorded(folder: folder, output: output, player: nil)
        #expect(recorded.status == 3)
        let sealed = try recorded.sealed()
        let run = try recorded.run()
        #expect(sealed.verdict == "partial")
        #expect(sealed.frames.written == 9)
        #expect(run.missing_frames == [[4, 4]])
        // Said while it happened, and in the run for who opens it later.
        #expect(recorded.events.compactMap(\.reason).contains { $0.contains(said) }, "\(recorded.output.standardError)")
        #expect(
            (run.invalid_frames.map(\.reason) + run.notes).contains { $0.contains(said) }, "\(run.invalid_frames) \(run.notes)")
        let records = try LedgerView.records(ofRun: sealed.run)
        #expect(records.allSatisfy { $0.isIntact })
        for (frame, wire) in sent.enumerated() where frame != 4 {
            #expect(records.first { $0.frame == frame }?.sha256 == wire.sha256, "frame \(frame)")
        }
        #expect(records.first { $0.frame == 4 }?.isMasked == true)
        #expect(try FaisceauProgram.run(["verify", sealed.run, "--decode"]).status == 0)
    }
}
