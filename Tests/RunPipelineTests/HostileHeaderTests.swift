import DetectorWire
import Diagnostics
import Frames
import RunModel
import RunPipeline
import Testing

#if canImport(CAllocationCounter)
    import CAllocationCounter
#endif

/// Start messages whose masks and flat fields say that they are gigabytes.
@Suite struct HostileHeaderTests {
    private static let canCount: Bool = {
        #if canImport(CAllocationCounter)
            return allocation_counter_is_available()
        #else
            return false
        #endif
    }()

    /// The header of a stream with these masks, and what making it allocated.
    private func header(
        masks: [EncodedArray], maximumArrayBytes: Int = SeriesHeader.maximumArrayBytes
    ) throws -> (header: SeriesHeader, allocatedBytes: Int) {
        var description = SeriesDescription(seriesID: 1, uniqueID: "01HOSTILE", headerDetail: .all)
        description.channels = ["threshold_1"]
        description.pixelMasks = masks
        let message = try StreamEncoder(version: .v2).start(description)
        guard case .start(let start) = try StreamDecoder(version: .v2).decode(message) else {
            throw WireError(.unknownMessage, "no start")
        }
        return withMessageParts(message) { parts in
            #if canImport(CAllocationCounter)
                allocation_counter_reset()
            #endif
            let header = SeriesHeader(
                start, in: parts, received: Timestamp(unixNanoseconds: 0), maximumArrayBytes: maximumArrayBytes)
            #if canImport(CAllocationCounter)
                return (header, allocation_counter_bytes())
            #else
                return (header, 0)
            #endif
        }
    }

    private func mask(_ packing: PayloadPacking, _ shape: [Int], _ payload: [UInt8]) -> EncodedArray {
        EncodedArray(channel: "threshold_1", shape: shape, element: .uint32, packing: packing, payload: payload)
    }

    /// Total and block size as a chunk begins with them.
    private func opening(total: Int, block: UInt32) -> [UInt8] {
        withUnsafeBytes(of: UInt64(total).bigEndian) { [UInt8]($0) } + withUnsafeBytes(of: block.bigEndian) { [UInt8]($0) }
    }

    /// 256 MiB that are said to come of a hundred bytes: in blocks that are not there, in one block, and in LZ4's own framing.
    @Test(
        .enabled(if: canCount, "needs the allocation counter, which this build has not"),
        arguments: [(PayloadPacking.bitshuffleLZ4, UInt32(8192)), (.bitshuffleLZ4, 1 << 28), (.lz4Chunk, 1 << 28)])
    func aMaskThatItsPayloadCannotHoldCostsNothing(packing: PayloadPacking, block: UInt32) throws {
        let block = opening(total: 1 << 28, block: block) + [0, 0, 0, 96] + [UInt8](repeating: 0xFF, count: 96)
        let (header, allocated) = try header(masks: [mask(packing, [8192, 8192], block)])
        #expect(header.pixelMasks.isEmpty)
        #expect(header.notes.contains { $0.hasPrefix("pixel mask of threshold_1 not kept: ") }, "\(header.notes)")
        #expect(allocated < 100_000, "texts, no mask")
    }

    @Test func aRawMaskThatIsCutIsLeftOut() throws {
        let (header, _) = try header(masks: [mask(.raw, [8192, 8192], [1, 2, 3])])
        #expect(header.pixelMasks.isEmpty)
        #expect(header.notes.contains { $0.contains("not kept") && $0.contains("3 bytes") }, "\(header.notes)")
    }

    @Test func arraysBeyondTheBoundForAllAreLeftOutAndNamed() throws {
        let good = mask(.raw, [64, 64], [UInt8](repeating: 0, count: 16_384))
        var other = good
        other.payload[0] = 1
        let (header, _) = try header(masks: [good, other], maximumArrayBytes: 20_000)
        #expect(header.pixelMasks[0]?.bits.allSatisfy { $0 == 0 } == true, "the first is there")
        #expect(header.notes.contains { $0.contains("32768 bytes") && $0.contains("20000 bytes at most") }, "\(header.notes)")
        #expect(try self.header(masks: [good, other]).header.pixelMasks[0]?.bits[0] == 1)
    }
}
