import DetectorWire
import Diagnostics
import FrameIngest
import Frames
import Testing

/// A stream of one version at a receiver that was told of the other, and at one that was told of none.
@Suite struct ProtocolTests {
    private func take(
        _ messages: [[[UInt8]]], series: Int = 1, as version: StreamVersion?
    ) throws -> (takings: [Takings], counters: ReceiverCounters) {
        let detector = TestDetector()
        var options = StreamReceiver.Options()
        options.compression = .none
        options.version = version
        let receiver = try StreamReceiver(socket: try PullSocket(connectingTo: detector.address), options: options)
        var events = receiver.start()
        detector.send(messages)
        guard version == nil else {
            #expect(eventually { receiver.counters.messages == messages.count })
            receiver.stop()
            var takings = Takings()
            takings.takeSeries(&events)
            return ([takings], receiver.counters)
        }
        let takings = (0..<series).map { _ in
            var takings = Takings()
            takings.takeSeries(&events)
            return takings
        }
        receiver.stop()
        return (takings, receiver.counters)
    }

    @Test(arguments: StreamVersion.allCases)
    func everyMessageOfTheOtherVersionIsRefusedByName(sent: StreamVersion) throws {
        let asked: StreamVersion = sent == .v1 ? .v2 : .v1
        let (takings, counters) = try take(try TestDetector.series(frames: 3, version: sent), as: asked)
        #expect(takings[0].frames.isEmpty && takings[0].starts == 0)
        let errors = takings[0].refused.compactMap { $0 as? IngestError }
        #expect(errors.map(\.code) == [IngestErrorCode](repeating: .otherProtocol, count: 5))
        #expect(counters.refusedMessages == 5)
        #expect(errors.first?.got?.hasPrefix("Stream \(sent.rawValue.uppercased())") == true)
        #expect(errors.first?.expected?.contains("--protocol \(asked.rawValue)") == true)
        #expect(errors.first?.remedy?.contains("--protocol auto") == true)
    }

    /// Somebody sets the detector to the other format while `--forever` runs.
    @Test func aStreamMayChangeItsVersionBetweenSeriesWhereNoneWasAskedFor() throws {
        let versions: [StreamVersion] = [.v2, .v1, .v1, .v2]
        let messages = try versions.enumerated().flatMap { try TestDetector.series(Int64($0), frames: 4, version: $1) }
        let (takings, counters) = try take(messages, series: versions.count, as: nil)
        #expect(takings.map(\.frames) == [[Int]](repeating: [0, 1, 2, 3], count: 4))
        #expect(takings.allSatisfy { $0.starts == 1 && $0.refused.isEmpty })
        #expect(counters.refusedMessages == 0)
    }
}
