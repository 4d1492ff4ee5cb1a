import DetectorWire
import TestSupport
import Testing

/// What a message may cost, whatever it says of itself.
struct AllocationTests {
    /// What decoding a message allocates; the message is in place before the count begins.
    private func cost(_ version: StreamVersion, _ parts: [[UInt8]], limits: WireLimits = .standard) -> AllocationCounter.Count {
        let decoder = StreamDecoder(version: version, limits: limits)
        return withMessageParts(parts) { buffers in
            AllocationCounter.measure { _ = try? decoder.decode(buffers) }
        }
    }

    @Test(.enabled(if: AllocationCounter.isAvailable, "\(AllocationCounter.absence)"))
    func theCounterCounts() {
        let count = AllocationCounter.measure { _ = [UInt8](repeating: 1, count: 1000) + [1] }
        #expect(count.allocations >= 1 && count.bytes >= 1000)
    }

    @Test(.enabled(if: AllocationCounter.isAvailable, "\(AllocationCounter.absence)"), arguments: StreamVersion.allCases)
    func anImageAllocatesNothing(_ version: StreamVersion) throws {
        let image = try fullMessages(version)[1].parts
        #expect(cost(version, image) == AllocationCounter.Count())
        #expect(cost(.v2, [Golden.image]) == AllocationCounter.Count())
    }

    /// Lengths and counts that are not there, in 17 bytes.
    @Test(
        .enabled(if: AllocationCounter.isAvailable, "\(AllocationCounter.absence)"),
        arguments: [
            "5b7fffffffffffffff", "7b7fffffffffffffff", "9b7fffffffffffffff", "bb7fffffffffffffff", "5bffffffffffffffff",
            "9bffffffffffffffff", "bbffffffffffffffff", "9affffffff", "ba7fffffff", "5f5b7fffffffffffffff",
            "d8455b00ffffffffffffff",
            "d9dcb4835bffffffffffffffff",
        ])
    func aHostileLengthIsRefusedBeforeItIsPaidFor(_ item: String) throws {
        for message in [messageV2("start", [("series_id", [7]), ("x", hex(item))]), imageV2(array: hex(item))] {
            #expect(StreamDecoder(version: .v2).refusal([message]) != nil)
            #expect(cost(.v2, [message]).bytes < 10_000, "an error's text, no more")
        }
    }

    @Test func nestingBeyondTheLimitIsRefused() {
        for opening in [[UInt8(0x81)], [0x9f], [0xa1, 0x61, 0x61], [0xbf, 0x61, 0x61], [0xd8, 0x63]] {
            let deep = Array((0..<100_000).map { _ in opening }.joined()) + [0]
            #expect(
                StreamDecoder(version: .v2).refusal([messageV2("start", [("series_id", [7]), ("x", deep)])]) == .limitExceeded)
            #expect(
                StreamDecoder(version: .v2).refusal([messageV2("image", [("series_id", [7]), ("x", deep)])]) == .limitExceeded)
            #expect(StreamDecoder(version: .v2).refusal([deep]) != nil)
        }
        for opening in ["[", "{\"a\":"] {
            let deep = String(repeating: opening, count: 100_000)
            let identity = Array("{\"htype\":\"dimage-1.0\",\"x\":\(deep)".utf8)
            #expect(StreamDecoder(version: .v1).refusal([identity]) == .limitExceeded)
            let header = Array(#"{"header_detail":"basic","htype":"dheader-1.0","series":6}"#.utf8)
            #expect(StreamDecoder(version: .v1).refusal([header, Array(deep.utf8)]) == .limitExceeded)
        }
    }

    @Test func nestingUpToTheLimitIsRead() throws {
        let nested = [UInt8](repeating: 0x81, count: 30) + [0]
        let message = messageV2("start", [("series_id", [7]), ("x", nested)])
        #expect(try StreamDecoder(version: .v2).start([message]).original["x"] != nil)
        #expect(
            StreamDecoder(version: .v2).refusal([messageV2("start", [("series_id", [7]), ("x", [0x81] + nested)])])
                == .limitExceeded)
    }

    @Test func everyLimitIsNamedWhenItIsReached() throws {
        func refusal(_ version: StreamVersion, _ parts: [[UInt8]], _ change: (inout WireLimits) -> Void) -> WireErrorCode? {
            var limits = WireLimits()
            change(&limits)
            return StreamDecoder(version: version, limits: limits).refusal(parts)
        }
        let numbers = messageV2("start", [("series_id", [7]), ("x", [0x98, 200] + [UInt8](repeating: 1, count: 200))])
        #expect(refusal(.v2, [numbers]) { $0.maximumItems = 100 } == .limitExceeded)
        #expect(refusal(.v2, [numbers]) { $0.maximumValueBytes = 4096 } == .limitExceeded)
        #expect(refusal(.v2, [numbers]) { _ in } == nil)
        let long = messageV2("start", [("series_id", [7]), ("x", [0x78, 200] + [UInt8](repeating: 0x61, count: 200))])
        #expect(refusal(.v2, [long]) { $0.maximumTextBytes = 100 } == .limitExceeded)
        #expect(refusal(.v2, [long]) { $0.maximumValueBytes = 400 } == .limitExceeded)
        #expect(refusal(.v2, [Golden.image]) { $0.maximumMessageBytes = 238 } == .limitExceeded)
        #expect(refusal(.v2, [Golden.image]) { $0.maximumMessageBytes = 239 } == nil)
        #expect(refusal(.v2, [Golden.image]) { $0.maximumArrayBytes = 39 } == .limitExceeded)
        #expect(refusal(.v2, [Golden.image]) { $0.maximumSide = 4 } == .limitExceeded)
        #expect(refusal(.v2, try fullMessages(.v2)[1].parts) { $0.maximumChannels = 1 } == .limitExceeded)
        #expect(refusal(.v1, try fullMessages(.v1)[1].parts) { $0.maximumParts = 4 } == .limitExceeded)
        #expect(refusal(.v1, try fullMessages(.v1)[0].parts) { $0.maximumTextBytes = 100 } == .limitExceeded)
        #expect(refusal(.v1, try fullMessages(.v1)[0].parts) { $0.maximumItems = 10 } == .limitExceeded)
    }

    @Test func limitsBeyondWhatFitsAreCutToIt() {
        var limits = WireLimits()
        limits.maximumChannels = 100
        limits.maximumDepth = 1_000_000
        #expect(limits.maximumChannels == WireLimits.channelCapacity)
        #expect(limits.maximumDepth == WireLimits.depthCapacity)
        limits.maximumChannels = 0
        limits.maximumDepth = -1
        #expect(limits.maximumChannels == 1 && limits.maximumDepth == 1)
    }

    @Test func aLongByteStringIsDescribedAndNotCopied() throws {
        let long = [0x59, 0x10, 0x01] + [UInt8](repeating: 5, count: 4097)
        let parts = [messageV2("start", [("series_id", [7]), ("x", long)])]
        guard case .bytesInMessage(let place)? = try StreamDecoder(version: .v2).start(parts).original["x"] else {
            throw StreamDecoder.Unexpected()
        }
        #expect(place.bytes(in: parts) == [UInt8](repeating: 5, count: 4097))
    }
}
