import Diagnostics

/// Tags of RFC 8746 (typed arrays) and of DECTRIS.
enum CBORTag {
    static let dateText: UInt64 = 0
    static let rowMajorArray: UInt64 = 40
    static let columnMajorArray: UInt64 = 1040
    static let typedArrays: ClosedRange<UInt64> = 64...87
    /// dectris/documentation, `cbor/dectris-compression-tag.md`.
    static let compression: UInt64 = 56500
    static let selfDescribed: UInt64 = 55799
}

extension CBORReader {
    /// Reads an array: tag 40 over [[axes], typed array], or a typed array alone; the content is a byte string or tag 56500.
    ///
    /// Unknown tags in front are passed. Nothing is copied.
    ///
    /// - Throws: `wrongType` when it is no array, `unsupportedArray` and `unsupportedEncoding` for one that we cannot describe.
    mutating func array(limits: WireLimits) throws(WireError) -> ArrayDescription {
        var tagsLeft = limits.maximumDepth
        while true {
            guard nextMajor == 6 else { throw notAnArray() }
            guard tagsLeft > 0 else { throw tooDeep() }
            tagsLeft -= 1
            let tag = try head().argument
            if tag == CBORTag.rowMajorArray { return try shapedArray(limits: limits) }
            if CBORTag.typedArrays.contains(tag) { return try typedArray(tag, shape: nil, limits: limits) }
            if tag == CBORTag.columnMajorArray {
                throw WireError(
                    .unsupportedArray, "An array is stored column by column (tag 1040)", at: place, expected: "tag 40, row by row"
                )
            }
        }
    }

    /// The content of tag 40: [[axes], typed array].
    private mutating func shapedArray(limits: WireLimits) throws(WireError) -> ArrayDescription {
        let outer = try head()
        guard outer.major == 4 else { throw notAnArray() }
        var pair = try container(outer, entryItems: 1)
        guard try next(in: &pair) else { throw notAnArray() }

        try skipTags(depth: limits.maximumDepth)
        let axesHead = try head()
        guard axesHead.major == 4 else { throw notAnArray() }
        var axes = try container(axesHead, entryItems: 1)
        var shape = WireShape()
        while try next(in: &axes) {
            try skipTags(depth: limits.maximumDepth)
            let axis = try head()
            guard axis.major == 0, let length = Int(exactly: axis.argument) else {
                throw WireError(.outOfRange, "An axis of an array is no length", at: place, expected: "a whole number from 1")
            }
            guard shape.append(length) else {
                throw WireError(.unsupportedArray, "An array has more than three axes", at: place, expected: "1 to 3")
            }
        }

        guard try next(in: &pair) else { throw notAnArray() }
        var tagsLeft = limits.maximumDepth
        while true {
            guard nextMajor == 6 else {
                try need(1)
                throw WireError(
                    .unsupportedArray, "An array with a shape has no typed array in it", at: place,
                    expected: "one of the tags 64 to 87")
            }
            guard tagsLeft > 0 else { throw tooDeep() }
            tagsLeft -= 1
            let tag = try head().argument
            guard CBORTag.typedArrays.contains(tag) else { continue }
            let array = try typedArray(tag, shape: shape, limits: limits)
            if try next(in: &pair) {
                throw WireError(
                    .unsupportedArray, "An array with a shape has more than two parts", at: place, expected: "axes, elements")
            }
            return array
        }
    }

    /// The content of one of the tags 64…87. Without a shape it has one axis, as long as its bytes say.
    private mutating func typedArray(_ tag: UInt64, shape: WireShape?, limits: WireLimits) throws(WireError) -> ArrayDescription {
        guard let (element, byteOrder) = Self.element(ofTag: tag) else {
            throw WireError(.unsupportedArray, "An array has an element type that we cannot store", at: place, got: "tag \(tag)")
        }
        var payload: (range: PayloadRange, packing: PayloadPacking, elementBytes: Int)?
        var item = try head()
        var tagsLeft = limits.maximumDepth
        while item.major == 6, payload == nil {
            guard tagsLeft > 0 else { throw tooDeep() }
            tagsLeft -= 1
            if item.argument == CBORTag.compression {
                payload = try compressed()
            } else {
                item = try head()
            }
        }
        if payload == nil {
            guard item.major == 2 else { throw notAnArray() }
            payload = (try string(item), .raw, 0)
        }
        guard let (range, packing, elementBytes) = payload else { throw notAnArray() }
        let axes: WireShape
        if let shape { axes = shape } else { axes = try flatShape(range, packing, element) }
        return try ArrayDescription(
            shape: axes, element: element, byteOrder: byteOrder, packing: packing, elementBytesOfPacking: elementBytes,
            payload: range,
            limits: limits)
    }

    /// The content of tag 56500: [algorithm, modifier, bytes].
    private mutating func compressed() throws(WireError) -> (PayloadRange, PayloadPacking, Int) {
        let outer = try head()
        guard outer.major == 4 else { throw notCompressed() }
        var parts = try container(outer, entryItems: 1)
        guard try next(in: &parts) else { throw notCompressed() }
        let nameHead = try head()
        guard nameHead.major == 3 else { throw notCompressed() }
        let name = try string(nameHead)
        guard try next(in: &parts) else { throw notCompressed() }
        let modifier = try head()
        guard modifier.major == 0 else { throw notCompressed() }
        guard try next(in: &parts) else { throw notCompressed() }
        let payloadHead = try head()
        guard payloadHead.major == 2 else { throw notCompressed() }
        let payload = try string(payloadHead)
        if try next(in: &parts) { throw notCompressed() }

        if matches(name, "bslz4") { return (payload, .bitshuffleLZ4, try elementBytes(modifier)) }
        if matches(name, "lz4") { return (payload, .lz4Chunk, 0) }
        if matches(name, "bszstd") { return (payload, .bitshuffleZstd, try elementBytes(modifier)) }
        if matches(name, "zstd") { return (payload, .zstd, 0) }
        throw unknownAlgorithm(name)
    }

    /// The modifier of a bitshuffled payload: its element size.
    private func elementBytes(_ modifier: Head) throws(WireError) -> Int {
        switch modifier.argument {
        case 1, 2, 4, 8: return Int(modifier.argument)
        default:
            throw WireError(
                .unsupportedEncoding, "A bitshuffled array has an impossible element size", at: place,
                got: "\(modifier.argument)",
                expected: "1, 2, 4 or 8")
        }
    }

    /// One axis for an array that came without a shape, from the bytes it has or, packed, from what its own header says.
    private func flatShape(_ payload: PayloadRange, _ packing: PayloadPacking, _ element: ElementType) throws(WireError)
        -> WireShape
    {
        let byteCount: Int?
        switch packing {
        case .raw: byteCount = payload.count
        case .bitshuffleLZ4, .bitshuffleZstd, .lz4Chunk:
            // The first 8 bytes of these chunks are their uncompressed size, big endian; only described here, never allocated.
            byteCount =
                payload.count >= 12
                ? Int(exactly: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: payload.offset, as: UInt64.self))) : nil
        case .zstd, .lz4Block: byteCount = nil
        }
        guard let byteCount, byteCount % element.byteCount == 0 else {
            throw WireError(
                .unsupportedArray, "An array without a shape does not say how many elements it has", at: place,
                got: "\(payload.count) bytes", expected: "whole elements of \(element.byteCount) bytes")
        }
        var shape = WireShape()
        _ = shape.append(byteCount / element.byteCount)
        return shape
    }

    /// RFC 8746, section 2.1. Reserved (76) and 128-bit floats (83, 87) are nil.
    static func element(ofTag tag: UInt64) -> (ElementType, ByteOrder)? {
        switch tag {
        case 64, 68: (.uint8, .littleEndian)
        case 65: (.uint16, .bigEndian)
        case 66: (.uint32, .bigEndian)
        case 67: (.uint64, .bigEndian)
        case 69: (.uint16, .littleEndian)
        case 70: (.uint32, .littleEndian)
        case 71: (.uint64, .littleEndian)
        case 72: (.int8, .littleEndian)
        case 73: (.int16, .bigEndian)
        case 74: (.int32, .bigEndian)
        case 75: (.int64, .bigEndian)
        case 77: (.int16, .littleEndian)
        case 78: (.int32, .littleEndian)
        case 79: (.int64, .littleEndian)
        case 80: (.float16, .bigEndian)
        case 81: (.float32, .bigEndian)
        case 82: (.float64, .bigEndian)
        case 84: (.float16, .littleEndian)
        case 85: (.float32, .littleEndian)
        case 86: (.float64, .littleEndian)
        default: nil
        }
    }

    @inline(never)
    private func notAnArray() -> WireError {
        guard remaining > 0 else { return truncated(1) }
        return WireError(
            .wrongType, "A value is no typed array", at: place, expected: "tag 40 over axes and elements, or a tag 64 to 87")
    }

    @inline(never)
    private func notCompressed() -> WireError {
        guard remaining > 0 else { return truncated(1) }
        return WireError(
            .wrongType, "A compressed byte string is not as tag 56500 wants it", at: place,
            expected: "[algorithm, modifier, bytes]")
    }

    @inline(never)
    private func unknownAlgorithm(_ name: PayloadRange) -> WireError {
        let shown = String(decoding: bytes[name.offset..<name.offset + min(name.count, 64)], as: UTF8.self)
        return WireError(
            .unsupportedEncoding, "An array is packed in a way that we do not know", at: place, got: "\"\(shown)\"",
            expected: "bslz4, lz4, bszstd or zstd", remedy: "Set the detector's compression to bslz4 or lz4")
    }
}
