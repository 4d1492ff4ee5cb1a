import CHDF5
import Diagnostics

/// A group or a dataset: what can have attributes, and has an address in its file.
public protocol HDF5Object: Sendable {
    /// Used by this target only.
    var location: HDF5Location { get }
}

/// An open object and where it was found.
public struct HDF5Location: Sendable {
    let handle: HDF5Handle
    /// `file:/path`, for messages.
    public let place: String

    var identifier: hid_t { handle.identifier }
}

extension HDF5Object {
    /// `file:/path`, for messages.
    public var place: String { location.place }

    /// Where the object header begins, in bytes from the file's start: what a parser of the file needs to find the object.
    public func objectHeaderAddress() throws(HDF5Error) -> UInt64 {
        try objectHeader().address
    }

    func objectHeader() throws(HDF5Error) -> (address: UInt64, file: UInt, kind: H5O_type_t) {
        var address: haddr_t = 0
        var file: UInt = 0
        var kind = H5O_TYPE_UNKNOWN
        try HDF5Library.call("H5Oget_info", .cannotRead, at: place) {
            h5x_object_header(location.identifier, &address, &file, &kind)
        }
        return (UInt64(address), file, kind)
    }

    /// Names in alphabetical order.
    public func attributeNames(limits: HDF5Limits = .standard) throws(HDF5Error) -> [String] {
        var list = HDF5NameList(limit: limits.attributes)
        try HDF5Library.call("H5Aiterate2", .cannotRead, at: place) {
            withUnsafeMutablePointer(to: &list) { pointer in
                var index: hsize_t = 0
                return H5Aiterate2(
                    location.identifier, H5_INDEX_NAME, H5_ITER_INC, &index,
                    { _, name, _, context in HDF5NameList.append(name, to: context) }, UnsafeMutableRawPointer(pointer))
            }
        }
        return try list.names(of: "attributes", at: place)
    }

    public func hasAttribute(_ name: String) throws(HDF5Error) -> Bool {
        try HDF5Library.call("H5Aexists", .cannotRead, at: "\(place)@\(name)") { H5Aexists(location.identifier, name) } > 0
    }

    /// The attribute's value; throws `notFound` when there is none.
    public func attribute(_ name: String, limits: HDF5Limits = .standard) throws(HDF5Error) -> HDF5Value {
        let place = "\(place)@\(name)"
        guard try hasAttribute(name) else { throw HDF5Error(.notFound, "no such attribute", at: place) }
        let attribute = HDF5Handle(
            try HDF5Library.call("H5Aopen", .cannotRead, at: place) {
                H5Aopen(location.identifier, name, hid_t(H5P_DEFAULT))
            })
        let type = HDF5Handle(
            try HDF5Library.call("H5Aget_type", .cannotRead, at: place) { H5Aget_type(attribute.identifier) })
        let space = HDF5Handle(
            try HDF5Library.call("H5Aget_space", .cannotRead, at: place) { H5Aget_space(attribute.identifier) })
        return try HDF5ValueTransfer.read(
            type: try HDF5Datatype(type, at: place), space: try HDF5Dataspace(space, at: place), limits: limits, at: place
        ) { memoryType, buffer in
            H5Aread(attribute.identifier, memoryType, buffer)
        }
    }

    /// Creates the attribute. In the earliest format all attributes of an object lie in its header, of 64 KiB at most for one.
    public func setAttribute(
        _ name: String, _ value: HDF5Value, strings: HDF5StringStorage = .variable
    ) throws(HDF5Error) {
        let place = "\(place)@\(name)"
        let type = try HDF5ValueTransfer.storedType(of: value, strings: strings, at: place)
        let space = try HDF5Dataspace(shape: value.shape, at: place)
        let attribute = HDF5Handle(
            try HDF5Library.call("H5Acreate2", .cannotWrite, at: place) {
                H5Acreate2(
                    location.identifier, name, type.identifier, space.handle.identifier, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
            })
        try HDF5ValueTransfer.write(value, type: type, at: place) { memoryType, buffer in
            H5Awrite(attribute.identifier, memoryType, buffer)
        }
    }
}

/// Names collected by one of the library's iterations, up to a limit.
struct HDF5NameList {
    private var names: [String] = []
    private let limit: Int
    private var isCut = false

    init(limit: Int) { self.limit = limit }

    func names(of what: String, at place: String) throws(HDF5Error) -> [String] {
        guard !isCut else {
            throw HDF5Error(
                .limitExceeded, "too many \(what)", at: place, got: "more than \(limit)", expected: "at most \(limit)")
        }
        return names
    }

    /// For C callbacks: `context` points to a list that outlives the iteration. 0 goes on, 1 stops.
    static func append(_ name: UnsafePointer<CChar>?, to context: UnsafeMutableRawPointer?) -> herr_t {
        guard let name, let context else { return -1 }
        let list = context.assumingMemoryBound(to: HDF5NameList.self)
        guard list.pointee.names.count < list.pointee.limit else {
            list.pointee.isCut = true
            return 1
        }
        list.pointee.names.append(String(cString: name))
        return 0
    }
}
