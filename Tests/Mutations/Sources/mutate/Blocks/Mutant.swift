import CReference
import Foundation
import Frames

/// A mutated chunk in guarded memory, and what liblz4 or libzstd and a plain loop make of it.
final class Mutant {
    private let memory: GuardedBytes
    private let whole: UnsafeMutableRawBufferPointer
    private let unmasked: UnsafeMutableRawBufferPointer
    private(set) var chunk = UnsafeRawBufferPointer(start: nil, count: 0)
    private(set) var result = reference_result()

    /// The longest chunk, and the largest frame.
    private static let most = (chunk: 1 << 16, frame: 1 << 15)

    init() throws(Violation) {
        memory = try GuardedBytes(most: Self.most.chunk)
        whole = .allocate(byteCount: Self.most.frame, alignment: 64)
        unmasked = .allocate(byteCount: Self.most.frame, alignment: 64)
    }

    deinit {
        whole.deallocate()
        unmasked.deallocate()
    }

    func set(_ bytes: [UInt8], _ format: FrameFormat, _ encoding: reference_encoding, masked: [Int]) {
        let room = memory.place(bytes.count)
        room.copyBytes(from: bytes)
        chunk = UnsafeRawBufferPointer(room)
        let size = format.pixelType.byteCount
        guard let source = room.baseAddress, let pixels = whole.baseAddress else { return }
        result = reference_decode(
            encoding, source.assumingMemoryBound(to: UInt8.self), bytes.count, pixels.assumingMemoryBound(to: UInt8.self),
            format.pixelCount, size)
        guard isDecoded else { return }
        unmasked.copyMemory(from: UnsafeRawBufferPointer(rebasing: whole.prefix(format.byteCount)))
        for pixel in masked { for byte in 0..<size { unmasked[pixel * size + byte] = 0 } }
    }

    /// Whether the libraries take it.
    var isDecoded: Bool { result.verdict != reference_refused }
    /// Whether its pixels follow from its bytes.
    var isDetermined: Bool { result.verdict == reference_decoded }

    func pixels(_ format: FrameFormat) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: whole.prefix(format.byteCount))
    }

    /// Whether these are its pixels from a place on.
    func agrees(_ bytes: UnsafeRawBufferPointer, at place: Int = 0, masked: Bool) -> Bool {
        guard let mine = (masked ? unmasked : whole).baseAddress, let bytes = bytes.baseAddress.map({ ($0, bytes.count) }) else {
            return false
        }
        return memcmp(mine + place, bytes.0, bytes.1) == 0
    }
}
