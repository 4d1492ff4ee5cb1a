import Diagnostics

/// Stream V2: one part, one CBOR map with a key `type` (dectris/documentation, `stream_v2`).
struct StreamV2Decoder {
    let parts: MessageParts
    let limits: WireLimits

    /// Whether these bytes begin a V2 message.
    static func recognises(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if bytes.count >= 3, bytes[0] == 0xd9, bytes[1] == 0xd9, bytes[2] == 0xf7 { return true }
        var reader = CBORReader(bytes, part: 0)
        guard reader.nextMajor == 5 else { return false }
        return (try? kind(&reader, depth: WireLimits.standard.maximumDepth)) != nil
    }

    func message() throws(WireError) -> StreamMessage {
        guard parts.count == 1 else {
            throw WireError(.partCount, "A Stream V2 message has more than one part", got: "\(parts.count)", expected: "1")
        }
        var reader = CBORReader(parts[0], part: 0)
        try reader.skipTags(depth: limits.maximumDepth)
        guard reader.nextMajor == 5 else {
            if reader.isAtEnd { throw reader.truncated(1) }
            throw WireError(
                .unknownMessage, "This is no Stream V2 message", at: reader.place,
                got: "CBOR major type \(reader.nextMajor ?? 0)",
                expected: "a map", remedy: "Is the detector's stream format set to cbor?")
        }
        let begin = reader.offset
        guard let kind = try Self.kind(&reader, depth: limits.maximumDepth) else {
            throw WireError(
                .unknownMessage, "A message does not say what it is", at: "message part 1", expected: "a text key \"type\"")
        }
        var body = CBORReader(parts[0], part: 0, offset: begin)
        if body.matches(kind, "image") { return .image(try image(&body)) }
        if body.matches(kind, "end") { return .end(try end(&body)) }
        if body.matches(kind, "start") { return .start(try StreamV2StartDecoder(limits: limits).start(&body)) }
        try body.skip(depth: limits.maximumDepth)
        try expectEnd(body)
        return .other(type: try body.text(kind, maximum: 256))
    }

    /// The text of the key `type`, by rule the first one of the map; nil when there is none.
    private static func kind(_ reader: inout CBORReader, depth: Int) throws(WireError) -> PayloadRange? {
        let head = try reader.head()
        var entries = try reader.container(head, entryItems: 2)
        while try reader.next(in: &entries) {
            if let key = try reader.key(depth: depth), reader.matches(key, "type") {
                try reader.skipTags(depth: depth)
                guard reader.nextMajor == 3 else { return nil }
                return try reader.string(try reader.head())
            }
            try reader.skip(depth: depth - 1)
        }
        return nil
    }

    private func expectEnd(_ reader: CBORReader) throws(WireError) {
        guard reader.isAtEnd else {
            throw WireError(
                .trailingBytes, "Something follows the message", at: reader.place, got: "\(reader.remaining) bytes more")
        }
    }

    // MARK: Image

    /// Fields of an image message, as bits: none may come twice.
    private struct Seen: OptionSet {
        let rawValue: UInt16
        static let seriesID = Seen(rawValue: 1)
        static let frame = Seen(rawValue: 2)
        static let uniqueID = Seen(rawValue: 4)
        static let seriesDate = Seen(rawValue: 8)
        static let startTime = Seen(rawValue: 16)
        static let stopTime = Seen(rawValue: 32)
        static let realTime = Seen(rawValue: 64)
        static let data = Seen(rawValue: 128)
        static let appendix = Seen(rawValue: 256)
        static let kind = Seen(rawValue: 512)
    }

    private func image(_ reader: inout CBORReader) throws(WireError) -> ImageMessage {
        var image = ImageMessage(seriesID: 0, frame: 0)
        var seen: Seen = []
        let depth = limits.maximumDepth
        let head = try reader.head()
        var entries = try reader.container(head, entryItems: 2)
        while try reader.next(in: &entries) {
            guard let key = try reader.key(depth: depth) else {
                image.skippedKeys += 1
                try reader.skip(depth: depth - 1)
                continue
            }
            let field = Self.field(key, reader)
            guard seen.isDisjoint(with: field) else { throw twice(key, reader) }
            seen.formUnion(field)
            switch field {
            case .data: try channels(&reader, into: &image)
            case .seriesID: image.seriesID = try reader.integer("series_id", depth: depth)
            case .frame: image.frame = try reader.frameNumber("image_id", depth: depth)
            case .startTime: image.startTime = try time(&reader, &image)
            case .stopTime: image.stopTime = try time(&reader, &image)
            case .realTime: image.realTime = try time(&reader, &image)
            case .uniqueID: image.uniqueID = try text(&reader, &image)
            case .seriesDate: image.seriesDate = try text(&reader, &image)
            case .appendix:
                let begin = reader.offset
                try reader.skip(depth: depth - 1)
                image.appendix = PayloadRange(part: 0, offset: begin, count: reader.offset - begin)
            case .kind: try reader.skip(depth: depth - 1)
            default:
                image.skippedKeys += 1
                try reader.skip(depth: depth - 1)
            }
        }
        try expectEnd(reader)
        guard seen.contains(.seriesID) else { throw missing("series_id") }
        guard seen.contains(.frame) else { throw missing("image_id") }
        guard image.channelCount > 0 else { throw missing("data") }
        return image
    }

    /// Which field a key names; empty for one that we do not know. Told apart by length first: one comparison a key.
    private static func field(_ key: PayloadRange, _ reader: CBORReader) -> Seen {
        switch key.count {
        case 4:
            if reader.matches(key, "data") { return .data }
            return reader.matches(key, "type") ? .kind : []
        case 8: return reader.matches(key, "image_id") ? .frame : []
        case 9:
            if reader.matches(key, "series_id") { return .seriesID }
            if reader.matches(key, "real_time") { return .realTime }
            if reader.matches(key, "stop_time") { return .stopTime }
            return reader.matches(key, "user_data") ? .appendix : []
        case 10: return reader.matches(key, "start_time") ? .startTime : []
        case 11: return reader.matches(key, "series_date") ? .seriesDate : []
        case 16: return reader.matches(key, "series_unique_id") ? .uniqueID : []
        default: return []
        }
    }

    /// `data`: a map from channel to array.
    private func channels(_ reader: inout CBORReader, into image: inout ImageMessage) throws(WireError) {
        try reader.skipTags(depth: limits.maximumDepth)
        let head = try reader.head()
        guard head.major == 5 else {
            throw WireError(.wrongType, "The images are no map from channel to array", at: "data, \(reader.place)")
        }
        var entries = try reader.container(head, entryItems: 2)
        while try reader.next(in: &entries) {
            guard let name = try reader.key(depth: limits.maximumDepth) else {
                throw WireError(.wrongType, "A channel's name is no text", at: "data, \(reader.place)")
            }
            for index in 0..<image.channelCount {
                if let other = image.channel(index).name, reader.isEqual(other, name) { throw twice(name, reader) }
            }
            let array = try reader.array(limits: limits)
            guard image.channelCount < limits.maximumChannels, image.append(ImageMessage.Channel(name: name, array: array)) else {
                throw WireError(
                    .limitExceeded, "An image has too many channels", at: "data, \(reader.place)",
                    expected: "\(limits.maximumChannels) at most")
            }
        }
    }

    /// [numerator, denominator], seconds. Something else is passed and counted: a frame is not lost for its time.
    private func time(_ reader: inout CBORReader, _ image: inout ImageMessage) throws(WireError) -> WireTime? {
        let begin = reader.offset
        if let time = try reader.rational(depth: limits.maximumDepth) { return time }
        reader.offset = begin
        try reader.skip(depth: limits.maximumDepth - 1)
        image.unreadableFields += 1
        return nil
    }

    /// The place of a text; something else is passed and counted.
    private func text(_ reader: inout CBORReader, _ image: inout ImageMessage) throws(WireError) -> PayloadRange? {
        try reader.skipTags(depth: limits.maximumDepth)
        if reader.nextMajor == 3 { return try reader.string(try reader.head()) }
        try reader.skip(depth: limits.maximumDepth - 1)
        image.unreadableFields += 1
        return nil
    }

    // MARK: End

    private func end(_ reader: inout CBORReader) throws(WireError) -> EndMessage {
        var seriesID: Int64?
        var uniqueID: String?
        var skippedKeys = 0
        let depth = limits.maximumDepth
        var entries = try reader.container(try reader.head(), entryItems: 2)
        while try reader.next(in: &entries) {
            guard let key = try reader.key(depth: depth) else {
                skippedKeys += 1
                try reader.skip(depth: depth - 1)
                continue
            }
            switch Self.field(key, reader) {
            case .seriesID:
                guard seriesID == nil else { throw twice(key, reader) }
                seriesID = try reader.integer("series_id", depth: depth)
            case .uniqueID:
                guard uniqueID == nil else { throw twice(key, reader) }
                try reader.skipTags(depth: depth)
                guard reader.nextMajor == 3 else {
                    try reader.skip(depth: depth - 1)
                    continue
                }
                uniqueID = try reader.text(try reader.string(try reader.head()), maximum: limits.maximumInlineBytes)
            case .kind: try reader.skip(depth: depth - 1)
            default:
                skippedKeys += 1
                try reader.skip(depth: depth - 1)
            }
        }
        try expectEnd(reader)
        guard let seriesID else { throw missing("series_id") }
        return EndMessage(seriesID: seriesID, uniqueID: uniqueID, skippedKeys: skippedKeys)
    }

    @inline(never)
    private func missing(_ field: String) -> WireError {
        WireError(.missingField, "A message has no \(field)", at: "message part 1", expected: field)
    }

    @inline(never)
    private func twice(_ key: PayloadRange, _ reader: CBORReader) -> WireError {
        let name = String(decoding: parts[0][key.offset..<key.offset + min(key.count, 64)], as: UTF8.self)
        return WireError(.duplicateField, "A field of a message is there twice", at: "\(name), \(reader.place)")
    }
}

extension CBORReader {
    /// A map's key; nil for one that is no text, which is passed.
    mutating func key(depth: Int) throws(WireError) -> PayloadRange? {
        try skipTags(depth: depth)
        guard nextMajor == 3 else {
            try skip(depth: depth - 1)
            return nil
        }
        return try string(try head())
    }

    func isEqual(_ left: PayloadRange, _ right: PayloadRange) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count where bytes[left.offset + index] != bytes[right.offset + index] { return false }
        return true
    }

    mutating func integer(_ field: StaticString, depth: Int) throws(WireError) -> Int64 {
        try skipTags(depth: depth)
        let head = try head()
        guard head.major <= 1 else {
            throw WireError(.wrongType, "A field of a message is no whole number", at: "\(field), \(place)")
        }
        guard let number = Int64(exactly: head.argument) else {
            throw WireError(.outOfRange, "A number needs more than 64 bits", at: "\(field), \(place)")
        }
        return head.major == 0 ? number : -1 - number
    }

    mutating func frameNumber(_ field: StaticString, depth: Int) throws(WireError) -> Int64 {
        let number = try integer(field, depth: depth)
        guard number >= 0 else {
            throw WireError(
                .outOfRange, "A frame has a negative number", at: "\(field), \(place)", got: "\(number)", expected: "0 or more")
        }
        return number
    }

    /// An array of two integers, the second above 0; nil for any other well-formed item (partly read then).
    mutating func rational(depth: Int) throws(WireError) -> WireTime? {
        try skipTags(depth: depth)
        guard nextMajor == 4 else { return nil }
        var pair = try container(try head(), entryItems: 1)
        guard let numerator = try element(&pair), let denominator = try element(&pair) else { return nil }
        if try next(in: &pair) { return nil }
        return WireTime(numerator: numerator, denominator: denominator)
    }

    private mutating func element(_ container: inout Container) throws(WireError) -> Int64? {
        guard try next(in: &container), let major = nextMajor, major <= 1 else { return nil }
        let head = try head()
        guard let number = Int64(exactly: head.argument) else { return nil }
        return head.major == 0 ? number : -1 - number
    }
}
