import CHDF5
import Diagnostics

/// Values between memory and a dataset or an attribute: the same conversions for both, over a closure that does the transfer.
enum HDF5ValueTransfer {
    typealias Read = (_ memoryType: hid_t, _ buffer: UnsafeMutableRawPointer) -> herr_t
    typealias Write = (_ memoryType: hid_t, _ buffer: UnsafeRawPointer) -> herr_t

    // MARK: Writing

    /// The file type that holds this value.
    static func storedType(of value: HDF5Value, strings: HDF5StringStorage, at place: String) throws(HDF5Error) -> HDF5Handle {
        switch value {
        case .numbers(let array):
            return HDF5Handle(
                try HDF5Library.call("H5Tcopy", .cannotWrite, at: place) { H5Tcopy(array.elementType.stored) })
        case .zeros(let type, _):
            return HDF5Handle(try HDF5Library.call("H5Tcopy", .cannotWrite, at: place) { H5Tcopy(type.stored) })
        case .blankTexts(let byteCount, _): return try HDF5Datatype.makeString(size: byteCount)
        case .bool, .bools: return try HDF5Datatype.makeBool()
        case .opaque(let bytes): return try HDF5Datatype.makeOpaque(size: bytes.count)
        case .string(let text):
            return try HDF5Datatype.makeString(size: strings == .fixed ? text.utf8.count : nil)
        case .strings(let texts, _):
            return try HDF5Datatype.makeString(size: strings == .fixed ? texts.map(\.utf8.count).max() ?? 1 : nil)
        case .described(let description):
            throw HDF5Error(
                .inconsistentValue, "a value that was left in its file cannot be written", at: place,
                got: "\(description.typeName)")
        }
    }

    static func write(_ value: HDF5Value, type: HDF5Handle, at place: String, _ transfer: Write) throws(HDF5Error) {
        switch value {
        case .numbers(let array):
            guard !array.bytes.isEmpty else { return }
            try put(array.bytes, as: array.elementType.native, at: place, transfer)
        case .zeros(let type, let shape):
            guard let count = HDF5Array.elementCount(shape), count > 0 else { return }
            try put([UInt8](repeating: 0, count: count * type.byteCount), as: type.native, at: place, transfer)
        case .blankTexts(let byteCount, let shape):
            guard let count = HDF5Array.elementCount(shape), count > 0 else { return }
            try put([UInt8](repeating: 0, count: count * max(byteCount, 1)), as: type.identifier, at: place, transfer)
        case .bool(let flag): try put([flag ? 1 : 0], as: type.identifier, at: place, transfer)
        case .bools(let flags, let shape):
            try requireCount(flags.count, shape, at: place)
            guard !flags.isEmpty else { return }
            try put(flags.map { $0 ? 1 : 0 }, as: type.identifier, at: place, transfer)
        case .opaque(let bytes): try put(bytes.isEmpty ? [0] : bytes, as: type.identifier, at: place, transfer)
        case .string(let text): try putStrings([text], type: type, at: place, transfer)
        case .strings(let texts, let shape):
            try requireCount(texts.count, shape, at: place)
            guard !texts.isEmpty else { return }
            try putStrings(texts, type: type, at: place, transfer)
        case .described: break
        }
    }

    private static func requireCount(_ count: Int, _ shape: [Int], at place: String) throws(HDF5Error) {
        guard HDF5Array.elementCount(shape) == count else {
            throw HDF5Error(
                .inconsistentValue, "the values are not those of the shape", at: place, got: "\(count) values",
                expected: "shape \(shape)")
        }
    }

    private static func put(_ bytes: [UInt8], as type: hid_t, at place: String, _ transfer: Write) throws(HDF5Error) {
        try HDF5Library.call("writing a value", .cannotWrite, at: place) {
            bytes.withUnsafeBytes { raw in raw.baseAddress.map { transfer(type, $0) } ?? -1 }
        }
    }

    private static func putStrings(
        _ texts: [String], type: HDF5Handle, at place: String, _ transfer: Write
    ) throws(HDF5Error) {
        let isVariable = try HDF5Library.call("H5Tis_variable_str", .cannotWrite, at: place) {
            H5Tis_variable_str(type.identifier)
        }
        guard isVariable > 0 else {
            let size = H5Tget_size(type.identifier)
            var bytes: [UInt8] = []
            bytes.reserveCapacity(size * texts.count)
            for text in texts {
                bytes.append(contentsOf: text.utf8.prefix(size))
                bytes.append(contentsOf: repeatElement(0, count: max(0, size - text.utf8.count)))
            }
            return try put(bytes, as: type.identifier, at: place, transfer)
        }
        // A zero byte would end the C string early: what stands behind it would be lost silently.
        guard let text = texts.first(where: { $0.utf8.contains(0) }) else {
            var joined: [UInt8] = []
            var offsets: [Int] = []
            for text in texts {
                offsets.append(joined.count)
                joined.append(contentsOf: text.utf8)
                joined.append(0)
            }
            try HDF5Library.call("writing a string", .cannotWrite, at: place) {
                // Safe: `joined` is not touched while the pointers into it are in use.
                joined.withUnsafeBufferPointer { characters -> herr_t in
                    guard let base = characters.baseAddress else { return -1 }
                    let pointers = offsets.map { base + $0 }
                    return pointers.withUnsafeBytes { raw in raw.baseAddress.map { transfer(type.identifier, $0) } ?? -1 }
                }
            }
            return
        }
        throw HDF5Error(.inconsistentValue, "a string with a zero byte inside", at: place, got: "\(text.utf8.count) bytes")
    }

    // MARK: Reading

    /// Reads the value, or describes it when it is larger than the limit or of a type that we do not read.
    static func read(
        type: HDF5Datatype, space: HDF5Dataspace, limits: HDF5Limits, at place: String, storedBytes: Int? = nil, _ transfer: Read
    ) throws(HDF5Error) -> HDF5Value {
        let shape = space.shape
        let description = HDF5Value.described(
            HDF5Description(typeName: type.name, elementType: type.elementType, shape: shape))
        guard space.kind != .null, let count = HDF5Array.elementCount(shape) else { return description }
        func fits(_ elementBytes: Int) -> Bool {
            let (bytes, overflow) = count.multipliedReportingOverflow(by: elementBytes)
            return !overflow && bytes <= limits.valueBytes
        }
        switch type.kind {
        case .number(let element), .convertible(let element, _):
            guard fits(element.byteCount) else { return description }
            let bytes = try get(count * element.byteCount, as: element.native, at: place, transfer)
            return .numbers(try HDF5Array(elementType: element, shape: shape, bytes: bytes))
        case .bool:
            guard fits(1) else { return description }
            let flags = try get(count, as: type.handle.identifier, at: place, transfer).map { $0 != 0 }
            return space.kind == .scalar ? .bool(flags.first ?? false) : .bools(flags, shape: shape)
        case .opaque(let size):
            guard space.kind == .scalar, fits(size) else { return description }
            return .opaque(try get(size, as: type.handle.identifier, at: place, transfer))
        case .fixedString(let size):
            guard size > 0, size <= limits.stringBytes, fits(size) else { return description }
            let bytes = try get(count * size, as: type.handle.identifier, at: place, transfer)
            let padsWithSpaces = H5Tget_strpad(type.handle.identifier) == H5T_STR_SPACEPAD
            return strings(
                (0..<count).map { index in
                    var text = bytes[index * size..<(index + 1) * size].prefix { $0 != 0 }
                    if padsWithSpaces { while text.last == 0x20 { text.removeLast() } }
                    return String(decoding: text, as: UTF8.self)
                }, shape: shape)
        case .variableString:
            guard fits(MemoryLayout<UnsafePointer<CChar>?>.size) else { return description }
            return strings(
                try variableStrings(count, type: type, space: space, limits: limits, at: place, transfer), shape: shape)
        case .other:
            return description
        }
    }

    private static func strings(_ texts: [String], shape: [Int]) -> HDF5Value {
        if shape.isEmpty, let text = texts.first { return .string(text) }
        return .strings(texts, shape: shape)
    }

    private static func get(
        _ count: Int, as type: hid_t, at place: String, _ transfer: Read
    ) throws(HDF5Error) -> [UInt8] {
        guard count > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: count)
        try HDF5Library.call("reading a value", .cannotRead, at: place) {
            bytes.withUnsafeMutableBytes { raw in raw.baseAddress.map { transfer(type, $0) } ?? -1 }
        }
        return bytes
    }

    private static func variableStrings(
        _ count: Int, type: HDF5Datatype, space: HDF5Dataspace, limits: HDF5Limits, at place: String, _ transfer: Read
    ) throws(HDF5Error) -> [String] {
        guard count > 0 else { return [] }
        // The file's own type keeps its character set: HDF5 refuses to convert between ASCII and UTF-8.
        let memoryType = HDF5Handle(
            try HDF5Library.call("H5Tcopy", .cannotRead, at: place) { H5Tcopy(type.handle.identifier) })
        var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
        defer {
            // The strings belong to the library's allocator, whether all of them could be read or not.
            pointers.withUnsafeMutableBytes { raw in
                _ = H5Dvlen_reclaim(memoryType.identifier, space.handle.identifier, hid_t(H5P_DEFAULT), raw.baseAddress)
            }
        }
        try HDF5Library.call("reading a string", .cannotRead, at: place) {
            pointers.withUnsafeMutableBytes { raw in raw.baseAddress.map { transfer(memoryType.identifier, $0) } ?? -1 }
        }
        return pointers.map { pointer in
            guard let pointer else { return "" }
            let length = Int(h5x_text_length(pointer, limits.stringBytes))
            return String(decoding: UnsafeRawBufferPointer(start: pointer, count: length), as: UTF8.self)
        }
    }
}
