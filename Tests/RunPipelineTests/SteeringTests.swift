import ChunkFile
import DetectorWire
import FrameIngest
import Foundation
import Frames
import RunModel
import RunPipeline
import Synchronization
import TestFileSystems
import TestSupport
import Testing

/// What an operator orders of an ingest that is behind, and what the ingest says of its own state.
@Suite struct SteeringTests {
    /// Looks until it is so; a test that waits longer than half a minute has failed.
    static func eventually(_ isSo: () -> Bool) -> Bool {
        for _ in 0..<6000 {
            if isSo() { return true }
            Thread.sleep(forTimeInterval: 0.005)
        }
        return isSo()
    }

    @Test func aStopSealsWhatWasReceivedBeforeIt() throws {
        let folder = try TemporaryFolder("steer")
        let recording = try ForeverRecording.record(
            Array(try ForeverTests.series(1, count: 200).dropLast()), in: folder, until: 1,
            configure: { $0.closeAfter_s = 600 },
            whenArmed: { receiver, switchboard in
                // The writer stands still until all has come.
                #expect(Self.eventually { receiver.counters.messages == 201 })
                switchboard.stop()
            })
        let sealed = try #require(recording.events(.sealed).first)
        #expect(sealed.ending == .stopped)
        #expect(sealed.frames == FrameCounts(expected: 200, received: 200, written: 200))
        #expect(recording.status?.totals.strayMessages == 0)
    }

    @Test func anAbortCountsWhatWaitsAsLostHere() throws {
        let folder = try TemporaryFolder("steer")
        let recording = try ForeverRecording.record(
            Array(try ForeverTests.series(1, count: 200).dropLast()), in: folder, until: 1,
            configure: { $0.closeAfter_s = 600 },
            on: { event, switchboard in if event.event == .firstFrame { switchboard.abort() } },
            whenArmed: { receiver, _ in #expect(Self.eventually { receiver.counters.messages == 201 }) })
        let sealed = try #require(recording.events(.sealed).first)
        #expect(sealed.ending == .aborted)
        #expect(sealed.frames == FrameCounts(expected: 200, received: 200, written: 1, lostHere: 199))
        #expect(recording.status?.totals.strayMessages == 0)
        #expect(try RunVerifier(folder: folder.path + "/run_1", decodes: true).verify().problems == [])
    }

    @Test func framesThatHaveNotComeYetAreNotLostInTheStatus() throws {
        let folder = try TemporaryFolder("steer")
        var messages = Array(try ForeverTests.series(1, count: 40).prefix(11))
        messages.remove(at: 4)
        let run = Mutex<IngestStatus.RunStatus?>(nil)
        let recording = try ForeverRecording.record(
            messages, in: folder, until: 1, configure: { $0.closeAfter_s = 600 },
            whenArmed: { _, switchboard in
                Thread {
                    #expect(Self.eventually { switchboard.status().run?.frames.received == 9 })
                    run.withLock { $0 = switchboard.status().run }
                    switchboard.stop()
                }.start()
            })
        let status = try #require(run.withLock { $0 })
        // Of forty announced ones: number 3 is passed and missing, thirty are still to come.
        #expect(status.frames.expected == 40 && status.missingSoFar == 1)
        #expect(status.frames.lostDetector == 1)
        // The end is what makes them lost.
        #expect(recording.events(.sealed).first?.frames?.lostDetector == 31)
        #expect(recording.status?.totals.lostDetector == 31)
    }

    @Test func anIngestThatCannotWriteHasFailedUntilItRecordsAgain() throws {
        let folder = try TemporaryFolder("steer")
        let files = FaultyFileSystem(.init(capacity: 150_000, limitedSuffix: "run_1_data_000001.h5"))
        let states = Mutex<[String]>([])
        // 1.2 kB a frame that no codec makes smaller.
        let large = try Recording.series(.v2, count: 200) { frame, pixel in
            let seed = UInt64(frame * 600 + pixel + 1) &* 0x9E37_79B9_7F4A_7C15
            let mixed = (seed ^ (seed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            return UInt16(truncatingIfNeeded: mixed ^ (mixed >> 27))
        }.map { try MessageTemplate($0, version: .v2).stamped(MessageStamp(seriesID: 1, uniqueID: "SERIES1")) }
        let recording = try ForeverRecording.record(
            large + (try ForeverTests.series(2)), in: folder, until: 2,
            configure: { plan in
                plan.fileSystem = files
                plan.space = SpaceOptions(preallocationStep: 1 << 14, endOfFileStep: 1 << 20)
            },
            on: { event, switchboard in
                let status = switchboard.status()
                if event.event == .sealed || event.event == .armed {
                    states.withLock { $0.append("\(event.event) \(status.state) \(status.problem?.prefix(15) ?? "")") }
                }
            })
        #expect(recording.sealed == ["run_1 partial", "run_2 complete"])
        #expect(recording.status?.problem?.contains("writing") != true)
        // What was said when the first run was closed: before the next was armed, or while it was sealed.
        #expect(states.withLock { $0 }.contains("armed failed writing failed:"), "\(states.withLock { $0 })")
    }

    @Test func aStallThatEndsWithItsSeriesIsNoProblemAnyMore() throws {
        let folder = try TemporaryFolder("steer")
        let said = Mutex<[String?]>([])
        _ = try ForeverRecording.record(
            Array(try ForeverTests.series(1).dropLast()), in: folder, until: 1,
            configure: { plan in
                plan.closeAfter_s = 600
                plan.stallAfter_s = 0.3
            },
            on: { event, switchboard in
                if event.event == .stalled {
                    // Said behind the event.
                    Thread {
                        #expect(Self.eventually { switchboard.status().problem != nil })
                        switchboard.stop()
                    }.start()
                }
                if event.event == .sealed { said.withLock { $0.append(switchboard.status().problem) } }
            })
        // That the detector has gone may be said.
        #expect(said.withLock { $0.map { $0?.contains("nothing has come") ?? false } } == [false])
    }

    @Test func aLostConnectionIsAProblem() throws {
        let folder = try TemporaryFolder("steer")
        let isSaid = Mutex(false)
        // The detector is gone when it has sent its series.
        _ = try ForeverRecording.record(
            try ForeverTests.series(1), in: folder, until: 9,
            whenArmed: { receiver, switchboard in
                Thread {
                    let isLost = Self.eventually {
                        let status = switchboard.status()
                        return !status.isConnected && status.problem?.contains("connection") == true
                    }
                    isSaid.withLock { $0 = isLost }
                    receiver.stop()
                }.start()
            })
        #expect(isSaid.withLock { $0 })
    }

    @Test func whatWasAnnouncedWaitsForARunThatIsMade() throws {
        let folder = try TemporaryFolder("steer")
        let tooLarge = try Recording.series(.v2, count: 2, announced: 1 << 40).map {
            try MessageTemplate($0, version: .v2).stamped(MessageStamp(seriesID: 1, uniqueID: "SERIES1"))
        }
        let recording = try ForeverRecording.record(
            tooLarge + (try ForeverTests.series(2)), in: folder, until: 2, next: ArmMetadata(name: "lyso_{series}"))
        #expect(recording.sealed == ["lyso_2 complete"])
        #expect(recording.status?.totals.seriesWithoutRun == 1)
    }

    @Test func aSiblingBelongsToTheProposalOfItsRun() throws {
        let folder = try TemporaryFolder("steer")
        var first = try ForeverTests.series(1, count: 6)
        let late = Array(first[5...6])
        first.removeSubrange(5...6)
        let recording = try ForeverRecording.record(
            first + (try ForeverTests.series(2)) + late, in: folder, until: 3,
            next: ArmMetadata(sample: "lysozyme", session: "s7", metadata: ["ring": .number(7)]))
        #expect(recording.sealed == ["run_1 partial", "run_2 complete", "run_1_late partial"])
        let summary = try RunSummary(json: Data(contentsOf: URL(fileURLWithPath: folder.path + "/run_1_late/run.json")))
        #expect(summary.origin.sample == "lysozyme")
        #expect(summary.origin.session == "s7")
        #expect(summary.metadata == ["ring": .number(7)])
    }

    @Test func aRunThatCannotBeSealedIsCounted() throws {
        let folder = try TemporaryFolder("steer")
        let files = FaultyFileSystem(.init(refusesMapping: true, errorNumber: EIO, failsFrom: 60))
        let recording = try ForeverRecording.record(
            try ForeverTests.series(1, count: 40), in: folder, until: 1, configure: { $0.fileSystem = files })
        #expect(recording.events(.failed).count == 1)
        #expect(recording.status?.totals.runsUnsealed == 1)
    }

    /// A writer that stood still for an hour finds a word of one second's silence, and behind it what has come since.
    @Test func whatTheReceiverSaysOfSilenceBoundsIt() {
        var rules = SeriesRulesTests.begun()
        #expect(rules.tick(at: 3600, silence: 1) == [])
        #expect(rules.image(SeriesRulesTests.first, at: 3600) == .current)
        #expect(rules.tick(at: 3640, silence: 35) == [.stalled(1, seconds: 35)])
    }

    @Test func theStatusDoesNotWaitForAFileSystemThatHangs() throws {
        let folder = try TemporaryFolder("steer")
        let files = FaultyFileSystem()
        files.change { $0.holdsStatistics = true }
        var plan = try ForeverRecording.plan(in: folder)
        plan.fileSystem = files
        let switchboard = IngestSwitchboard(plan: plan, from: "tcp://127.0.0.1:1")
        let answers = Mutex(0)
        Thread {
            for _ in 0..<3 {
                _ = switchboard.status()
                answers.withLock { $0 += 1 }
            }
        }.start()
        #expect(Self.eventually { answers.withLock { $0 } == 3 })
        files.change { $0.holdsStatistics = false }
        #expect(Self.eventually { switchboard.status().freeBytes != nil })
    }

    @Test func theNextPathIsOneThatIsFree() throws {
        let folder = try TemporaryFolder("steer")
        let switchboard = IngestSwitchboard(plan: try ForeverRecording.plan(in: folder), from: "tcp://127.0.0.1:1")
        #expect(switchboard.status().nextPath == folder.path + "/run_{series}")
        try FileManager.default.createDirectory(atPath: folder.path + "/lyso", withIntermediateDirectories: false)
        try switchboard.setNext(ArmMetadata(name: "lyso"))
        #expect(Self.eventually { switchboard.status().nextPath == folder.path + "/lyso_2" })
    }
}
