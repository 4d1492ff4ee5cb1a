import DetectorWire
import Foundation
import RunModel
import RunPipeline
import TestSupport
import Testing

/// Series after series through one receiver: each frame in its own run.
@Suite struct ForeverTests {
    static func series(_ id: Int64, count: Int = 4) throws -> [[[UInt8]]] {
        try Recording.series(.v2, count: count).map {
            try MessageTemplate($0, version: .v2).stamped(MessageStamp(seriesID: id, uniqueID: "SERIES\(id)"))
        }
    }

    @Test func seriesAfterSeriesIsOneRunEach() throws {
        let folder = try TemporaryFolder()
        let recording = try ForeverRecording.record(
            try (1...3).flatMap { try Self.series($0) }, in: folder, until: 3)
        #expect(recording.sealed == ["run_1 complete", "run_2 complete", "run_3 complete"])
        #expect(recording.events(.manifest).count == 3)
        for run in recording.events(.sealed).compactMap(\.run) {
            #expect(try RunVerifier(folder: run, decodes: true).verify().problems == [])
        }
    }

    @Test func eventsOfARunComeInItsOrder() throws {
        let folder = try TemporaryFolder()
        let recording = try ForeverRecording.record(try Self.series(1), in: folder, until: 1)
        #expect(recording.events.map(\.event) == [.armed, .firstFrame, .sealed, .manifest])
        #expect(Set(recording.events.map(\.run)) == [folder.path + "/run_1"])
        #expect(Set(recording.events.map(\.pid)).count == 1)
    }

    @Test func aDetectorThatRestartsKeepsItsNumbersAndLosesNothing() throws {
        let folder = try TemporaryFolder()
        let recording = try ForeverRecording.record(
            try (1...3).flatMap { _ in try Self.series(1) }, in: folder, until: 3)
        #expect(recording.sealed == ["run_1 complete", "run_1_2 complete", "run_1_3 complete"])
    }

    @Test func lateFramesGoToASiblingAndTheNextSeriesIsIntact() throws {
        let folder = try TemporaryFolder()
        var first = try Self.series(1, count: 6)
        let late = Array(first[5...6])
        first.removeSubrange(5...6)
        let recording = try ForeverRecording.record(
            first + (try Self.series(2)) + late, in: folder, until: 3)
        #expect(recording.sealed == ["run_1 partial", "run_2 complete", "run_1_late partial"])
        let sibling = try #require(recording.events(.sealed).last)
        #expect(sibling.lateOf == folder.path + "/run_1")
        #expect(sibling.frames?.written == 2)
        let summary = try RunSummary(json: Data(contentsOf: URL(fileURLWithPath: folder.path + "/run_1_late/run.json")))
        #expect(summary.notes.contains { $0.contains("frames of run_1 that came after it was closed") })
        #expect(summary.missingFrames == [[0, 3]])
    }

    @Test func twoSeriesAtOnceAreBothKeptAndNeverMixed() throws {
        let folder = try TemporaryFolder()
        let first = try Self.series(1, count: 5)
        let second = try Self.series(2, count: 5)
        var both = [first[0], first[1]]
        for index in 0..<5 {
            both.append(second[index])
            both.append(first[min(index + 2, 5)])
        }
        both += [second[5], second[6], first[6]]
        // The last frame of the first series was sent twice.
        let recording = try ForeverRecording.record(both, in: folder, until: 3)
        #expect(Set(recording.sealed) == ["run_1 partial", "run_2 complete", "run_1_late partial"])
        let written = recording.events(.sealed).map { ($0.run?.hasSuffix("run_2") == true, $0.frames?.written ?? 0) }
        #expect(written.filter { !$0.0 }.map(\.1).reduce(0, +) == 5)
        #expect(written.filter { $0.0 }.map(\.1) == [5])
    }

    @Test func aRunThatCannotBeMadeIsToldAndTheNextSeriesIsRecorded() throws {
        let folder = try TemporaryFolder()
        // A start message that announces more than any disk holds.
        var tooLarge = try Recording.series(.v2, count: 2, announced: 1 << 40)
        tooLarge = try tooLarge.map {
            try MessageTemplate($0, version: .v2).stamped(MessageStamp(seriesID: 1, uniqueID: "SERIES1"))
        }
        let recording = try ForeverRecording.record(tooLarge + (try Self.series(2)), in: folder, until: 2)
        #expect(recording.sealed == ["run_2 complete"])
        let failed = try #require(recording.events(.failed).first)
        #expect(failed.series == 1)
        #expect(failed.reason?.contains("cannot fit") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["run_2"])
    }

    @Test func aStopEndsTheSeriesThatWaits() throws {
        let folder = try TemporaryFolder()
        let recording = try ForeverRecording.record(
            Array(try Self.series(1).dropLast()), in: folder, until: 1, configure: { $0.closeAfter_s = 600 }
        ) { event, switchboard in if event.event == .firstFrame { switchboard.abort() } }
        let sealed = try #require(recording.events(.sealed).first)
        #expect(sealed.ending == .aborted)
    }

    @Test func whatWasAnnouncedNamesOneRunOnly() throws {
        let folder = try TemporaryFolder()
        let recording = try ForeverRecording.record(
            try Self.series(1) + Self.series(2), in: folder, until: 2,
            next: ArmMetadata(name: "lyso_{series}", sample: "lysozyme", session: "s7", metadata: ["ring": .number(7)]))
        #expect(recording.sealed == ["lyso_1 complete", "run_2 complete"])
        let json = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/lyso_1/run.json"))
        let summary = try RunSummary(json: json)
        #expect(summary.origin.sample == "lysozyme")
        #expect(summary.origin.session == "s7")
        #expect(summary.metadata == ["ring": .number(7)])
    }

    @Test func aFrameThatComesAgainWithOtherPixelsIsAConflict() throws {
        let folder = try TemporaryFolder()
        var messages = try Self.series(1)
        let other = try Recording.series(.v2, count: 4) { frame, pixel in UInt16(frame + pixel % 3) }
        messages.insert(
            try MessageTemplate(other[2], version: .v2).stamped(MessageStamp(seriesID: 1, uniqueID: "SERIES1")), at: 3)
        messages.insert(messages[1], at: 3)
        let recording = try ForeverRecording.record(messages, in: folder, until: 1)
        let sealed = try #require(recording.events(.sealed).first)
        #expect(sealed.frames?.duplicate == 2)
        let summary = try RunSummary(json: Data(contentsOf: URL(fileURLWithPath: folder.path + "/run_1/run.json")))
        #expect(summary.notes.contains { $0.hasPrefix("1 frame(s) came again with other content") && $0.hasSuffix(": 1") })
    }
}
