import Diagnostics
import Digests
import HDF5
import Identifiers

/// The SHA-256 of some frames of a run: of their chunks as they are stored, in order, with a heading that says what they are.
///
/// What is digested, byte for byte. Lines end in a line feed, numbers are decimal:
///
///     faisceau.slice.1
///     group GROUP                      the HDF5 group in which the frames are found, without the dataset's or the link's own name
///     shape CHANNELS SLOW FAST         of a frame; 1 channel where the dataset has no such axis
///     frames FIRST LAST                from 0, both in the slice
///
/// then for each frame and each of its channels
///
///     chunk FRAME CHANNEL TYPE FILTERS MASK LENGTH
///
/// and LENGTH bytes of the chunk. TYPE is the element type in NumPy's short form (`<u2`); FILTERS are the numbers of the dataset's filters in
/// the order of writing, joined by commas, or `-`; MASK is HDF5's filter mask (bit i: filter i was not applied).
///
/// Nothing in it depends on how a run is divided into files: behind external links, in a virtual dataset or in one file the same chunks give the
/// same digest. Bytes are read in pieces of 1 MiB; of the datasets that the slice touches the chunk index is in memory, one at a time.
public struct SliceDigest: Hashable, Sendable {
    public static let schemaName = "faisceau.slice.1"

    /// The fragment of a citation.
    public let fragment: SliceFragment
    /// Where the frames were found, as in the heading.
    public let group: String
    /// Of the chunks, without headings.
    public let byteCount: Int

    public var frames: ClosedRange<Int> { fragment.frames }
    /// 64 hexadecimal digits.
    public var sha256: String { fragment.sha256 }

    /// - Parameters:
    ///   - master: the run's master file, or any file with frames.
    ///   - frames: from 0, both ends in the slice.
    ///   - dataset: path of the dataset, or of a group of `data_000001`…; nil: where NeXus files have their frames.
    /// - Throws: `notReadable`, `outside`, `notChunks`, and `frameMissing` with the number of the first frame that was never written.
    public static func compute(
        master: String, frames: ClosedRange<Int>, dataset: String? = nil
    ) throws(SliceError) -> SliceDigest {
        let reader: FrameDatasetReader
        let places: [FramePlace]
        do throws(HDF5Error) {
            reader = try FrameDatasetReader(path: master, datasetPath: dataset)
            places = try reader.places()
        } catch {
            throw SliceError(.notReadable, error)
        }
        guard frames.lowerBound >= 0, frames.upperBound < reader.frameCount else {
            throw SliceError(
                .outside, "The run has not all frames of the slice", at: master,
                got: "\(frames.lowerBound) to \(frames.upperBound)",
                expected: reader.frameCount == 0 ? "no frame: the run is empty" : "frames within 0 to \(reader.frameCount - 1)")
        }
        let group = try Self.group(of: reader)
        var content = SliceContent()
        content.addLine(schemaName)
        content.addLine("group \(group)")
        content.addLine("shape \(reader.channelCount) \(reader.slow) \(reader.fast)")
        content.addLine("frames \(frames.lowerBound) \(frames.upperBound)")
        var start = 0
        for place in places where start <= frames.upperBound {
            let own = start...start + place.count - 1
            if frames.overlaps(own) {
                let chunks = try FrameChunks(place, first: start, of: reader)
                for frame in frames.clamped(to: own) { try content.add(frame, chunks) }
            }
            start += place.count
        }
        let byteCount = content.byteCount
        do throws(IdentifierError) {
            return SliceDigest(
                fragment: try SliceFragment(frames: frames, sha256: content.finish()), group: group, byteCount: byteCount)
        } catch {
            throw SliceError(.notReadable, "The slice has no digest", at: master, cause: error)
        }
    }

    /// Looks whether the frames of a file are those that were cited.
    /// - Throws: `differs`; and what ``compute(master:frames:dataset:)`` throws.
    @discardableResult
    public static func verify(
        _ fragment: SliceFragment, master: String, dataset: String? = nil
    ) throws(SliceError) -> SliceDigest {
        let found = try compute(master: master, frames: fragment.frames, dataset: dataset)
        guard found.fragment == fragment else {
            throw SliceError(
                .differs, "The frames are not those that were cited", at: "\(master):\(found.group), frames \(fragment.frames)",
                got: found.sha256, expected: fragment.sha256,
                remedy: "Look whether this is the file of the cited run, and whether its own manifest still agrees")
        }
        return found
    }

    /// `/entry/data` of `/entry/data/data` and of `/entry/data/data_000001`.
    private static func group(of reader: FrameDatasetReader) throws(SliceError) -> String {
        let names = reader.datasetPath.split(separator: "/").filter { $0 != "." }
        let path = "/" + names.dropLast().joined(separator: "/")
        guard !path.unicodeScalars.contains(where: \.isControl) else {
            throw SliceError(.notReadable, "The name of a group has control characters", at: reader.path, got: path.printable)
        }
        return path
    }
}

extension SliceError {
    init(_ code: SliceErrorCode, _ error: some Diagnosed) {
        self.init(
            code, error.what, at: error.place, got: error.got, expected: error.expected, remedy: error.remedy, cause: error.cause)
    }
}
