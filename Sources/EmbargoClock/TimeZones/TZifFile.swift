// The Time Zone Information Format, versions 2, 3 and 4: RFC 9636 (and 8536), https://www.rfc-editor.org/rfc/rfc9636.

extension TimeZoneRules {
    /// From the bytes of a TZif file. Bounded: what a count promises must be there, and no file of more than 1 MiB is read.
    ///
    /// - Parameters:
    ///   - identifier: the zone's name in the IANA table, `Europe/Paris`.
    ///   - tableVersion: the release of the table, `2026f`; see `tableVersion(ofTable:)`.
    ///   - tzif: the file, of which the 64-bit half is used.
    /// - Throws: `zoneTableMalformed` for version 1 (it ends in 2038), an unknown version, leap seconds (a `right/` zone, whose times
    ///   are not POSIX times), counts and indices that do not fit, transitions out of order, a footer that contradicts the last one.
    public init(identifier: String, tableVersion: String, tzif: some Collection<UInt8>) throws(EmbargoError) {
        for (name, text) in [("identifier", identifier), ("version of the zone table", tableVersion)] {
            guard !text.isEmpty, text.utf8.count <= 100, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                throw EmbargoError(
                    .zoneTableMalformed, "The zone has no usable \(name)", got: quoted(text),
                    expected: "1 to 100 ASCII characters without blanks")
            }
        }
        guard tzif.count <= 1 << 20 else {
            throw EmbargoError(
                .zoneTableMalformed, "The zone file is too large", at: identifier, got: "\(tzif.count) bytes",
                expected: "at most 1 MiB")
        }
        var reader = TZifReader(Array(tzif), identifier)
        let first = try reader.header()
        // The 32-bit half: nothing of it is used, but its length must be known to pass it.
        _ = try reader.take(first.length(timeSize: 4), "the 32-bit data")
        let second = try reader.header()
        guard first.version == second.version else {
            throw reader.error(
                "The two headers differ", got: "versions \(first.version), \(second.version)", expected: "one version")
        }
        let table = try reader.table(second)
        let rule = try reader.footer()
        if let rule, let last = table.transitions.last, rule.offset(atSecond: last.at) != last.offset {
            throw reader.error(
                "The footer contradicts the last transition", got: "\(rule.offset(atSecond: last.at)) s",
                expected: "\(last.offset) s")
        }
        self.init(
            identifier: identifier, tableVersion: tableVersion, firstOffset: table.firstOffset, transitions: table.transitions,
            rule: rule)
    }

    /// The release that the first line of `tzdata.zi` names (`# version 2026f`), or nil.
    public static func tableVersion(ofTable text: some StringProtocol) -> String? {
        let words = text.prefix { !$0.isNewline }.split(separator: " ")
        guard words.count == 3, words[0] == "#", words[1] == "version" else { return nil }
        return String(words[2])
    }
}

private struct TZifHeader {
    let version: Int
    /// Counts of the data that follow, in the header's order.
    let utIndicators: Int, standardIndicators: Int, leapSeconds: Int, times: Int, types: Int, characters: Int

    /// Bytes; at most 2^32 · 40, so it cannot overflow.
    func length(timeSize: Int) -> Int {
        times * (timeSize + 1) + types * 6 + characters + leapSeconds * (timeSize + 4) + standardIndicators + utIndicators
    }
}

private struct TZifReader {
    private let bytes: [UInt8]
    private let identifier: String
    private var position = 0

    init(_ bytes: [UInt8], _ identifier: String) {
        self.bytes = bytes
        self.identifier = identifier
    }

    func error(_ what: String, got: String? = nil, expected: String? = nil) -> EmbargoError {
        EmbargoError(
            .zoneTableMalformed, what, at: "\(identifier), byte \(position)", got: got, expected: expected,
            remedy: "Check the zone table of this machine (tzdata)")
    }

    mutating func take(_ count: Int, _ name: String) throws(EmbargoError) -> ArraySlice<UInt8> {
        guard count <= bytes.count - position else {
            throw error(
                "The zone file ends too early", got: "\(bytes.count - position) bytes", expected: "\(count) bytes of \(name)")
        }
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    mutating func header() throws(EmbargoError) -> TZifHeader {
        let header = Array(try take(44, "a header"))
        guard header[0..<4].elementsEqual("TZif".utf8) else {
            throw error("Not a zone file", got: quoted(String(decoding: header[0..<4], as: UTF8.self)), expected: "'TZif'")
        }
        guard (0x32...0x34).contains(header[4]) else {
            throw error("A zone file of another version", got: "version byte \(header[4])", expected: "version 2, 3 or 4")
        }
        let counts = (0..<6).map { Int(integer(header[(20 + $0 * 4)..<(24 + $0 * 4)])) }
        return TZifHeader(
            version: Int(header[4]) - 0x30, utIndicators: counts[0], standardIndicators: counts[1], leapSeconds: counts[2],
            times: counts[3], types: counts[4], characters: counts[5])
    }

    /// The 64-bit half.
    mutating func table(
        _ header: TZifHeader
    ) throws(EmbargoError) -> (firstOffset: Int, transitions: [TimeZoneRules.Transition]) {
        guard header.leapSeconds == 0 else {
            throw error("The zone file counts leap seconds", got: "\(header.leapSeconds)", expected: "a zone outside of 'right/'")
        }
        guard (1...256).contains(header.types), header.characters >= 1,
            [0, header.types].contains(header.utIndicators), [0, header.types].contains(header.standardIndicators)
        else {
            throw error(
                "The counts of the zone file do not fit",
                got: "\(header.types) types, \(header.characters) characters, \(header.utIndicators) and "
                    + "\(header.standardIndicators) indicators", expected: "1 to 256 types, each with its indicators or none")
        }
        let data = try take(header.length(timeSize: 8), "the 64-bit data")
        let times = data.prefix(header.times * 8)
        let indices = data.dropFirst(times.count).prefix(header.times)
        let types = data.dropFirst(times.count + indices.count).prefix(header.types * 6)
        var offsets: [Int] = []
        for start in stride(from: types.startIndex, to: types.endIndex, by: 6) {
            let offset = Int(Int32(truncatingIfNeeded: integer(types[start..<(start + 4)])))
            guard offset > -90_000, offset < TimeZoneRules.largestOffset else {
                throw error("An offset that no zone has", got: "\(offset) s", expected: "-89999 to 93599 s")
            }
            guard types[start + 4] <= 1, Int(types[start + 5]) < header.characters else {
                throw error(
                    "A local time type that cannot be", got: "daylight saving \(types[start + 4]), name \(types[start + 5])",
                    expected: "0 or 1, below \(header.characters)")
            }
            offsets.append(offset)
        }
        var transitions: [TimeZoneRules.Transition] = []
        transitions.reserveCapacity(header.times)
        for number in 0..<header.times {
            let start = times.startIndex + number * 8
            let at = Int64(bitPattern: integer(times[start..<(start + 8)]))
            let type = Int(indices[indices.startIndex + number])
            guard type < offsets.count else {
                throw error("A transition to a type that is not there", got: "type \(type)", expected: "below \(offsets.count)")
            }
            if let last = transitions.last, at <= last.at {
                throw error("Transitions out of order", got: "\(at) after \(last.at)", expected: "ascending times")
            }
            transitions.append(.init(at: at, offset: offsets[type]))
        }
        return (offsets[0], transitions)
    }

    /// The rule for later years; nil if the footer is empty.
    mutating func footer() throws(EmbargoError) -> YearlyZoneRule? {
        let footer = bytes[position...]
        let text = footer.dropFirst().dropLast()
        guard footer.count >= 2, footer.count <= 202, footer.first == 0x0A, footer.last == 0x0A,
            text.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw error(
                "The footer cannot be read", got: "\(footer.count) bytes",
                expected: "one line of at most 200 characters, and no more")
        }
        return text.isEmpty ? nil : try YearlyZoneRule(text)
    }

    /// Big-endian, of at most eight bytes.
    private func integer(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
