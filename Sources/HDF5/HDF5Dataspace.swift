import CHDF5
import Diagnostics

/// The shape of a dataset or attribute, with the library's handle to select in it.
struct HDF5Dataspace {
    enum Kind { case null, scalar, simple }

    let handle: HDF5Handle
    let kind: Kind
    /// Slowest axis first; empty for a scalar.
    let shape: [Int]

    init(_ handle: HDF5Handle, at place: String) throws(HDF5Error) {
        self.handle = handle
        switch H5Sget_simple_extent_type(handle.identifier) {
        case H5S_NULL:
            kind = .null
            shape = [0]
        case H5S_SCALAR:
            kind = .scalar
            shape = []
        default:
            kind = .simple
            let rank = Int(
                try HDF5Library.call("H5Sget_simple_extent_ndims", .cannotRead, at: place) {
                    H5Sget_simple_extent_ndims(handle.identifier)
                })
            var extent = [hsize_t](repeating: 0, count: max(rank, 1))
            try HDF5Library.call("H5Sget_simple_extent_dims", .cannotRead, at: place) {
                H5Sget_simple_extent_dims(handle.identifier, &extent, nil)
            }
            shape = extent.prefix(rank).map { Int(clamping: $0) }
        }
    }

    /// `maximum`: nil for an axis without limit; nil as a whole: the shape itself. An empty shape is a scalar.
    init(shape: [Int], maximum: [Int?]? = nil, at place: String) throws(HDF5Error) {
        guard shape.allSatisfy({ $0 >= 0 }), shape.count <= Int(H5S_MAX_RANK), maximum.map({ $0.count == shape.count }) ?? true
        else {
            throw HDF5Error(
                .inconsistentValue, "not a shape", at: place, got: "\(shape)",
                expected: "at most \(H5S_MAX_RANK) axes, none negative")
        }
        self.shape = shape
        if shape.isEmpty {
            kind = .scalar
            handle = HDF5Handle(try HDF5Library.call("H5Screate", .cannotWrite, at: place) { H5Screate(H5S_SCALAR) })
        } else {
            kind = .simple
            let extent = shape.map { hsize_t($0) }
            let limits = (maximum ?? shape.map { $0 }).map { $0.map { hsize_t(clamping: $0) } ?? h5x_unlimited() }
            handle = HDF5Handle(
                try HDF5Library.call("H5Screate_simple", .cannotWrite, at: place) {
                    H5Screate_simple(Int32(shape.count), extent, limits)
                })
        }
    }

    /// Selects a box of the space; `start` and `count` have one number for each axis.
    func select(start: [Int], count: [Int], at place: String) throws(HDF5Error) {
        guard start.count == shape.count, count.count == shape.count else {
            throw HDF5Error(
                .inconsistentValue, "a selection of another rank", at: place, got: "\(start) + \(count)",
                expected: "shape \(shape)")
        }
        for axis in shape.indices {
            let (end, overflow) = start[axis].addingReportingOverflow(count[axis])
            guard start[axis] >= 0, count[axis] >= 0, !overflow, end <= shape[axis] else {
                throw HDF5Error(
                    .inconsistentValue, "a selection outside of the data", at: place, got: "\(start) + \(count)",
                    expected: "inside shape \(shape)")
            }
        }
        let first = start.map { hsize_t($0) }
        let extent = count.map { hsize_t($0) }
        try HDF5Library.call("H5Sselect_hyperslab", .cannotRead, at: place) {
            H5Sselect_hyperslab(handle.identifier, H5S_SELECT_SET, first, nil, extent, nil)
        }
    }
}
