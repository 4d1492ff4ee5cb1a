import CHDF5

/// How strings are laid down. Readers in Python show variable-length ones as text; detectors' own files and small parsers like fixed ones.
public enum HDF5StringStorage: Sendable, Hashable {
    /// UTF-8 with its length kept apart (in the file's global heap).
    case variable
    /// UTF-8 padded with zeros to the longest of the value's strings.
    case fixed
}

/// A datatype as the file has it, classified into what we read.
struct HDF5Datatype {
    enum Kind: Equatable {
        case number(HDF5ElementType)
        /// A number whose type is none of ours (half floats, 24-bit integers): read through the given one.
        case convertible(HDF5ElementType, name: String)
        case bool
        case fixedString(size: Int)
        case variableString
        case opaque(size: Int)
        case other(String)
    }

    let handle: HDF5Handle
    let kind: Kind
    /// Whether the stored bytes are little-endian, so that raw chunks are pixels as we know them.
    let isLittleEndian: Bool

    init(_ handle: HDF5Handle, at place: String) throws(HDF5Error) {
        self.handle = handle
        let identifier = handle.identifier
        let typeClass = H5Tget_class(identifier)
        let size = H5Tget_size(identifier)
        isLittleEndian = size <= 1 || H5Tget_order(identifier) == H5T_ORDER_LE
        switch typeClass {
        case H5T_INTEGER: kind = Self.integer(identifier, size: size)
        case H5T_FLOAT: kind = Self.float(identifier, size: size)
        case H5T_ENUM:
            if Self.isBool(identifier) {
                kind = .bool
            } else {
                let base = HDF5Handle(
                    try HDF5Library.call("H5Tget_super", .cannotRead, at: place) { H5Tget_super(identifier) })
                switch Self.integer(base.identifier, size: H5Tget_size(base.identifier)) {
                case .number(let element), .convertible(let element, _): kind = .convertible(element, name: "enum")
                default: kind = .other("enum")
                }
            }
        case H5T_STRING:
            let isVariable = try HDF5Library.call("H5Tis_variable_str", .cannotRead, at: place) {
                H5Tis_variable_str(identifier)
            }
            kind = isVariable > 0 ? .variableString : .fixedString(size: size)
        case H5T_OPAQUE: kind = .opaque(size: size)
        case H5T_COMPOUND: kind = .other("compound")
        case H5T_REFERENCE: kind = .other("reference")
        case H5T_VLEN: kind = .other("variable-length sequence")
        case H5T_ARRAY: kind = .other("array")
        case H5T_BITFIELD: kind = .other("bit field")
        case H5T_TIME: kind = .other("time")
        default: kind = .other("unknown class")
        }
    }

    var name: String {
        switch kind {
        case .number(let element): element.rawValue
        case .convertible(_, let name): name
        case .bool: "bool"
        case .fixedString, .variableString: "string"
        case .opaque: "opaque"
        case .other(let name): name
        }
    }

    var elementType: HDF5ElementType? {
        switch kind {
        case .number(let element), .convertible(let element, _): element
        default: nil
        }
    }

    private static func integer(_ identifier: hid_t, size: Int) -> Kind {
        let isSigned = H5Tget_sign(identifier) == H5T_SGN_2
        switch (size, isSigned) {
        case (1, false): return .number(.uint8)
        case (1, true): return .number(.int8)
        case (2, false): return .number(.uint16)
        case (2, true): return .number(.int16)
        case (4, false): return .number(.uint32)
        case (4, true): return .number(.int32)
        case (8, false): return .number(.uint64)
        case (8, true): return .number(.int64)
        case (3...7, let isSigned):
            return .convertible(isSigned ? .int64 : .uint64, name: "\(size * 8)-bit integer")
        default: return .other("\(size * 8)-bit integer")
        }
    }

    private static func float(_ identifier: hid_t, size: Int) -> Kind {
        switch size {
        case 4: .number(.float32)
        case 8: .number(.float64)
        case 2: .convertible(.float32, name: "float16")
        default: .convertible(.float64, name: "\(size * 8)-bit float")
        }
    }

    /// Two members FALSE = 0 and TRUE = 1 over one byte.
    private static func isBool(_ identifier: hid_t) -> Bool {
        HDF5Library.silence()
        guard H5Tget_size(identifier) == 1, H5Tget_nmembers(identifier) == 2 else { return false }
        var value: UInt8 = 0
        guard H5Tenum_valueof(identifier, "FALSE", &value) >= 0, value == 0 else { return false }
        return H5Tenum_valueof(identifier, "TRUE", &value) >= 0 && value == 1
    }
}

// MARK: Types to write with

extension HDF5Datatype {
    /// The file type of h5py's `bool`.
    static func makeBool() throws(HDF5Error) -> HDF5Handle {
        let type = HDF5Handle(
            try HDF5Library.call("H5Tenum_create", .cannotWrite, at: "bool") { H5Tenum_create(h5x_native_int8()) })
        for (name, value) in [("FALSE", Int8(0)), ("TRUE", Int8(1))] {
            try HDF5Library.call("H5Tenum_insert", .cannotWrite, at: "bool") {
                withUnsafePointer(to: value) { H5Tenum_insert(type.identifier, name, $0) }
            }
        }
        return type
    }

    /// `size` nil: variable length. A fixed size of zero does not exist in HDF5: the empty string takes one byte.
    static func makeString(size: Int?) throws(HDF5Error) -> HDF5Handle {
        let type = HDF5Handle(try HDF5Library.call("H5Tcopy", .cannotWrite, at: "string") { H5Tcopy(h5x_c_string()) })
        let bytes = size.map { max($0, 1) } ?? h5x_variable_length()
        try HDF5Library.call("H5Tset_size", .cannotWrite, at: "string") { H5Tset_size(type.identifier, bytes) }
        try HDF5Library.call("H5Tset_cset", .cannotWrite, at: "string") { H5Tset_cset(type.identifier, H5T_CSET_UTF8) }
        if size != nil {
            try HDF5Library.call("H5Tset_strpad", .cannotWrite, at: "string") {
                H5Tset_strpad(type.identifier, H5T_STR_NULLPAD)
            }
        }
        return type
    }

    static func makeOpaque(size: Int) throws(HDF5Error) -> HDF5Handle {
        HDF5Handle(
            try HDF5Library.call("H5Tcreate", .cannotWrite, at: "opaque") { H5Tcreate(H5T_OPAQUE, max(size, 1)) })
    }
}
