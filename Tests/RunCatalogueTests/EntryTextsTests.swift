import EmbargoClock
import Foundation
import RunCatalogue
import TestSupport
import Testing

/// Texts of entries are read as `JSONDecoder` reads them, and written as `JSONEncoder` writes them, whatever was read and written before.
@Suite struct EntryTextsTests {
    private static let zone = Result {
        try TimeZoneRules(
            identifier: "Europe/Paris", tableVersion: "test",
            tzif: [UInt8](Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/Europe/Paris"))))
    }
    private static let system = Author(person: "system", role: .system)

    /// Chains of runs and of sessions in which texts have all that a text may have.
    private func chains() throws -> [EmbargoRecord] {
        let zone = try Self.zone.get()
        let curator = Author(person: "a \"curator\" of {all} \\ [things]", role: .curator)
        var chains: [EmbargoRecord] = []
        for (number, licence) in ["CC-BY-4.0", "CC0 \"1.0\"", "}{"].enumerated() {
            let policy = try EmbargoPolicy(
                version: "v\(number) é\u{2028}\n", grace: number == 1 ? .open : .days(30), licence: licence)
            for second in 0..<3 {
                let end = try Instant("2024-02-\(20 + 4 * second)T23:30:00.\(second)00Z")
                let run = try EmbargoRecord(
                    registering: .run(ended: RunEnd(at: end, in: zone)), policy: policy, by: Self.system, at: end, in: zone)
                chains.append(run)
                guard let opens = run.dates.opening?.opens.at else { continue }
                chains.append(try run.applying(.opened, by: Self.system, at: opens, in: zone))
                let held = try run.applying(
                    .holdSet(.legal, reason: "a \"dispute\" {over} \\ \u{1F52C}", reviewOn: LocalDate("2024-09-01")), by: curator,
                    at: end, in: zone)
                chains.append(try held.applying(.holdLifted(hold: 1, reason: "settled"), by: curator, at: end, in: zone))
                var session = try EmbargoRecord(
                    registering: .session(plannedEnd: end), policy: policy, by: curator, at: end, in: zone)
                session = try session.applying(.runEnded(RunEnd(at: end, in: zone)), by: Self.system, at: end, in: zone)
                chains.append(try session.applying(.sessionClosed, by: curator, at: end, in: zone))
            }
            chains.append(
                try EmbargoRecord(
                    registering: .proprietary, policy: policy, by: curator, at: Instant("2024-01-01T00:00:00Z"), in: zone))
        }
        return chains
    }

    private func plain(_ entry: EmbargoEntry) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(entry), as: UTF8.self)
    }

    @Test func entriesAreWrittenAndReadAsAlways() throws {
        var texts = EntryTexts()
        for entry in try chains().flatMap(\.entries) {
            let text = try texts.text(of: entry)
            let expected = try plain(entry)
            #expect(text == expected)
            let read = try texts.entry(text)
            #expect(read == entry)
        }
    }

    /// What somebody's edit, or another program, makes of a text.
    @Test(arguments: 0..<8 as Range<UInt64>)
    func editedTextsAreReadOrRefusedAsAlways(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var texts = EntryTexts()
        let entries = try chains().flatMap(\.entries)
        for turn in 0..<1500 {
            let entry = try #require(entries.randomElement(using: &generator))
            var bytes = Array(try plain(entry).utf8)
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                let sign = Array("{}[]\"\\,: 019aZ-".utf8).randomElement(using: &generator) ?? 0
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = sign
                case 1: bytes.insert(sign, at: place)
                case 2: bytes.remove(at: place)
                default: bytes.removeLast(Int.random(in: 1...min(40, bytes.count - 1), using: &generator))
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let expected = try? JSONDecoder().decode(EmbargoEntry.self, from: Data(text.utf8))
            let read = try? texts.entry(text)
            #expect(read == expected, "seed \(seed), turn \(turn): \(text)")
        }
    }
}
