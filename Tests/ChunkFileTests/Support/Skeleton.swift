import CHDF5
import ChunkFile
import Foundation
import TestSupport

/// A data file as the pipeline makes it before the first frame: by HDF5, earliest format, closed.
struct Skeleton {
    let path: String
    let headerAddress: Int
    let slow: Int
    let fast: Int
    let elementSize: Int

    var frameBytes: Int { slow * fast * elementSize }

    enum Variant {
        case usual
        /// What must be refused.
        case latestFormat, limitedFrames, twoFramesPerChunk, rankTwo, contiguous
    }

    /// - Parameter filter: HDF5 filter number, set optional; chunks are stored as they are given all the same.
    init(
        in folder: TemporaryFolder, name: String = "data.h5", slow: Int = 2, fast: Int = 4, elementSize: Int = 1,
        filter: Int32? = nil, variant: Variant = .usual
    ) throws {
        path = folder.file(name).path
        self.slow = slow
        self.fast = fast
        self.elementSize = elementSize

        H5Eset_auto2(0, nil, nil)
        let access = H5Pcreate(h5x_file_access())
        let low = variant == .latestFormat ? H5F_LIBVER_V110 : H5F_LIBVER_EARLIEST
        H5Pset_libver_bounds(access, low, H5F_LIBVER_V110)
        let file = H5Fcreate(path, h5x_access_exclusive(), hid_t(H5P_DEFAULT), access)
        let entry = H5Gcreate2(file, "entry", hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
        let data = H5Gcreate2(entry, "data", hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))

        let frames: hsize_t = variant == .limitedFrames || variant == .contiguous ? 10 : 0
        var shape: [hsize_t] = [frames, hsize_t(slow), hsize_t(fast)]
        var maximum: [hsize_t] = [h5x_unlimited(), hsize_t(slow), hsize_t(fast)]
        if variant == .limitedFrames || variant == .contiguous { maximum[0] = 10 }
        var chunk: [hsize_t] = [variant == .twoFramesPerChunk ? 2 : 1, hsize_t(slow), hsize_t(fast)]
        let rank: Int32 = variant == .rankTwo ? 2 : 3
        if rank == 2 { (shape, maximum, chunk) = ([0, 8], [h5x_unlimited(), 8], [1, 8]) }
        let space = H5Screate_simple(rank, shape, maximum)
        let creation = H5Pcreate(h5x_dataset_create())
        if variant != .contiguous { H5Pset_chunk(creation, rank, chunk) }
        if let filter {
            let parameters: [UInt32] = [0, 2]
            H5Pset_filter(creation, filter, UInt32(H5Z_FLAG_OPTIONAL), 2, parameters)
        }
        let type = [1: h5x_stored_uint8(), 2: h5x_stored_uint16(), 4: h5x_stored_uint32()][elementSize] ?? h5x_stored_uint64()
        let dataset = H5Dcreate2(data, "data", type, space, hid_t(H5P_DEFAULT), creation, hid_t(H5P_DEFAULT))
        for (name, value) in [("image_nr_low", Int32(1)), ("image_nr_high", Int32(0))] {
            let scalar = H5Screate(H5S_SCALAR)
            let attribute = H5Acreate2(
                dataset, name, h5x_stored_int32(), scalar, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
            withUnsafePointer(to: value) { _ = H5Awrite(attribute, h5x_native_int32(), $0) }
            H5Aclose(attribute)
            H5Sclose(scalar)
        }
        var address = haddr_t(0)
        var number: UInt = 0
        var kind = H5O_TYPE_DATASET
        guard h5x_object_header(dataset, &address, &number, &kind) >= 0 else {
            throw JudgeFailure("HDF5 made no skeleton")
        }
        headerAddress = Int(address)
        H5Dclose(dataset)
        H5Pclose(creation)
        H5Sclose(space)
        H5Gclose(data)
        H5Gclose(entry)
        H5Pclose(access)
        guard H5Fclose(file) >= 0 else { throw JudgeFailure("HDF5 did not close the skeleton") }
    }

    /// Bytes of frame `frame`, different for every frame and byte position.
    func frame(_ frame: Int) -> [UInt8] {
        var state = UInt64(truncatingIfNeeded: frame) &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678
        return (0..<frameBytes).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }

    func appender(
        _ fileSystem: any FileSystem = LocalFileSystem(), options: SpaceOptions = .small
    ) throws -> ChunkAppender {
        try ChunkAppender(
            path: path, datasetObjectHeaderAddress: headerAddress, fileSystem: fileSystem, options: options)
    }

    func read(_ fileSystem: any FileSystem = LocalFileSystem()) throws -> ChunkIndexReader {
        try ChunkIndexReader(path: path, datasetObjectHeaderAddress: headerAddress, fileSystem: fileSystem)
    }

    func ledgerHeader(firstFrame: Int = 0) throws -> LedgerHeader {
        LedgerHeader(
            runPID: "21.T15999/test-run", dataFileName: "data.h5", datasetObjectHeaderAddress: headerAddress,
            dataStart: try read().dataset.endOfFile, slow: slow, fast: fast, elementType: "uint\(8 * elementSize)",
            elementSize: elementSize, filterID: 0, firstFrame: firstFrame, created_ns: 1_700_000_000_000_000_000)
    }
}

extension SpaceOptions {
    /// Small steps, so that a test of some megabytes takes many of them.
    static let small = SpaceOptions(preallocationStep: 1 << 20, endOfFileStep: 16 << 30)
}

extension ChunkAppender {
    @discardableResult
    func append(_ bytes: [UInt8], frame: Int, filterMask: UInt32 = 0) throws -> StoredChunk {
        try bytes.withUnsafeBytes { try append($0, frame: frame, filterMask: filterMask) }
    }
}
