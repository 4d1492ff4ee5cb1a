import CHDF5
import Diagnostics

/// A chunk as it is stored.
public struct HDF5ChunkInfo: Sendable, Equatable {
    /// Index of the chunk's first element, one number for each axis.
    public let offset: [Int]
    /// Bytes from the start of the file.
    public let address: UInt64
    public let byteCount: Int
    /// Bit i: filter i of the pipeline was not applied.
    public let filterMask: UInt32
}

extension HDF5Dataset {
    /// Number of chunks that were written.
    public func chunkCount() throws(HDF5Error) -> Int {
        let space = try space()
        var count: hsize_t = 0
        // 1.10.8 refuses H5S_ALL here: a real dataspace is needed.
        try HDF5Library.call("H5Dget_num_chunks", .cannotRead, at: place) {
            H5Dget_num_chunks(location.identifier, space.handle.identifier, &count)
        }
        return Int(clamping: count)
    }

    /// The chunk that begins at this element; nil when it was never written.
    public func chunkInfo(at offset: [Int]) throws(HDF5Error) -> HDF5ChunkInfo? {
        let shape = try shape()
        guard offset.count == shape.count, zip(offset, shape).allSatisfy({ $0 >= 0 && $0 < $1 }) else {
            throw HDF5Error(.inconsistentValue, "no such element", at: place, got: "\(offset)", expected: "inside shape \(shape)")
        }
        var mask: UInt32 = 0
        var address: haddr_t = 0
        var size: hsize_t = 0
        try HDF5Library.call("H5Dget_chunk_info_by_coord", .cannotRead, at: place) {
            H5Dget_chunk_info_by_coord(location.identifier, offset.map { hsize_t($0) }, &mask, &address, &size)
        }
        guard address != h5x_undefined_address(), size > 0 else { return nil }
        return HDF5ChunkInfo(offset: offset, address: UInt64(address), byteCount: Int(clamping: size), filterMask: mask)
    }

    /// The stored bytes of the chunk that begins at this element, not decoded; nil when it was never written.
    public func readChunk(
        at offset: [Int], limits: HDF5Limits = .standard
    ) throws(HDF5Error) -> (bytes: [UInt8], filterMask: UInt32)? {
        guard let info = try chunkInfo(at: offset) else { return nil }
        guard info.byteCount <= limits.frameBytes else {
            throw HDF5Error(
                .limitExceeded, "a chunk is too large", at: "\(place) \(offset)", got: "\(info.byteCount) bytes",
                expected: "at most \(limits.frameBytes)")
        }
        var bytes = [UInt8](repeating: 0, count: info.byteCount)
        var mask: UInt32 = 0
        try HDF5Library.call("H5Dread_chunk", .cannotRead, at: "\(place) \(offset)") {
            bytes.withUnsafeMutableBytes {
                H5Dread_chunk(location.identifier, hid_t(H5P_DEFAULT), offset.map { hsize_t($0) }, &mask, $0.baseAddress)
            }
        }
        return (bytes, mask)
    }

    /// Stores bytes as the chunk that begins at this element, as they are. The element must lie inside the extent, on a chunk's corner.
    public func writeChunk(_ bytes: UnsafeRawBufferPointer, at offset: [Int], filterMask: UInt32 = 0) throws(HDF5Error) {
        guard let base = bytes.baseAddress, offset.allSatisfy({ $0 >= 0 }), try offset.count == shape().count else {
            throw HDF5Error(
                .inconsistentValue, "not a chunk of this dataset", at: place, got: "\(bytes.count) bytes at \(offset)")
        }
        try HDF5Library.call("H5Dwrite_chunk", .cannotWrite, at: "\(place) \(offset)") {
            H5Dwrite_chunk(
                location.identifier, hid_t(H5P_DEFAULT), filterMask, offset.map { hsize_t($0) }, bytes.count, base)
        }
    }
}
