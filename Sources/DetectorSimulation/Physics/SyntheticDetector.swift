import Diagnostics
import Dispatch
import Frames

/// Frames made by calculation: expected photons, counted by chance, on a detector with gaps and bad pixels.
///
/// The same for one (detector, pattern, settings, seed, frame) on every machine and with any number of threads: each row of each frame has
/// random numbers of its own.
public struct SyntheticDetector: Sendable {
    public let detector: DetectorModel
    public let format: FrameFormat
    public let geometry: DiffractionGeometry
    public let pattern: ScatteringPattern
    public let seed: UInt64
    /// 1, or 2: the second channel counts photons above the beam's energy only, a part of those of the first.
    public let channelCount: Int
    /// The detector's own pixel mask.
    public var mask: PixelMask { defects.mask }
    /// Expected photons a frame of the first channel, without reflections and hot pixels. `[slow, fast]`
    public var expectation: [Float] { map.photons }

    /// The part of the first channel's photons that passes the second threshold too.
    public static let secondChannelPart: Float = 0.12

    private let map: ExpectationMap
    /// exp(-λ) of what only the first threshold counts, and of what both count.
    private let none: [(part: Float, none: [Float])]
    private let defects: DetectorDefects
    private let exposure: RotationExposure?

    /// - Parameters:
    ///   - pixelType: one that the family has; its usual one when nil.
    ///   - level: a factor on all photons but those of hot pixels.
    /// - Throws: `SimulationError` `.settingInvalid` for a pixel type or channel count that the detector does not have.
    public init(
        _ detector: DetectorModel, pattern: ScatteringPattern, seed: UInt64, pixelType: PixelType? = nil, channelCount: Int = 1,
        photonEnergy_eV: Double = 12_400, level: Double = 1
    ) throws(SimulationError) {
        let type = pixelType ?? detector.pixelType
        guard detector.pixelTypes.contains(type) else {
            throw SimulationError(
                .settingInvalid, "this detector has no frames of that type", at: detector.name, got: type.rawValue,
                expected: detector.pixelTypes.map(\.rawValue).joined(separator: ", "))
        }
        guard channelCount == 1 || (channelCount == 2 && detector.family == .eiger) else {
            throw SimulationError(
                .settingInvalid, "this detector does not have so many channels", at: detector.name, got: "\(channelCount)",
                expected: detector.family == .eiger ? "1 or 2" : "1")
        }
        guard (1_000...100_000).contains(photonEnergy_eV), level.isFinite, (0...1e6).contains(level) else {
            throw SimulationError(
                .settingInvalid, "a photon energy or level out of range", got: "\(photonEnergy_eV) eV, level \(level)",
                expected: "1000 to 100000 eV, level 0 to 1000000")
        }
        self.detector = detector
        self.pattern = pattern
        self.seed = seed
        self.channelCount = channelCount
        format = FrameFormat(shape: try detector.shape(), pixelType: type)
        geometry = DiffractionGeometry(detector: detector, photonEnergy_eV: photonEnergy_eV, edge: pattern.edge)
        let defects = try DetectorDefects(detector, seed: seed)
        self.defects = defects
        let map = ExpectationMap(detector: detector, geometry: geometry, pattern: pattern, level: level) {
            defects.mask.bits[$0] != 0
        }
        self.map = map
        let parts = channelCount == 1 ? [Float(1)] : [1 - Self.secondChannelPart, Self.secondChannelPart]
        none = parts.map { part in (part, map.photons.map { PoissonSampler.none($0 * part) }) }
        if pattern == .bragg {
            // Nothing is reflected beyond the detector's corner, and nothing of this crystal beyond 1.7 Å.
            let corner = geometry.scatteringVector(radius_px: Double(max(detector.slow, detector.fast)) * 0.75)
            exposure = RotationExposure(
                lattice: CrystalLattice(seed: seed, resolution: max(1.7, 2 * .pi / corner)), detector: detector,
                geometry: geometry, level: level)
        } else {
            exposure = nil
        }
    }

    /// One frame: for each channel `format.byteCount` bytes, `[slow, fast]`, little-endian.
    public func frame(_ number: Int) -> [[UInt8]] {
        let extra = extraPhotons(number)
        var counts = (0..<channelCount).map { _ in [UInt8](repeating: 0, count: format.byteCount) }
        switch format.pixelType {
        case .uint8: fill(&counts, number, extra, UInt8.self)
        case .uint16: fill(&counts, number, extra, UInt16.self)
        case .int16: fill(&counts, number, extra, Int16.self)
        case .int32: fill(&counts, number, extra, Int32.self)
        default: fill(&counts, number, extra, UInt32.self)
        }
        return counts
    }

    /// Photons of reflections and hot pixels on top of the map: drawn one by one, in the order of storage.
    private func extraPhotons(_ number: Int) -> [(pixel: Int, counts: Int64)] {
        let bits = defects.mask.bits
        var random = CounterGenerator(seed: seed, stream: .reflections, UInt64(number))
        var extra: [(pixel: Int, counts: Int64)] = []
        for touched in exposure?.photons(frame: number) ?? [] where bits[touched.pixel] == 0 {
            let counts = PoissonSampler.draw(touched.photons, &random)
            if counts > 0 { extra.append((touched.pixel, counts)) }
        }
        var noise = CounterGenerator(seed: seed, stream: .hotPixels, UInt64(number))
        for hot in defects.hot { extra.append((hot.pixel, PoissonSampler.draw(hot.counts, &noise))) }
        return extra.sorted { $0.pixel < $1.pixel }
    }

    private func fill<Pixel: FixedWidthInteger & BitwiseCopyable & SendableMetatype>(
        _ channels: inout [[UInt8]], _ number: Int, _ extra: [(pixel: Int, counts: Int64)], _ type: Pixel.Type
    ) {
        let fast = format.shape.fast
        let writer = RowWriter(channels: &channels)
        defer { writer.finish(&channels) }
        // Rows are independent: threads share them out in bands.
        let bands = min(format.shape.slow, 64)
        DispatchQueue.concurrentPerform(iterations: bands) { band in
            for row in band * format.shape.slow / bands..<(band + 1) * format.shape.slow / bands {
                var random = CounterGenerator(seed: seed, stream: .background, UInt64(number), UInt64(row))
                fillRow(row * fast..<(row + 1) * fast, &random, extra, writer, type)
            }
        }
    }

    private func fillRow<Pixel: FixedWidthInteger & BitwiseCopyable>(
        _ pixels: Range<Int>, _ random: inout CounterGenerator, _ extra: [(pixel: Int, counts: Int64)], _ writer: RowWriter,
        _ type: Pixel.Type
    ) {
        let size = MemoryLayout<Pixel>.size
        let saturation = detector.saturation(format.pixelType)
        let markers = detector.markers(format.pixelType)
        var next = extra.partitioningIndex { $0.pixel >= pixels.lowerBound }
        for pixel in pixels {
            let bits = defects.mask.bits[pixel]
            var first: Int64 = 0
            var second: Int64 = 0
            if bits == 0 {
                let expected = map.photons[pixel]
                first = PoissonSampler.draw(expected * none[0].part, none: none[0].none[pixel], &random)
                if channelCount == 2 {
                    second = PoissonSampler.draw(expected * none[1].part, none: none[1].none[pixel], &random)
                    first += second
                }
                while next < extra.count, extra[next].pixel == pixel {
                    first += extra[next].counts
                    next += 1
                }
                first = min(first, saturation)
                second = min(second, saturation)
            } else {
                first = bits & PixelMask.Reason.gap.rawValue != 0 ? markers.gap : markers.masked
                second = first
            }
            writer.store(Pixel(truncatingIfNeeded: first), channel: 0, at: pixel * size)
            if channelCount == 2 { writer.store(Pixel(truncatingIfNeeded: second), channel: 1, at: pixel * size) }
        }
    }
}

extension Array {
    /// The first index whose element, and all after it, meet `condition`. O(log n).
    fileprivate func partitioningIndex(_ condition: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// The memory of a frame's channels, shared by the threads that fill it.
///
/// Unchecked: each pixel is stored by the one thread that has its row, and nobody reads before ``finish(_:)``.
private struct RowWriter: @unchecked Sendable {
    private let memory: [UnsafeMutableRawBufferPointer]

    /// Memory as large as the channels; they are left as they are until ``finish(_:)``.
    init(channels: inout [[UInt8]]) {
        memory = channels.map { .allocate(byteCount: $0.count, alignment: 64) }
    }

    @inline(__always)
    func store<Pixel: FixedWidthInteger & BitwiseCopyable>(_ value: Pixel, channel: Int, at offset: Int) {
        memory[channel].storeBytes(of: value.littleEndian, toByteOffset: offset, as: Pixel.self)
    }

    /// Copies the pixels into the channels and gives the memory back.
    func finish(_ channels: inout [[UInt8]]) {
        for (index, bytes) in memory.enumerated() {
            channels[index] = [UInt8](bytes)
            bytes.deallocate()
        }
    }
}
