import Diagnostics

/// Stream V1 ("legacy"): JSON and blobs in several parts (SIMPLON API reference 1.8, chapter 6). The first part says the kind in `htype`.
struct StreamV1Decoder {
    let parts: MessageParts
    let limits: WireLimits

    /// Whether these bytes begin a V1 message: a JSON object with a text `htype`.
    static func recognises(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var scanner = JSONScanner(bytes, part: 0)
        guard scanner.peek() == UInt8(ascii: "{"), bytes.count <= WireLimits.standard.maximumTextBytes else { return false }
        let identity = try? Identity(&scanner, depth: WireLimits.standard.maximumDepth)
        return identity?.kind != nil
    }

    func message() throws(WireError) -> StreamMessage {
        var scanner = JSONScanner(parts[0], part: 0)
        try checkLength(0)
        guard let first = scanner.peek() else { throw scanner.unexpected("'{'") }
        guard first == UInt8(ascii: "{") else {
            throw WireError(
                .unknownMessage, "This is no Stream V1 message", at: "message part 1", got: "first byte \(first)",
                expected: "'{'",
                remedy: "Is the detector's stream format set to legacy?")
        }
        let identity = try Identity(&scanner, depth: limits.maximumDepth)
        try scanner.expectEnd()
        guard let kind = identity.kind else {
            throw WireError(
                .unknownMessage, "A message does not say what it is", at: "message part 1", expected: "a text key \"htype\"")
        }
        if scanner.matches(kind, "dimage-1.0") { return .image(try image(identity)) }
        if scanner.matches(kind, "dseries_end-1.0") {
            guard let seriesID = identity.seriesID else { throw missing("series", part: 0) }
            return .end(EndMessage(seriesID: seriesID, uniqueID: nil, skippedKeys: identity.skippedKeys))
        }
        if scanner.matches(kind, "dheader-1.0") {
            guard let seriesID = identity.seriesID else { throw missing("series", part: 0) }
            return .start(try StreamV1HeaderDecoder(parts: parts, limits: limits).start(seriesID: seriesID))
        }
        return .other(type: scanner.shown(kind))
    }

    /// What the first part of a message says.
    private struct Identity {
        var kind: JSONScanner.Text?
        var seriesID: Int64?
        var frame: Int64?
        var skippedKeys = 0

        init(_ scanner: inout JSONScanner, depth: Int) throws(WireError) {
            try scanner.expect(UInt8(ascii: "{"))
            var isFirst = true
            while try scanner.next(isFirst: &isFirst, end: UInt8(ascii: "}")) {
                let key = try scanner.key()
                if scanner.matches(key, "htype") {
                    guard kind == nil else { throw scanner.twice(key) }
                    guard scanner.peek() == UInt8(ascii: "\"") else {
                        try scanner.skip(depth: depth - 1)
                        continue
                    }
                    kind = try scanner.string()
                } else if scanner.matches(key, "series") {
                    guard seriesID == nil else { throw scanner.twice(key) }
                    seriesID = try scanner.integer("series")
                } else if scanner.matches(key, "frame") {
                    guard frame == nil else { throw scanner.twice(key) }
                    frame = try scanner.integer("frame")
                } else {
                    // `hash` is the MD5 of part 2, not of the pixels; `header_detail` is read with the rest of the header.
                    if !scanner.matches(key, "hash"), !scanner.matches(key, "header_detail") { skippedKeys += 1 }
                    try scanner.skip(depth: depth - 1)
                }
            }
        }
    }

    // MARK: Image

    private func image(_ identity: Identity) throws(WireError) -> ImageMessage {
        guard (3...5).contains(parts.count) else {
            throw WireError(
                .partCount, "An image message has not the parts it should have", got: "\(parts.count)", expected: "4 or 5")
        }
        guard let seriesID = identity.seriesID else { throw missing("series", part: 0) }
        guard let frame = identity.frame else { throw missing("frame", part: 0) }
        guard frame >= 0 else {
            throw WireError(.outOfRange, "A frame has a negative number", at: "frame", got: "\(frame)", expected: "0 or more")
        }
        var image = ImageMessage(seriesID: seriesID, frame: frame)
        image.skippedKeys = identity.skippedKeys
        _ = image.append(ImageMessage.Channel(name: nil, array: try array(&image)))
        if parts.count > 3 { try times(into: &image) }
        if parts.count > 4 { image.appendix = PayloadRange(part: 4, offset: 0, count: parts[4].count) }
        return image
    }

    /// Part 2 describes part 3.
    private func array(_ image: inout ImageMessage) throws(WireError) -> ArrayDescription {
        try checkLength(1)
        var scanner = JSONScanner(parts[1], part: 1)
        var kind: JSONScanner.Text?
        var element: ElementType?
        var encoding: StreamV1Encoding?
        var shape: WireShape?
        var declaredBytes: Int?
        try scanner.expect(UInt8(ascii: "{"))
        var isFirst = true
        while try scanner.next(isFirst: &isFirst, end: UInt8(ascii: "}")) {
            let key = try scanner.key()
            if scanner.matches(key, "htype") {
                guard kind == nil else { throw scanner.twice(key) }
                kind = try scanner.string()
            } else if scanner.matches(key, "shape") {
                guard shape == nil else { throw scanner.twice(key) }
                shape = try scanner.shape().reversed
            } else if scanner.matches(key, "type") {
                guard element == nil else { throw scanner.twice(key) }
                element = try scanner.element()
            } else if scanner.matches(key, "encoding") {
                guard encoding == nil else { throw scanner.twice(key) }
                let text = try scanner.string()
                encoding = StreamV1Encoding(text.range.bytes(in: parts))
                if encoding == nil {
                    throw WireError(
                        .unsupportedEncoding, "An image is packed in a way that we do not know", at: "encoding, message part 2",
                        got: "\"\(scanner.shown(text))\"", expected: "bs8-lz4<, bs16-lz4<, bs32-lz4<, lz4< or <",
                        remedy: "Set the detector's compression to bslz4 or lz4")
                }
            } else if scanner.matches(key, "size") {
                guard declaredBytes == nil else { throw scanner.twice(key) }
                declaredBytes = Int(try scanner.integer("size"))
            } else {
                image.skippedKeys += 1
                try scanner.skip(depth: limits.maximumDepth - 1)
            }
        }
        try scanner.expectEnd()
        guard let kind else { throw missing("htype", part: 1) }
        guard scanner.matches(kind, "dimage_d-1.0") else {
            throw WireError(
                .unknownMessage, "The second part of an image is of another kind", at: "htype, message part 2",
                got: scanner.shown(kind),
                expected: "dimage_d-1.0")
        }
        guard let element else { throw missing("type", part: 1) }
        guard let shape else { throw missing("shape", part: 1) }
        guard let encoding else { throw missing("encoding", part: 1) }
        guard shape.rank >= 2 else {
            throw WireError(
                .unsupportedArray, "An image has one axis only", at: "shape, message part 2", expected: "[x, y] or [x, y, z]")
        }
        return try ArrayDescription(
            shape: shape, element: element, byteOrder: encoding.byteOrder, packing: encoding.packing,
            elementBytesOfPacking: encoding.elementBytes, payload: PayloadRange(part: 2, offset: 0, count: parts[2].count),
            declaredPayloadBytes: declaredBytes, limits: limits)
    }

    /// Part 4: times in nanoseconds. One that is no whole number is passed and counted: a frame is not lost for its time.
    private func times(into image: inout ImageMessage) throws(WireError) {
        try checkLength(3)
        var scanner = JSONScanner(parts[3], part: 3)
        try scanner.expect(UInt8(ascii: "{"))
        var isFirst = true
        while try scanner.next(isFirst: &isFirst, end: UInt8(ascii: "}")) {
            let key = try scanner.key()
            if scanner.matches(key, "start_time") {
                image.startTime = try time(&scanner, &image)
            } else if scanner.matches(key, "stop_time") {
                image.stopTime = try time(&scanner, &image)
            } else if scanner.matches(key, "real_time") {
                image.realTime = try time(&scanner, &image)
            } else {
                if !scanner.matches(key, "htype") { image.skippedKeys += 1 }
                try scanner.skip(depth: limits.maximumDepth - 1)
            }
        }
        try scanner.expectEnd()
    }

    private func time(_ scanner: inout JSONScanner, _ image: inout ImageMessage) throws(WireError) -> WireTime? {
        if let first = scanner.peek(), first == UInt8(ascii: "-") || first &- 0x30 < 10 {
            let (range, isInteger) = try scanner.number()
            if isInteger, let value = scanner.parse(range) { return WireTime(numerator: value, denominator: 1_000_000_000) }
        } else {
            try scanner.skip(depth: limits.maximumDepth - 1)
        }
        image.unreadableFields += 1
        return nil
    }

    // MARK: Refusals

    private func checkLength(_ part: Int) throws(WireError) {
        guard parts[part].count <= limits.maximumTextBytes else {
            throw WireError(
                .limitExceeded, "A JSON part is too long", at: "message part \(part + 1)", got: "\(parts[part].count) bytes",
                expected: "\(limits.maximumTextBytes) at most")
        }
    }

    @inline(never)
    private func missing(_ field: String, part: Int) -> WireError {
        WireError(.missingField, "A message has no \(field)", at: "message part \(part + 1)", expected: field)
    }
}

extension JSONScanner {
    /// `shape` as the wire has it: whole numbers, fast axis first.
    mutating func shape() throws(WireError) -> WireShape {
        var shape = WireShape()
        try expect(UInt8(ascii: "["))
        var isFirst = true
        while try next(isFirst: &isFirst, end: UInt8(ascii: "]")) {
            let axis = try integer("shape")
            guard shape.append(Int(axis)) else {
                throw WireError(.unsupportedArray, "An array has more than three axes", at: "shape, \(place)", expected: "1 to 3")
            }
        }
        return shape
    }

    /// `type` of an array.
    mutating func element() throws(WireError) -> ElementType {
        let text = try string()
        // The three types of images first: no other is in the vendor's document for them.
        if matches(text, "uint16") { return .uint16 }
        if matches(text, "uint32") { return .uint32 }
        if matches(text, "uint8") { return .uint8 }
        if matches(text, "float32") { return .float32 }
        if matches(text, "int16") { return .int16 }
        if matches(text, "int32") { return .int32 }
        if matches(text, "int8") { return .int8 }
        if matches(text, "uint64") { return .uint64 }
        if matches(text, "int64") { return .int64 }
        if matches(text, "float64") { return .float64 }
        throw WireError(
            .unsupportedArray, "An array has an element type that we cannot store", at: "type, \(place)",
            got: "\"\(shown(text))\"",
            expected: "uint8, uint16, uint32, …")
    }

    @inline(never)
    func twice(_ key: Text) -> WireError {
        WireError(.duplicateField, "A field of a message is there twice", at: "\(shown(key)), \(place)")
    }
}
