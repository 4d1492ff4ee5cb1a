import CHDF5
import Diagnostics

/// A group and its links.
public struct HDF5Group: HDF5Object {
    public let location: HDF5Location

    init(handle: HDF5Handle, place: String) {
        location = HDF5Location(handle: handle, place: place)
    }

    func child(_ name: String) -> String { place.hasSuffix("/") ? place + name : place + "/" + name }

    // MARK: Groups and datasets

    /// Creates a group directly below this one.
    public func createGroup(_ name: String) throws(HDF5Error) -> HDF5Group {
        let group = try HDF5Library.call("H5Gcreate2", .cannotWrite, at: child(name)) {
            H5Gcreate2(location.identifier, name, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
        }
        return HDF5Group(handle: HDF5Handle(group), place: child(name))
    }

    /// As `createGroup(_:)`, with room for `nameHeapBytes` of link names from the start, so that the group's heap is laid out once.
    public func createGroup(_ name: String, nameHeapBytes: Int) throws(HDF5Error) -> HDF5Group {
        let list = HDF5Handle(
            try HDF5Library.call("H5Pcreate", .cannotWrite, at: child(name)) { H5Pcreate(h5x_group_create()) })
        try HDF5Library.call("H5Pset_local_heap_size_hint", .cannotWrite, at: child(name)) {
            H5Pset_local_heap_size_hint(list.identifier, nameHeapBytes)
        }
        let group = try HDF5Library.call("H5Gcreate2", .cannotWrite, at: child(name)) {
            H5Gcreate2(location.identifier, name, hid_t(H5P_DEFAULT), list.identifier, hid_t(H5P_DEFAULT))
        }
        return HDF5Group(handle: HDF5Handle(group), place: child(name))
    }

    public func group(_ path: String) throws(HDF5Error) -> HDF5Group {
        guard case .group(let group) = try object(path) else {
            throw HDF5Error(.notFound, "not a group", at: child(path), got: "a dataset", expected: "a group")
        }
        return group
    }

    public func dataset(_ path: String) throws(HDF5Error) -> HDF5Dataset {
        guard case .dataset(let dataset) = try object(path) else {
            throw HDF5Error(.notFound, "not a dataset", at: child(path), got: "a group", expected: "a dataset")
        }
        return dataset
    }

    public enum Child: Sendable {
        case group(HDF5Group)
        case dataset(HDF5Dataset)
    }

    /// Opens what the path leads to, through soft and external links. Throws `notFound` when a link leads nowhere (the cause names the file
    /// of an external link), and `unsupported` for a named datatype.
    public func object(_ path: String) throws(HDF5Error) -> Child {
        let identifier = try HDF5Library.call("H5Oopen", .notFound, at: child(path)) {
            H5Oopen(location.identifier, path, hid_t(H5P_DEFAULT))
        }
        let handle = HDF5Handle(identifier)
        switch H5Iget_type(identifier) {
        case H5I_GROUP: return .group(HDF5Group(handle: handle, place: child(path)))
        case H5I_DATASET: return .dataset(try HDF5Dataset(handle: handle, place: child(path)))
        default: throw HDF5Error(.unsupported, "neither a group nor a dataset", at: child(path))
        }
    }

    // MARK: Links

    /// Names of all links in alphabetical order, whether they lead anywhere or not.
    public func linkNames(limits: HDF5Limits = .standard) throws(HDF5Error) -> [String] {
        var list = HDF5NameList(limit: limits.links)
        try HDF5Library.call("H5Literate", .cannotRead, at: place) {
            withUnsafeMutablePointer(to: &list) { pointer in
                h5x_iterate_links(
                    location.identifier, { _, name, _, context in HDF5NameList.append(name, to: context) },
                    UnsafeMutableRawPointer(pointer))
            }
        }
        return try list.names(of: "links", at: place)
    }

    /// Whether a link of this name exists directly below this group.
    public func hasLink(_ name: String) throws(HDF5Error) -> Bool {
        try HDF5Library.call("H5Lexists", .cannotRead, at: child(name)) {
            H5Lexists(location.identifier, name, hid_t(H5P_DEFAULT))
        } > 0
    }

    public func link(_ name: String) throws(HDF5Error) -> HDF5Link {
        var info = H5L_info_t()
        try HDF5Library.call("H5Lget_info", .notFound, at: child(name)) { h5x_link_info(location.identifier, name, &info) }
        switch info.type {
        case H5L_TYPE_HARD: return .hard(objectHeaderAddress: UInt64(info.u.address))
        case H5L_TYPE_SOFT: return .soft(target: try softTarget(name, byteCount: info.u.val_size))
        case H5L_TYPE_EXTERNAL: return try externalTarget(name, byteCount: info.u.val_size)
        default: return .other
        }
    }

    /// Gives an existing object a second name; both names are equal from then on.
    public func createHardLink(_ name: String, to target: some HDF5Object) throws(HDF5Error) {
        try HDF5Library.call("H5Olink", .cannotWrite, at: child(name)) {
            H5Olink(target.location.identifier, location.identifier, name, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
        }
    }

    public func createSoftLink(_ name: String, target: String) throws(HDF5Error) {
        try HDF5Library.call("H5Lcreate_soft", .cannotWrite, at: child(name)) {
            H5Lcreate_soft(target, location.identifier, name, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
        }
    }

    /// A relative file name is looked up from the folder of the linking file.
    public func createExternalLink(_ name: String, file: String, path: String) throws(HDF5Error) {
        try HDF5Library.call("H5Lcreate_external", .cannotWrite, at: child(name)) {
            H5Lcreate_external(file, path, location.identifier, name, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
        }
    }

    private func linkValue(_ name: String, byteCount: Int) throws(HDF5Error) -> [UInt8] {
        // Two names of a path each: nothing honest is longer.
        guard byteCount > 0, byteCount <= 1 << 16 else {
            throw HDF5Error(.limitExceeded, "a link's value is too long", at: child(name), got: "\(byteCount) bytes")
        }
        var bytes = [UInt8](repeating: 0, count: byteCount)
        try HDF5Library.call("H5Lget_val", .cannotRead, at: child(name)) {
            bytes.withUnsafeMutableBytes {
                H5Lget_val(location.identifier, name, $0.baseAddress, byteCount, hid_t(H5P_DEFAULT))
            }
        }
        return bytes
    }

    private func softTarget(_ name: String, byteCount: Int) throws(HDF5Error) -> String {
        String(decoding: try linkValue(name, byteCount: byteCount).prefix { $0 != 0 }, as: UTF8.self)
    }

    /// The stored value: one byte of version and flags, the file name, a zero, the path, a zero (File Format Specification, "External link").
    private func externalTarget(_ name: String, byteCount: Int) throws(HDF5Error) -> HDF5Link {
        let names = try linkValue(name, byteCount: byteCount).dropFirst().split(separator: 0, omittingEmptySubsequences: false)
        guard names.count >= 2 else {
            throw HDF5Error(.cannotRead, "an external link without its two names", at: child(name))
        }
        return .external(file: String(decoding: names[0], as: UTF8.self), path: String(decoding: names[1], as: UTF8.self))
    }
}

/// What a name in a group is.
public enum HDF5Link: Sendable, Equatable {
    case hard(objectHeaderAddress: UInt64)
    case soft(target: String)
    case external(file: String, path: String)
    /// A kind of link that a program registered.
    case other
}
