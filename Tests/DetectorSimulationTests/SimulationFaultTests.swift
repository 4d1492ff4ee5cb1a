import DetectorSimulation
import Diagnostics
import Testing

@Suite struct SimulationFaultTests {
    @Test(arguments: SimulationFault.Kind.allCases)
    func everyKindIsFoundByItsName(kind: SimulationFault.Kind) throws {
        #expect(try SimulationFault(parsing: kind.rawValue).kind == kind)
    }

    @Test func numbersAreTakenInTheirOrder() throws {
        let fault = try SimulationFault(parsing: "drop:3,17,2")
        #expect(fault.kind == .drop)
        #expect(fault.numbers == [3, 17, 2])
    }

    @Test(arguments: [
        "", "drop:", "drop:x", "drop:-1", "drops", "fewer:1,2", "no-end:1", "drop:1,,2", "drop:99999999999999999999",
    ])
    func whatIsNoFaultIsRefused(text: String) {
        let error = #expect(throws: SimulationError.self) { try SimulationFault(parsing: text) }
        #expect(error?.code == .faultUnknown)
    }
}

@Suite struct SeriesScriptTests {
    /// A script in a line: S start, E end, numbers are frames, small letters mark what is odd.
    private func line(_ frames: Int, _ faults: String...) throws -> String {
        var parsed: [SimulationFault] = []
        for fault in faults { parsed.append(try SimulationFault(parsing: fault)) }
        return SeriesScript(frames: frames, faults: parsed).steps.map { step in
            switch step {
            case .start(.played, nil): "S"
            case .start(.played, .userData(let size)?): "S+\(size)"
            case .start(.played, .evilNames?): "S!"
            case .start(.other, _): "s"
            case .end(.played): "E"
            case .end(.other): "e"
            case .image(let frame, .played, nil): "\(frame)"
            case .image(let frame, .played, let damage?): "\(frame)\(damage)"
            case .image(let frame, .other, _): "o\(frame)"
            case .hostile(let kind): "\(kind)!"
            case .pause(let seconds): "p\(seconds)"
            case .kill: "K"
            }
        }.joined(separator: " ")
    }

    @Test func aSeriesWithoutFaultsIsStartFramesEnd() throws {
        #expect(try line(3) == "S 0 1 2 E")
        #expect(try line(1) == "S 0 E")
    }

    @Test func framesAreLeftOutRepeatedAndReordered() throws {
        #expect(try line(5, "drop:1,3") == "S 0 2 4 E")
        #expect(try line(4, "drop") == "S 0 1 3 E")
        #expect(try line(3, "drop:7") == "S 0 1 2 E")
        #expect(try line(3, "dup:0,2") == "S 0 0 1 2 2 E")
        #expect(try line(3, "dup-differs:1") == "S 0 1 1otherPixels 2 E")
        #expect(try line(4, "reorder:1") == "S 0 2 1 3 E")
        #expect(try line(3, "reorder:2") == "S 0 1 2 E")
    }

    @Test func beginAndEndGoWrong() throws {
        #expect(try line(2, "no-start") == "0 1 E")
        #expect(try line(2, "no-end") == "S 0 1")
        #expect(try line(2, "double-end") == "S 0 1 E E")
        #expect(try line(4, "kill:2") == "S 0 1 K")
        #expect(try line(4, "late-frames:2") == "S 0 1 E 2 3")
        #expect(try line(4, "fewer:3") == "S 0 E")
        #expect(try line(2, "fewer:5") == "S E")
        #expect(try line(2, "more:2") == "S 0 1 2 3 E")
    }

    @Test func theHeaderAnnouncesTheFramesOfTheUndisturbedSeries() throws {
        for fault in [SimulationFault(.more, 2), SimulationFault(.fewer, 2), SimulationFault(.drop, 1)] {
            #expect(SeriesScript(frames: 6, faults: [fault]).announcedFrames == 6)
        }
    }

    @Test func anotherSeriesGetsInBetween() throws {
        #expect(try line(4, "stray:1") == "S 0 1 o0 2 3 E")
        #expect(try line(6, "stray:2") == "S 0 1 o0 2 3 o1 4 5 E")
        #expect(try line(2, "two-series") == "S 0 s o0 1 o1 e E")
    }

    @Test func payloadsAndMessagesAreDamaged() throws {
        #expect(try line(2, "truncate:0", "corrupt:1") == "S 0truncated 1corrupt E")
        #expect(try line(3, "shape:0", "dtype:1", "nohdr12:2") == "S 0halfShape 1otherType 2noHeader E")
        #expect(try line(2, "bomb:0", "indef:1") == "S 0bomb 1indefinite E")
        #expect(try line(2, "badcbor:0", "pickle:1") == "S cut! 0 pickle! 1 E")
        #expect(try line(2, "deep:1", "hugelen:1") == "S 0 deep! hugeLength! 1 E")
        #expect(try line(2, "pause:5") == "S 0 p5 1 E")
        #expect(try line(1, "big-user:64") == "S+64 0 E")
        #expect(try line(1, "evil-name") == "S! 0 E")
    }

    @Test func faultsApplyOneAfterAnother() throws {
        #expect(try line(4, "drop:3", "dup:3") == "S 0 1 2 E")
        #expect(try line(4, "dup:3", "drop:3") == "S 0 1 2 E")
        #expect(try line(3, "no-start", "no-end", "drop:1") == "0 2")
    }
}
