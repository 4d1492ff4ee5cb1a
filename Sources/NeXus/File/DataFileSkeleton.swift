import Diagnostics
import Frames
import Glibc
import HDF5

/// What the appender has to know of a skeleton.
public struct DataFileLayout: Sendable, Equatable {
    /// Bytes from the start of the file to the object header of `/entry/data/data`.
    public let datasetObjectHeaderAddress: UInt64
    /// Bytes from the start of the file to the eight bytes that will point to the chunk index; they lie within one line of 64 bytes.
    public let indexRootOffset: Int
    /// Bytes of the skeleton.
    public let byteCount: Int
}

/// A data file without frames: what the HDF5 library makes, before chunks are appended by their own bytes.
///
/// `/entry` (NXentry) `/data` (NXdata) `/data` `[frame, slow, fast]`, unlimited along frame, one chunk a frame, earliest format (superblock 0,
/// layout message version 3): the layout of DECTRIS data files, which XDS readers parse. Frames that are never written read as masked
/// pixels, not as zeros. The bytes of a skeleton do not depend on which filter plugins are installed, nor on the time.
public enum DataFileSkeleton {
    public static let datasetPath = "/entry/data/data"

    /// - Parameter imageNumberLow: the number of the file's first image as DECTRIS counts: from 1 over all data files. `image_nr_high` is
    ///   written as `imageNumberLow - 1` (no image yet) and patched when the file is sealed.
    /// - Throws: `alreadyExists`, `cannotWrite`, `skeletonUnsuitable`.
    public static func create(
        path: String, format: FrameFormat, encoding: ChunkEncoding, imageNumberLow: Int = 1
    ) throws(NeXusError) -> DataFileLayout {
        guard let low = Int32(exactly: imageNumberLow), low > 0 else {
            throw NeXusError(
                .skeletonUnsuitable, "not an image number", at: path, got: "\(imageNumberLow)", expected: "1 to \(Int32.max)")
        }
        var file: HDF5File
        do throws(HDF5Error) {
            file = try HDF5File.create(path)
        } catch {
            throw NeXusError(error, .cannotWrite)
        }
        do throws(NeXusError) {
            // A larger heap for the group's names moves all that comes after it; nothing that a reader sees changes.
            for heapBytes in stride(from: 96, through: 96 + 64, by: 8) {
                let address: UInt64
                do throws(HDF5Error) {
                    if heapBytes > 96 { file = try HDF5File.create(path, mode: .replaceExisting) }
                    address = try fill(file, format: format, encoding: encoding, low: low, heapBytes: heapBytes)
                    try file.close()
                } catch {
                    throw NeXusError(error, .cannotWrite)
                }
                var bytes = try SkeletonBytes(path: path)
                if encoding.hdf5FilterID != nil { try bytes.nameFilter(encoding, elementSize: format.pixelType.byteCount) }
                let root = try bytes.indexRootOffset(format)
                guard root % 64 <= 64 - 8 else { continue }
                return DataFileLayout(datasetObjectHeaderAddress: address, indexRootOffset: root, byteCount: bytes.count)
            }
            throw NeXusError(.skeletonUnsuitable, "the chunk index's address cannot be kept within 64 bytes", at: path)
        } catch {
            // The file is ours, made above: half a skeleton must not be in the way of the next attempt.
            unlink(path)
            throw error
        }
    }

    /// Returns where the dataset's object header begins.
    private static func fill(
        _ file: HDF5File, format: FrameFormat, encoding: ChunkEncoding, low: Int32, heapBytes: Int
    ) throws(HDF5Error) -> UInt64 {
        try file.root.setAttribute("NX_class", .string("NXroot"), strings: .fixed)
        try file.root.setAttribute("default", .string("entry"), strings: .fixed)
        let entry = try file.root.createGroup("entry")
        try entry.setAttribute("NX_class", .string("NXentry"), strings: .fixed)
        try entry.setAttribute("default", .string("data"), strings: .fixed)
        let data = try entry.createGroup("data", nameHeapBytes: heapBytes)
        try data.setAttribute("NX_class", .string("NXdata"), strings: .fixed)
        try data.setAttribute("signal", .string("data"), strings: .fixed)
        let shape = format.shape
        let element = format.pixelType.elementType
        let filters =
            encoding.hdf5FilterID == nil
            ? [] : [SkeletonBytes.provisionalFilter(encoding, elementSize: format.pixelType.byteCount)]
        let dataset = try data.createEmptyDataset(
            "data", elementType: element, shape: [0, shape.slow, shape.fast], maximumShape: [nil, shape.slow, shape.fast],
            layout: .chunked(shape: [1, shape.slow, shape.fast], filters: filters), fill: element.maskedBytes)
        try dataset.setAttribute("image_nr_low", .int32(low))
        try dataset.setAttribute("image_nr_high", .int32(low - 1))
        return try dataset.objectHeaderAddress()
    }
}
