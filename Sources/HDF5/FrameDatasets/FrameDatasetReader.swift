import Diagnostics

/// The frames of any DECTRIS, NXmx or other NeXus file, one at a time, as stored chunks where a chunk is a frame.
///
/// Follows external links `data_000001`, `data_000002`, … in the order of their numbers, and the sources of virtual datasets.
/// May be used from several threads; HDF5 does one call at a time.
public final class FrameDatasetReader: Sendable {
    public let path: String
    /// Where the frames were found in the file; the first of several links.
    public let datasetPath: String
    public let elementType: HDF5ElementType
    public let slow: Int
    public let fast: Int
    /// Channels (energy thresholds) of a frame; 1 for datasets without that axis.
    public let channelCount: Int
    public let frameCount: Int
    /// Of the first dataset; each frame says its own.
    public let encoding: FrameChunkEncoding
    /// Whether all frames come as stored chunks.
    public let hasFrameChunks: Bool
    /// Whether there is a virtual dataset that does not tell where its frames are (printf names, boxes without an end, boxes with steps that
    /// do not have all of it): which of its frames were recorded cannot be known, and what was not reads as the fill value.
    public let hidesSources: Bool

    let segments: [FrameSegment]
    /// The number of the first frame of each segment.
    private let starts: [Int]
    private let limits: HDF5Limits

    public var frameByteCount: Int { slow * fast * elementType.byteCount }

    /// - Parameter datasetPath: a dataset, or a group with `data_000001`…; nil: found by `FrameDatasetSearch`.
    /// - Throws: `cannotOpen`, `notFound` (no frames, or a file that a link names), `unsupported`, `limitExceeded`.
    public init(path: String, datasetPath: String? = nil, limits: HDF5Limits = .standard) throws(HDF5Error) {
        let file = try HDF5File.open(path)
        let found = try FrameDatasetSearch.find(in: file, datasetPath: datasetPath, limits: limits)
        var segments: [FrameSegment] = []
        for dataset in found.datasets { segments += try FrameSegment.segments(of: dataset, limits: limits) }
        guard let model = segments.first, let element = model.dataset.elementType else {
            throw HDF5Error(.notFound, "a dataset without frames", at: "\(path):\(found.path)")
        }
        for segment in segments {
            guard segment.shape.count == model.shape.count, segment.slow == model.slow, segment.fast == model.fast,
                segment.channelCount == model.channelCount, segment.dataset.elementType == element
            else {
                throw HDF5Error(
                    .unsupported, "frames of one series differ in shape or type", at: segment.dataset.place,
                    got: "\(segment.dataset.typeName) \(segment.shape)", expected: "\(model.dataset.typeName) \(model.shape)")
            }
        }
        let (bytes, overflow) = (model.slow * model.fast).multipliedReportingOverflow(by: element.byteCount)
        guard !overflow, bytes <= limits.frameBytes else {
            throw HDF5Error(
                .limitExceeded, "a frame is too large", at: "\(path):\(found.path)",
                got: "\(model.slow) x \(model.fast) \(element)",
                expected: "at most \(limits.frameBytes) bytes")
        }
        var starts: [Int] = []
        var count = 0
        for segment in segments {
            starts.append(count)
            let (sum, overflow) = count.addingReportingOverflow(segment.count)
            guard !overflow else { throw HDF5Error(.limitExceeded, "too many frames", at: path) }
            count = sum
        }
        self.path = path
        self.datasetPath = found.path
        self.elementType = element
        self.slow = model.slow
        self.fast = model.fast
        self.channelCount = model.channelCount
        self.frameCount = count
        self.encoding = model.encoding
        self.hasFrameChunks = segments.allSatisfy { $0.hasFrameChunks || $0.count == 0 }
        hidesSources = segments.contains { $0.hidesSources }
        self.segments = segments
        self.starts = starts
        self.limits = limits
    }

    /// The frame `index`, from 0. A frame whose chunk was never written comes as pixels of the fill value: ``isStored(_:channel:)`` tells.
    /// - Throws: `notFound` outside of 0..<frameCount, `cannotRead`, `limitExceeded`, `filterUnavailable` where pixels must be decoded.
    public func rawChunk(_ index: Int, channel: Int = 0) throws(HDF5Error) -> StoredFrame {
        let (segment, inside) = try segment(of: index, channel: channel)
        return try segment.frame(inside, channel: channel, limits: limits)
    }

    /// Whether the frame `index`, from 0, was written, not left to the fill value.
    /// - Throws: `notFound` outside of 0..<frameCount, `cannotRead`.
    public func isStored(_ index: Int, channel: Int = 0) throws(HDF5Error) -> Bool {
        let (segment, inside) = try segment(of: index, channel: channel)
        return try segment.isStored(inside, channel: channel)
    }

    private func segment(of index: Int, channel: Int) throws(HDF5Error) -> (segment: FrameSegment, inside: Int) {
        guard (0..<frameCount).contains(index), (0..<channelCount).contains(channel) else {
            throw HDF5Error(
                .notFound, "no such frame", at: "\(path):\(datasetPath)", got: "frame \(index), channel \(channel)",
                expected: "frames 0..<\(frameCount), channels 0..<\(channelCount)")
        }
        // The last segment that begins at or before the frame (empty ones share their start with the next).
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= index { low = middle } else { high = middle }
        }
        return (segments[low], index - starts[low])
    }
}
