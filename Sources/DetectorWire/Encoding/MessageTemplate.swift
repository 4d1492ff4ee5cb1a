import Diagnostics

/// What is changed in a recorded message when it is sent again; nil = leave as it is. A field that the message has not is not added.
public struct MessageStamp: Sendable {
    public var seriesID: Int64?
    /// V2 `series_unique_id`.
    public var uniqueID: String?
    /// Images only.
    public var frame: Int64?
    /// Start messages only: V1 writes it as `nimages`, with one trigger.
    public var numberOfImages: Int64?
    /// Images only.
    public var startTime: WireTime?
    public var stopTime: WireTime?
    public var realTime: WireTime?

    public init(seriesID: Int64? = nil, frame: Int64? = nil, uniqueID: String? = nil, numberOfImages: Int64? = nil) {
        self.seriesID = seriesID
        self.frame = frame
        self.uniqueID = uniqueID
        self.numberOfImages = numberOfImages
    }
}

/// A recorded message of either version whose numbers can be changed, again and again, without decoding it anew.
///
/// Everything else stays byte for byte as it was recorded, so that what is played is what a detector sent. Integers of CBOR change
/// their width: places behind them move (``moved(_:by:)``).
public struct MessageTemplate: Sendable {
    /// The message as it was recorded.
    public let parts: [[UInt8]]
    public let version: StreamVersion
    private let fields: [Field]

    /// The place of one value that a stamp can replace.
    private struct Field: Sendable {
        let kind: FieldKind
        let range: PayloadRange
    }

    private enum FieldKind: Sendable {
        case seriesID, uniqueID, frame, numberOfImages, numberOfTriggers, startTime, stopTime, realTime
    }

    /// One value that a stamp does replace.
    private struct Edit {
        let range: PayloadRange
        let replacement: [UInt8]
    }

    /// - Throws: what ``StreamDecoder/decode(_:)-(MessageParts)`` throws for a message that it cannot read.
    public init(_ parts: [[UInt8]], version: StreamVersion, limits: WireLimits = .standard) throws(WireError) {
        // A message that decodes is well-formed: the search for the fields may rely on it.
        _ = try StreamDecoder(version: version, limits: limits).decode(parts)
        self.parts = parts
        self.version = version
        fields = try withMessageParts(parts) { (buffers) throws(WireError) in
            switch version {
            case .v1: try Self.fieldsV1(buffers, limits)
            case .v2: try Self.fieldsV2(buffers, limits)
            }
        }
    }

    /// The message with the stamp's values.
    public func stamped(_ stamp: MessageStamp) -> [[UInt8]] {
        let edits = edits(stamp)
        return parts.indices.map { part in
            let own = edits.filter { $0.range.part == part }
            guard !own.isEmpty else { return parts[part] }
            return [UInt8](unsafeUninitializedCapacity: size(of: part, own)) { buffer, count in
                count = write(part, own, into: UnsafeMutableRawBufferPointer(buffer))
            }
        }
    }

    /// Bytes of each part with the stamp's values: for a caller that writes them into memory of its own.
    public func partSizes(_ stamp: MessageStamp) -> [Int] {
        let edits = edits(stamp)
        return parts.indices.map { part in size(of: part, edits.filter { $0.range.part == part }) }
    }

    /// Writes one part with the stamp's values into memory of the caller: one copy, no allocation of the message's size.
    ///
    /// - Precondition: `target` has the bytes that ``partSizes(_:)`` says.
    public func write(part: Int, _ stamp: MessageStamp, into target: UnsafeMutableRawBufferPointer) {
        let own = edits(stamp).filter { $0.range.part == part }
        precondition(target.count >= size(of: part, own), "too little room for a stamped message")
        _ = write(part, own, into: target)
    }

    /// Where a place of the recorded message is in the stamped one.
    ///
    /// - Parameter range: a place that no stamp changes, such as a payload.
    public func moved(_ range: PayloadRange, by stamp: MessageStamp) -> PayloadRange {
        let shift = edits(stamp).filter { $0.range.part == range.part && $0.range.offset < range.offset }
            .reduce(0) { $0 + $1.replacement.count - $1.range.count }
        return PayloadRange(part: range.part, offset: range.offset + shift, count: range.count)
    }

    private func size(of part: Int, _ edits: [Edit]) -> Int {
        edits.reduce(parts[part].count) { $0 + $1.replacement.count - $1.range.count }
    }

    /// Copies a part piece by piece; `edits` are in the order of their places.
    private func write(_ part: Int, _ edits: [Edit], into target: UnsafeMutableRawBufferPointer) -> Int {
        parts[part].withUnsafeBytes { source in
            var read = 0
            var written = 0
            for edit in edits {
                written += copy(source[read..<edit.range.offset], to: target, at: written)
                written += edit.replacement.withUnsafeBytes { copy($0[...], to: target, at: written) }
                read = edit.range.offset + edit.range.count
            }
            return written + copy(source[read...], to: target, at: written)
        }
    }

    private func copy(_ source: Slice<UnsafeRawBufferPointer>, to target: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        UnsafeMutableRawBufferPointer(rebasing: target[offset..<offset + source.count])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: source))
        return source.count
    }

    private func edits(_ stamp: MessageStamp) -> [Edit] {
        fields.compactMap { field in
            replacement(field.kind, stamp).map { Edit(range: field.range, replacement: $0) }
        }
    }

    private func replacement(_ kind: FieldKind, _ stamp: MessageStamp) -> [UInt8]? {
        switch kind {
        case .seriesID: stamp.seriesID.map(integer)
        case .frame: stamp.frame.map(integer)
        case .numberOfImages: stamp.numberOfImages.map(integer)
        case .numberOfTriggers: stamp.numberOfImages.map { _ in integer(1) }
        case .uniqueID: stamp.uniqueID.map(CBORWriter.text)
        case .startTime: stamp.startTime.map(time)
        case .stopTime: stamp.stopTime.map(time)
        case .realTime: stamp.realTime.map(time)
        }
    }

    private func integer(_ value: Int64) -> [UInt8] {
        version == .v2 ? CBORWriter.integer(value) : Array(String(value).utf8)
    }

    private func time(_ time: WireTime) -> [UInt8] {
        guard version == .v2 else { return integer(time.nanoseconds ?? 0) }
        return CBORWriter.head(major: 4, 2) + integer(time.numerator) + integer(time.denominator)
    }

    // MARK: Finding the fields

    private static func fieldsV2(_ parts: MessageParts, _ limits: WireLimits) throws(WireError) -> [Field] {
        var fields: [Field] = []
        var reader = CBORReader(parts[0], part: 0)
        try reader.skipTags(depth: limits.maximumDepth)
        var entries = try reader.container(try reader.head(), entryItems: 2)
        while try reader.next(in: &entries) {
            let key = try reader.key(depth: limits.maximumDepth)
            let begin = reader.offset
            try reader.skip(depth: limits.maximumDepth)
            guard let key, let kind = kindV2(key, reader) else { continue }
            fields.append(Field(kind: kind, range: PayloadRange(part: 0, offset: begin, count: reader.offset - begin)))
        }
        return fields
    }

    private static func kindV2(_ key: PayloadRange, _ reader: CBORReader) -> FieldKind? {
        if reader.matches(key, "series_id") { return .seriesID }
        if reader.matches(key, "series_unique_id") { return .uniqueID }
        if reader.matches(key, "image_id") { return .frame }
        if reader.matches(key, "number_of_images") { return .numberOfImages }
        if reader.matches(key, "start_time") { return .startTime }
        if reader.matches(key, "stop_time") { return .stopTime }
        return reader.matches(key, "real_time") ? .realTime : nil
    }

    private static func fieldsV1(_ parts: MessageParts, _ limits: WireLimits) throws(WireError) -> [Field] {
        var fields = try fieldsV1(parts, 0, limits, [("series", .seriesID), ("frame", .frame)])
        let first = JSONScanner(parts[0], part: 0)
        let kind = String(decoding: first.bytes, as: UTF8.self)
        if kind.contains("dimage-1.0"), parts.count > 3 {
            fields += try fieldsV1(
                parts, 3, limits, [("start_time", .startTime), ("stop_time", .stopTime), ("real_time", .realTime)])
        } else if kind.contains("dheader-1.0"), parts.count > 1, parts[1].first == UInt8(ascii: "{") {
            fields += (try? fieldsV1(parts, 1, limits, [("nimages", .numberOfImages), ("ntrigger", .numberOfTriggers)])) ?? []
        }
        return fields
    }

    /// Values of one JSON object by key.
    private static func fieldsV1(
        _ parts: MessageParts, _ part: Int, _ limits: WireLimits, _ wanted: [(StaticString, FieldKind)]
    ) throws(WireError) -> [Field] {
        var fields: [Field] = []
        var scanner = JSONScanner(parts[part], part: part)
        try scanner.expect(UInt8(ascii: "{"))
        var isFirst = true
        while try scanner.next(isFirst: &isFirst, end: UInt8(ascii: "}")) {
            let key = try scanner.key()
            _ = scanner.peek()
            let begin = scanner.offset
            try scanner.skip(depth: limits.maximumDepth)
            guard let kind = wanted.first(where: { scanner.matches(key, $0.0) })?.1 else { continue }
            fields.append(Field(kind: kind, range: PayloadRange(part: part, offset: begin, count: scanner.offset - begin)))
        }
        return fields
    }
}

extension StreamEncoder {
    /// A recorded message with another series and, for an image, another frame; everything else as it was.
    ///
    /// For many messages from one recording keep a ``MessageTemplate``.
    public func restamp(_ message: [[UInt8]], seriesID: Int64, frame: Int64? = nil) throws(WireError) -> [[UInt8]] {
        try MessageTemplate(message, version: version).stamped(MessageStamp(seriesID: seriesID, frame: frame))
    }
}
