import EmbargoClock
import Foundation
import TestSupport
import Testing

@Suite("The stored chain")
struct ChainTests {
    /// A chain with most kinds of entries.
    static func long() throws -> Story {
        var story = try Story.session()
        try story.tell(.runEnded(story.end("2025-05-10T12:00:00Z")), by: People.sweep, at: "2025-05-10T12:00:00Z")
        try story.tell(.sessionClosed, by: People.staff, at: "2025-05-11T00:00:00Z")
        try story.tell(released, by: People.member, at: "2025-06-01T00:00:00Z")
        try story.tell(.objectionRaised(reason: "No."), by: People.otherMember, at: "2025-06-02T00:00:00Z")
        try story.tell(.objectionUpheld(reason: "Right."), by: People.curator, at: "2025-06-03T00:00:00Z")
        try story.tell(asked, by: People.principal, at: "2028-05-01T00:00:00Z")
        try story.tell(.extensionGranted, by: People.curator, at: "2028-05-20T00:00:00Z")
        try story.tell(hold(), by: People.director, at: "2029-01-01T00:00:00Z")
        try story.tell(.holdLifted(hold: 8, reason: "Settled."), by: People.curator, at: "2029-08-01T09:00:00Z")
        try story.tell(.opened, by: People.sweep, at: "2029-08-01T09:00:15Z")
        try story.tell(
            .purgeProposed(reason: "Old.", citations: ["10.1/a"]), by: People.curator, at: "2031-01-01T00:00:00Z")
        try story.tell(.purgeConfirmed(citationsSeen: ["10.1/a"]), by: People.director, at: "2031-01-02T00:00:00Z")
        try story.tell(.purged(leases: 0), by: People.sweep, at: "2031-05-01T00:00:00Z")
        return story
    }

    @Test func `A record that is written and read is the same`() throws {
        let record = try Self.long().record
        let bytes = try JSONEncoder().encode(record)
        #expect(try JSONDecoder().decode(EmbargoRecord.self, from: bytes) == record)
    }

    @Test func `The stored words are these, for whoever reads them in twenty years`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var story = try Story.run()
        try story.tell(hold(), by: People.curator, at: "2026-01-01T00:00:00Z")
        let text = try #require(String(bytes: encoder.encode(story.record), encoding: .utf8))
        for part in [
            #""closedUntil":{"instant":{"at":"2028-05-11T00:00:00Z"}}"#, #""closedUntil":{"never":{}}"#,
            #""holdSet":{"kind":"legal","reason":"A court.","reviewOn":"2030-01-01"}"#,
            #""by":{"person":"c-1","role":{"curator":{}}}"#,
            #""opens":{"at":"2028-05-11T00:00:00Z","day":"2028-05-11"}"#, #""grace":{"days":{"number":30}}"#, #""format":1}"#,
            #""registration":{"run":{"ended":{"at":"2025-05-10T12:00:00Z","day":"2025-05-10"}}}"#,
        ] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
        #expect(!text.contains("_0"))
    }

    @Test func `Every beginning of a chain is a record: a writer may die between any two writes`() throws {
        let whole = try Self.long()
        for count in 1...whole.record.entries.count {
            var record = try EmbargoRecord(entries: Array(whole.record.entries.prefix(count)))
            // The writer comes back, and does the rest.
            for entry in whole.record.entries.dropFirst(count) {
                record = try record.applying(entry.event, by: entry.by, at: entry.at, in: whole.zone)
            }
            #expect(record == whole.record)
        }
    }

    @Test func `A missing, doubled or exchanged entry is found out`() throws {
        let entries = try Self.long().record.entries
        #expect(refusal { () throws(EmbargoError) in _ = try EmbargoRecord(entries: []) } == .chainBroken)
        for index in entries.indices {
            var missing = entries
            missing.remove(at: index)
            var doubled = entries
            doubled.insert(entries[index], at: index)
            var exchanged = entries
            if index > 0 { exchanged.swapAt(index, index - 1) }
            for chain in [missing, doubled, exchanged] where chain != entries && chain != Array(entries.dropLast()) {
                #expect(
                    refusal { () throws(EmbargoError) in _ = try EmbargoRecord(entries: chain) } == .chainBroken, "entry \(index)"
                )
            }
        }
    }

    /// Texts in the stored record and what somebody might make of them.
    @Test(arguments: [
        (#""at":"2028-05-11T00:00:00Z""#, #""at":"2027-05-11T00:00:00Z""#), ("2028-05-10", "2026-05-10"),
        (#""anchor":"2025-05-10""#, #""anchor":"2023-05-10""#), (#""format":1"#, #""format":2"#),
        (#""extensions":1"#, #""extensions":0"#), (#""person":"c-1""#, #""person":"p-1""#),
        (#""rule":1"#, #""rule":2"#), (#""objectionUpheld":"#, #""objectionUpheldd":"#), (#""reason":"No.""#, #""reason":" ""#),
        (#""embargoYears":3,"#, ""), (#""embargoYears":3"#, #""embargoYears":300"#),
        (#""objectionDays":14"#, #""objectionDays":1"#),
        (#""zoneTableVersion":"test""#, #""zoneTableVersion":7"#), (#""leases":0"#, #""leases":1"#),
        (#""curator":{}"#, #""king":{}"#),
        (#""number":3"#, #""number":4"#), (#""retentionYears":5"#, #""retentionYears":1"#), (#""legal""#, #""other""#),
        (#"{"never":{}}"#, #"{"instant":{"at":"2020-01-01T00:00:00Z"}}"#), (#""day":"2025-05-10""#, #""day":"2025-05-30""#),
    ])
    func `What was written behind the machine's back is refused, and an unknown word is no default`(
        _ text: String, _ other: String
    ) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let whole = try #require(String(bytes: encoder.encode(try Self.long().record), encoding: .utf8))
        let spoilt = whole.replacing(text, with: other)
        try #require(spoilt != whole)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(EmbargoRecord.self, from: Data(spoilt.utf8)) }
    }

    @Test func `Spoilt bytes are refused or read, and never trap`() throws {
        let whole = try [UInt8](JSONEncoder().encode(try Self.long().record))
        var random = SeededGenerator(seed: 23)
        var read = 0
        for _ in 0..<3000 {
            var bytes = whole
            let at = Int.random(in: bytes.indices, using: &random)
            // A digit for a digit, else any character: so that most stay JSON.
            bytes[at] =
                (0x30...0x39).contains(bytes[at])
                ? UInt8.random(in: 0x30...0x39, using: &random) : UInt8.random(in: 0x20...0x7E, using: &random)
            if let record = try? JSONDecoder().decode(EmbargoRecord.self, from: Data(bytes)) {
                read += 1
                _ = record.status(at: .latest)
            }
        }
        #expect(read > 0 && read < 1500)
    }

    @Test func `An error says what, where, got, expected`() throws {
        let story = try Story.run()
        #expect(
            throws: EmbargoError(
                .tooEarly, "There is no opening to record", at: "opened", got: "embargoed",
                expected: "closed until 2028-05-11T00:00:00Z")
        ) {
            try story.record.applying(.opened, by: People.sweep, at: instant("2026-01-01T00:00:00Z"), in: story.zone)
        }
        let error = EmbargoError(.held, "A", at: "b", got: "c", expected: "d", remedy: "E")
        #expect(error.description == "A (b): got c, expected d. E")
        #expect(EmbargoError(.held, "A", got: "c").description == "A: got c")
        #expect(EmbargoError(.held, "A", expected: "d").description == "A: expected d")
    }
}
