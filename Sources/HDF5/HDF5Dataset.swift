import CHDF5
import Diagnostics

/// A dataset that was opened or made.
public struct HDF5Dataset: HDF5Object {
    public let location: HDF5Location
    private let type: HDF5Datatype

    init(handle: HDF5Handle, place: String) throws(HDF5Error) {
        location = HDF5Location(handle: handle, place: place)
        type = try HDF5Datatype(
            HDF5Handle(try HDF5Library.call("H5Dget_type", .cannotRead, at: place) { H5Dget_type(handle.identifier) }), at: place)
    }

    // MARK: What it is

    /// The present extent, slowest axis first; empty for a scalar.
    public func shape() throws(HDF5Error) -> [Int] { try space().shape }

    /// `uint16`, `string`, `compound`, …
    public var typeName: String { type.name }

    /// The type that the numbers are read as; nil for what is not numbers.
    public var elementType: HDF5ElementType? { type.elementType }

    /// Whether the stored elements are exactly `elementType`, little-endian, so that a decoded chunk is an array of them.
    public var storesElementsAsTheyAre: Bool {
        guard case .number = type.kind else { return false }
        return type.isLittleEndian
    }

    public func description() throws(HDF5Error) -> HDF5Description {
        HDF5Description(typeName: typeName, elementType: elementType, shape: try shape())
    }

    func space() throws(HDF5Error) -> HDF5Dataspace {
        let handle = HDF5Handle(
            try HDF5Library.call("H5Dget_space", .cannotRead, at: place) { H5Dget_space(location.identifier) })
        return try HDF5Dataspace(handle, at: place)
    }

    func creationList() throws(HDF5Error) -> HDF5Handle {
        HDF5Handle(
            try HDF5Library.call("H5Dget_create_plist", .cannotRead, at: place) { H5Dget_create_plist(location.identifier) })
    }

    public enum StoredLayout: Sendable, Equatable {
        case contiguous, compact, virtual
        case chunked(shape: [Int])
    }

    public func storedLayout() throws(HDF5Error) -> StoredLayout {
        let list = try creationList()
        switch H5Pget_layout(list.identifier) {
        case H5D_COMPACT: return .compact
        case H5D_CONTIGUOUS: return .contiguous
        case H5D_VIRTUAL: return .virtual
        case H5D_CHUNKED:
            var extent = [hsize_t](repeating: 0, count: Int(H5S_MAX_RANK))
            let rank = try HDF5Library.call("H5Pget_chunk", .cannotRead, at: place) {
                H5Pget_chunk(list.identifier, H5S_MAX_RANK, &extent)
            }
            return .chunked(shape: extent.prefix(Int(rank)).map { Int(clamping: $0) })
        default: throw HDF5Error(.unsupported, "an unknown layout", at: place)
        }
    }

    /// Where the bytes of a contiguous dataset begin, from the file's start: who knows it can write them without the library. nil for
    /// another layout, and for a dataset that has no place yet.
    public func dataAddress() throws(HDF5Error) -> UInt64? {
        guard try storedLayout() == .contiguous else { return nil }
        HDF5Library.silence()
        let address = H5Dget_offset(location.identifier)
        return address == h5x_undefined_address() ? nil : UInt64(address)
    }

    /// The pipeline in the order of writing.
    public func filters() throws(HDF5Error) -> [HDF5Filter] {
        let list = try creationList()
        let count = try HDF5Library.call("H5Pget_nfilters", .cannotRead, at: place) { H5Pget_nfilters(list.identifier) }
        var filters: [HDF5Filter] = []
        for index in 0..<UInt32(count) {
            var flags: UInt32 = 0
            var parameters = [UInt32](repeating: 0, count: 64)
            var parameterCount = parameters.count
            let identifier = try HDF5Library.call("H5Pget_filter2", .cannotRead, at: place) {
                H5Pget_filter2(list.identifier, index, &flags, &parameterCount, &parameters, 0, nil, nil)
            }
            filters.append(
                HDF5Filter(
                    identifier: UInt32(identifier), isOptional: flags & UInt32(H5Z_FLAG_OPTIONAL) != 0,
                    parameters: Array(parameters.prefix(parameterCount))))
        }
        return filters
    }

    // MARK: Values

    /// The whole value; only described when it is larger than the limit or of a type that we do not read.
    public func value(limits: HDF5Limits = .standard) throws(HDF5Error) -> HDF5Value {
        try HDF5ValueTransfer.read(type: type, space: try space(), limits: limits, at: place) { memoryType, buffer in
            H5Dread(location.identifier, memoryType, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), buffer)
        }
    }

    /// A box of the numbers. Throws `unsupported` for what is not numbers, `limitExceeded` beyond `limits.frameBytes`,
    /// `filterUnavailable` when the data need a plugin that is not here.
    public func numbers(start: [Int], count: [Int], limits: HDF5Limits = .standard) throws(HDF5Error) -> HDF5Array {
        guard let element = elementType else {
            throw HDF5Error(.unsupported, "not numbers", at: place, got: typeName)
        }
        let space = try space()
        try space.select(start: start, count: count, at: place)
        guard let elements = HDF5Array.elementCount(count), elements <= limits.frameBytes / element.byteCount else {
            throw HDF5Error(
                .limitExceeded, "too much to read at once", at: place, got: "\(element) × \(count)",
                expected: "at most \(limits.frameBytes) bytes")
        }
        var bytes = [UInt8](repeating: 0, count: elements * element.byteCount)
        guard elements > 0 else { return try HDF5Array(elementType: element, shape: count, bytes: []) }
        let memory = try HDF5Dataspace(shape: count, at: place)
        do throws(HDF5Error) {
            try HDF5Library.call("H5Dread", .cannotRead, at: place) {
                bytes.withUnsafeMutableBytes {
                    H5Dread(
                        location.identifier, element.native, memory.handle.identifier, space.handle.identifier,
                        hid_t(H5P_DEFAULT), $0.baseAddress)
                }
            }
        } catch {
            guard let missing = try filters().first(where: { !HDF5Library.hasFilter($0.identifier) }) else { throw error }
            throw HDF5Error(
                .filterUnavailable, "a filter is missing", at: place, got: "HDF5 filter \(missing.identifier)",
                remedy: "Install its plugin (Debian: hdf5-filter-plugin) or set HDF5_PLUGIN_PATH", cause: error)
        }
        return try HDF5Array(elementType: element, shape: count, bytes: bytes)
    }

    /// Writes a box of numbers of the dataset's own type.
    public func write(_ array: HDF5Array, start: [Int]) throws(HDF5Error) {
        let space = try space()
        try space.select(start: start, count: array.shape, at: place)
        guard array.count > 0 else { return }
        let memory = try HDF5Dataspace(shape: array.shape, at: place)
        try HDF5Library.call("H5Dwrite", .cannotWrite, at: place) {
            array.bytes.withUnsafeBytes {
                H5Dwrite(
                    location.identifier, array.elementType.native, memory.handle.identifier, space.handle.identifier,
                    hid_t(H5P_DEFAULT), $0.baseAddress)
            }
        }
    }

    public func setExtent(_ shape: [Int]) throws(HDF5Error) {
        guard shape.allSatisfy({ $0 >= 0 }), try shape.count == self.shape().count else {
            throw HDF5Error(.inconsistentValue, "not an extent of this dataset", at: place, got: "\(shape)")
        }
        try HDF5Library.call("H5Dset_extent", .cannotWrite, at: place) {
            H5Dset_extent(location.identifier, shape.map { hsize_t($0) })
        }
    }
}
