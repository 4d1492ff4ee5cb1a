import EmbargoClock
import Foundation

/// Entries of chains of decisions as JSON texts, and back.
///
/// What is done with the clocks of a day's runs is the same but for an instant or two: of a hundred thousand that open together, the dates, the
/// policy and the decision are some hundred texts. So parts that were met a moment ago are not written or decoded again.
///
/// A text in the form in which this program writes it is taken apart, and each part is found by its bytes or decoded. What has another form is
/// decoded whole, and nothing comes of any text but what `JSONDecoder` would make of it.
package struct EntryTexts {
    package init() {}

    private var authors = Met<Author>()
    private var dates = Met<ClockDates>()
    private var policies = Met<EmbargoPolicy>()
    private var events = Met<EmbargoEvent>()
    private var written: [EmbargoEntry: String] = [:]
    /// As many as a batch of a sweep has.
    private static let mostWritten = 500

    package mutating func text(of entry: EmbargoEntry) throws -> String {
        if let text = written[entry] { return text }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(entry), as: UTF8.self)
        if written.count == Self.mostWritten { written = [:] }
        written[entry] = text
        return text
    }

    package mutating func entry(_ text: String) throws -> EmbargoEntry {
        var text = text
        return try text.withUTF8 { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            // Whatever is wrong with a part is told by the decoder of the whole.
            if let entry = try? taken(apart: bytes) { return entry }
            return try JSONDecoder().decode(EmbargoEntry.self, from: Data(bytes))
        }
    }

    private mutating func taken(apart bytes: UnsafeRawBufferPointer) throws -> EmbargoEntry? {
        var scan = PlainJSON(bytes: bytes)
        guard scan.take("{\"at\":"), let at = scan.string(), scan.take(",\"by\":"), let author = scan.object(),
            scan.take(",\"dates\":"), let dates = scan.object(), scan.take(",\"event\":"), let event = scan.object(),
            scan.take(",\"number\":"), let number = scan.number(), scan.take("}"), scan.isAtEnd
        else { return nil }
        return EmbargoEntry(
            number: number, at: try Instant(at), by: try authors.value(author), event: try self.event(event),
            dates: try self.dates.value(dates))
    }

    /// A registration names the end of that run or session, and the end of a run its own; of all other events many are alike.
    private mutating func event(_ bytes: UnsafeRawBufferPointer) throws -> EmbargoEvent {
        var scan = PlainJSON(bytes: bytes)
        if scan.take("{\"registered\":{\"policy\":"), let policy = scan.object(), scan.take(",\"registration\":"),
            let registration = try Self.registration(&scan), scan.take(",\"zone\":"), let zone = scan.string(), scan.take("}}"),
            scan.isAtEnd
        {
            return .registered(registration, policy: try policies.value(policy), zone: zone)
        }
        scan = PlainJSON(bytes: bytes)
        if scan.take("{\"runEnded\":{\"end\":"), let end = try Self.end(&scan), scan.take("}}"), scan.isAtEnd {
            return .runEnded(end)
        }
        return try events.value(bytes)
    }

    private static func registration(_ scan: inout PlainJSON) throws -> Registration? {
        if scan.take("{\"session\":{\"plannedEnd\":") {
            guard let end = scan.string(), scan.take("}}") else { return nil }
            return .session(plannedEnd: try Instant(end))
        }
        guard scan.take("{\"run\":{\"ended\":"), let end = try end(&scan), scan.take("}}") else { return nil }
        return .run(ended: end)
    }

    private static func end(_ scan: inout PlainJSON) throws -> RunEnd? {
        guard scan.take("{\"at\":"), let at = scan.string(), scan.take(",\"day\":"), let day = scan.string(), scan.take("}")
        else {
            return nil
        }
        return RunEnd(at: try Instant(at), day: try LocalDate(day))
    }
}

/// Values by the texts from which they were decoded, the last few.
private struct Met<Value: Decodable> {
    private var known: [(text: [UInt8], value: Value)] = []
    private var oldest = 0
    private static var most: Int { 8 }

    mutating func value(_ bytes: UnsafeRawBufferPointer) throws -> Value {
        for each in known where each.text.count == bytes.count && each.text.elementsEqual(bytes) { return each.value }
        let value = try JSONDecoder().decode(Value.self, from: Data(bytes))
        if known.count < Self.most {
            known.append((Array(bytes), value))
        } else {
            known[oldest] = (Array(bytes), value)
            oldest = (oldest + 1) % Self.most
        }
        return value
    }
}

/// Finds the parts of a JSON text that has no blanks and its members in a known order. It finds parts, and does not say that they are JSON:
/// who decodes them does.
private struct PlainJSON {
    let bytes: UnsafeRawBufferPointer
    private var place = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    mutating func take(_ text: StaticString) -> Bool {
        let end = place + text.utf8CodeUnitCount
        guard end <= bytes.count,
            UnsafeRawBufferPointer(rebasing: bytes[place..<end]).elementsEqual(
                UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        else { return false }
        place = end
        return true
    }

    /// A text without escapes.
    mutating func string() -> String? {
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { return nil }
        var end = place + 1
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
            guard bytes[end] != UInt8(ascii: "\\"), bytes[end] >= 0x20 else { return nil }
            end += 1
        }
        guard end < bytes.count else { return nil }
        defer { place = end + 1 }
        return String(decoding: bytes[(place + 1)..<end], as: UTF8.self)
    }

    /// A whole number, as JSON writes one that is not negative.
    mutating func number() -> Int? {
        var end = place
        while end < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[end]) { end += 1 }
        guard end > place, bytes[place] != UInt8(ascii: "0") || end == place + 1 else { return nil }
        defer { place = end }
        return Int(String(decoding: bytes[place..<end], as: UTF8.self))
    }

    /// From a brace to the one that closes it.
    mutating func object() -> UnsafeRawBufferPointer? {
        guard place < bytes.count, bytes[place] == UInt8(ascii: "{") else { return nil }
        var (end, depth, isText) = (place, 0, false)
        while end < bytes.count {
            switch bytes[end] {
            case UInt8(ascii: "\""): isText.toggle()
            case UInt8(ascii: "\\"): end += 1
            case UInt8(ascii: "{") where !isText: depth += 1
            case UInt8(ascii: "}") where !isText: depth -= 1
            default: break
            }
            end += 1
            if depth == 0 {
                guard end <= bytes.count else { return nil }
                defer { place = end }
                return UnsafeRawBufferPointer(rebasing: bytes[place..<end])
            }
        }
        return nil
    }
}
