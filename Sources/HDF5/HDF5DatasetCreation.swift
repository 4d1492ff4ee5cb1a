import CHDF5
import Diagnostics

/// A filter of a dataset's pipeline, with its parameters as they are stored.
public struct HDF5Filter: Sendable, Hashable {
    public static let deflate: UInt32 = 1
    public static let lz4: UInt32 = 32004
    public static let bitshuffle: UInt32 = 32008
    public static let zstd: UInt32 = 32015

    public let identifier: UInt32
    /// An optional filter may be absent where the dataset is made: the file is then the same as with the plugin installed.
    public let isOptional: Bool
    public let parameters: [UInt32]

    public init(identifier: UInt32, isOptional: Bool = true, parameters: [UInt32]) {
        self.identifier = identifier
        self.isOptional = isOptional
        self.parameters = parameters
    }
}

/// How a dataset lies in its file.
public enum HDF5Layout: Sendable, Equatable {
    /// One piece; what small parsers can read.
    case contiguous
    /// Inside the object header; at most 64 KiB.
    case compact
    /// `shape` has one number for each axis; filters run in their order when writing.
    case chunked(shape: [Int], filters: [HDF5Filter] = [])
}

extension HDF5Group {
    /// Creates a dataset with its value.
    @discardableResult
    public func createDataset(
        _ name: String, _ value: HDF5Value, layout: HDF5Layout = .contiguous, strings: HDF5StringStorage = .variable
    ) throws(HDF5Error) -> HDF5Dataset {
        let place = child(name)
        let type = try HDF5ValueTransfer.storedType(of: value, strings: strings, at: place)
        let list = try creationList(layout: layout, fill: nil, rank: value.shape.count, at: place)
        let isZeros = value.isBlank && layout == .contiguous
        // Its place in the file is given at once, for readers that map the file, and nothing is written there: where a new file
        // was never written to it reads as 0, and takes no block.
        if isZeros {
            try HDF5Library.call("H5Pset_alloc_time", .cannotWrite, at: place) {
                H5Pset_alloc_time(list.identifier, H5D_ALLOC_TIME_EARLY)
            }
        }
        let dataset = try create(name, type: type, space: try HDF5Dataspace(shape: value.shape, at: place), list: list)
        if isZeros { return dataset }
        try HDF5ValueTransfer.write(value, type: type, at: place) { memoryType, buffer in
            H5Dwrite(dataset.location.identifier, memoryType, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), buffer)
        }
        return dataset
    }

    /// Creates a dataset without values: those come later, and what never comes reads as `fill`.
    ///
    /// - Parameter maximumShape: nil for an axis without limit (needs chunks); nil as a whole: the shape itself.
    /// - Parameter fill: little-endian bytes of one element.
    @discardableResult
    public func createEmptyDataset(
        _ name: String, elementType: HDF5ElementType, shape: [Int], maximumShape: [Int?]? = nil, layout: HDF5Layout,
        fill: [UInt8]? = nil
    ) throws(HDF5Error) -> HDF5Dataset {
        let place = child(name)
        if let fill, fill.count != elementType.byteCount {
            throw HDF5Error(
                .inconsistentValue, "the fill value is not one element", at: place, got: "\(fill.count) bytes",
                expected: "\(elementType.byteCount)")
        }
        let list = try creationList(layout: layout, fill: fill.map { ($0, elementType) }, rank: shape.count, at: place)
        let space = try HDF5Dataspace(shape: shape, maximum: maximumShape, at: place)
        let type = HDF5Handle(
            try HDF5Library.call("H5Tcopy", .cannotWrite, at: place) { H5Tcopy(elementType.stored) })
        return try create(name, type: type, space: space, list: list)
    }

    func create(_ name: String, type: HDF5Handle, space: HDF5Dataspace, list: HDF5Handle) throws(HDF5Error) -> HDF5Dataset {
        let place = child(name)
        let dataset = try HDF5Library.call("H5Dcreate2", .cannotWrite, at: place) {
            H5Dcreate2(
                location.identifier, name, type.identifier, space.handle.identifier, hid_t(H5P_DEFAULT), list.identifier,
                hid_t(H5P_DEFAULT))
        }
        return try HDF5Dataset(handle: HDF5Handle(dataset), place: place)
    }

    func creationList(
        layout: HDF5Layout, fill: (bytes: [UInt8], type: HDF5ElementType)?, rank: Int, at place: String
    ) throws(HDF5Error) -> HDF5Handle {
        let list = HDF5Handle(
            try HDF5Library.call("H5Pcreate", .cannotWrite, at: place) { H5Pcreate(h5x_dataset_create()) })
        // No modification times in object headers: the same call then makes the same bytes.
        try HDF5Library.call("H5Pset_obj_track_times", .cannotWrite, at: place) { H5Pset_obj_track_times(list.identifier, false) }
        switch layout {
        case .contiguous:
            try HDF5Library.call("H5Pset_layout", .cannotWrite, at: place) { H5Pset_layout(list.identifier, H5D_CONTIGUOUS) }
        case .compact:
            try HDF5Library.call("H5Pset_layout", .cannotWrite, at: place) { H5Pset_layout(list.identifier, H5D_COMPACT) }
        case .chunked(let shape, let filters):
            guard shape.count == rank, rank > 0, shape.allSatisfy({ $0 > 0 && $0 <= Int(UInt32.max) }) else {
                throw HDF5Error(
                    .inconsistentValue, "not the shape of a chunk", at: place, got: "\(shape)",
                    expected: "\(rank) positive numbers")
            }
            try HDF5Library.call("H5Pset_chunk", .cannotWrite, at: place) {
                H5Pset_chunk(list.identifier, Int32(rank), shape.map { hsize_t($0) })
            }
            for filter in filters {
                try HDF5Library.call("H5Pset_filter", .cannotWrite, at: place) {
                    H5Pset_filter(
                        list.identifier, H5Z_filter_t(truncatingIfNeeded: filter.identifier),
                        UInt32(filter.isOptional ? H5Z_FLAG_OPTIONAL : H5Z_FLAG_MANDATORY), filter.parameters.count,
                        filter.parameters)
                }
            }
        }
        if let fill {
            try HDF5Library.call("H5Pset_fill_value", .cannotWrite, at: place) {
                H5Pset_fill_value(list.identifier, fill.type.stored, fill.bytes)
            }
        }
        return list
    }
}
