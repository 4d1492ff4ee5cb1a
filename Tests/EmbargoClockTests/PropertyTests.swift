import EmbargoClock
import Foundation
import TestSupport
import Testing

/// What holds for every story, whatever its zone, its anchor and the order of its events.
@Suite("Whatever happens", .enabled(if: Zones.isInstalled, Zones.absence))
struct PropertyTests {
    private static func stories(_ count: UInt64, events: Int = 40) throws -> [RandomStory] {
        try (0..<count).map { seed in
            try RandomStory(
                seed: seed &+ 100_000, zone: Zones.zone(Zones.awkward[Int(seed) % Zones.awkward.count]), events: events)
        }
    }

    @Test func `Open stays open, unless it is withdrawn`() throws {
        for story in try Self.stories(300) {
            var openedAt: Instant?
            for count in 1...story.record.entries.count {
                let record = try EmbargoRecord(entries: Array(story.record.entries.prefix(count)))
                let status = record.status(at: record.entries[count - 1].at)
                if let openedAt { #expect(status.openedAt == openedAt) }
                openedAt = openedAt ?? status.openedAt
                if case .withdrawn = status.state { break }
                #expect((openedAt != nil) == record.dates.closedUntil.isOver(at: record.entries[count - 1].at))
            }
        }
    }

    @Test func `What the state says is what access asks for, at every moment`() throws {
        for story in try Self.stories(200) {
            for record in try (1...story.record.entries.count).map({
                try EmbargoRecord(entries: Array(story.record.entries.prefix($0)))
            }) {
                let last = record.entries[record.entries.count - 1].at
                let moments = [record.dates.opening?.opens, record.dates.opening?.graceEnds, record.dates.releaseOpens]
                    .compactMap { $0?.at }.flatMap { [$0.advanced(byMilliseconds: -1), $0] }.filter { $0 >= last }
                for moment in moments + [last, .latest] {
                    let state = record.status(at: moment).state
                    #expect(record.dates.closedUntil.isOver(at: moment) == (state == .open || state == .purged))
                }
            }
        }
    }

    @Test func `Data that open are kept for a year at least, and a purge is two persons' and ninety days old`() throws {
        var purged = 0
        for story in try Self.stories(1500, events: 60) {
            let status = story.record.status(at: .latest)
            if let openedAt = status.openedAt, let retention = status.dates.retention {
                let lastClosed = try story.zone.localDate(of: openedAt.advanced(byMilliseconds: -1))
                #expect(try retention.lastKeptDay >= lastClosed.adding(years: 1))
                #expect(retention.ends.at >= openedAt.advanced(byDaysOf24Hours: 364))
            }
            guard case .purged(let at) = status.retention else { continue }
            purged += 1
            let entries = story.record.entries
            let proposed = try #require(entries.last { $0.event.name == "purge proposed" })
            let confirmed = try #require(entries.last { $0.event.name == "purge confirmed" })
            #expect(proposed.by.person != confirmed.by.person && proposed.by.role == .curator)
            #expect(at >= proposed.at.advanced(byDaysOf24Hours: 90))
            #expect(proposed.at >= (try #require(proposed.dates.retention?.ends.at)))
            #expect(story.record.holds.isEmpty)
        }
        #expect(purged > 0)
    }

    @Test func `Zone tables may change between any two events: the chain is read, and no opening moves`() throws {
        var random = SeededGenerator(seed: 77)
        let tables = try [(0, "UTC0"), (7200, "AAA-2"), (-7200, "BBB2"), (50_400, "CCC-14")].enumerated().map { number, table in
            try HandMadeZone(types: [(Int32(table.0), 0, 0)], footer: table.1).zone("Europe/Paris", tableVersion: "t-\(number)")
        }
        var changedAfterOpening = 0
        for seed in 0..<200 as Range<UInt64> {
            let story = try RandomStory(seed: 200_000 + seed, zone: Zones.zone("Europe/Paris"), events: 40)
            var record = try EmbargoRecord(entries: [#require(story.record.entries.first)])
            var openedAt: Instant?
            for entry in story.record.entries.dropFirst() {
                let zone = try #require(tables.randomElement(using: &random))
                let events: [(EmbargoEvent, Author)] = [(.zoneTableChanged, People.sweep), (entry.event, entry.by)]
                for (event, author) in events {
                    guard let next = try? record.applying(event, by: author, at: entry.at, in: zone) else { continue }
                    record = next
                    #expect(try EmbargoRecord(entries: record.entries) == record)
                    let status = record.status(at: entry.at)
                    if let openedAt {
                        #expect(status.openedAt == openedAt)
                        changedAfterOpening += event == .zoneTableChanged ? 1 : 0
                    }
                    openedAt = status.openedAt
                }
            }
        }
        #expect(changedAfterOpening > 50)
    }

    /// The store of a catalogue, as small as can be: the chain, and the column that access reads, in two writes.
    private struct Store {
        var chain: [EmbargoEntry]
        var column: ClosedUntil
        var crashes: SeededGenerator

        /// Returns false where the writer died; `chain` and `column` are what it left.
        mutating func write(_ record: EmbargoRecord) -> Bool {
            if Int.random(in: 0..<6, using: &crashes) == 0 { return false }
            chain = record.entries
            if Int.random(in: 0..<6, using: &crashes) == 0 { return false }
            column = record.dates.closedUntil
            return true
        }
    }

    @Test func `A writer may die before, between and after its two writes: the chain alone brings everything back`() throws {
        var died = 0
        for (seed, story) in try Self.stories(200).enumerated() {
            let entries = story.record.entries
            var store = try Store(
                chain: [entries[0]], column: #require(entries.first).dates.closedUntil,
                crashes: SeededGenerator(seed: UInt64(seed)))
            while store.chain.count < entries.count {
                // A new process: it reads the chain, puts the column right, and goes on with what is not yet there.
                let bytes = try JSONEncoder().encode(EmbargoRecord(entries: store.chain))
                var record = try JSONDecoder().decode(EmbargoRecord.self, from: bytes)
                store.column = record.dates.closedUntil
                #expect(record.entries == Array(entries.prefix(record.entries.count)))
                for entry in entries.dropFirst(record.entries.count) {
                    record = try record.applying(entry.event, by: entry.by, at: entry.at, in: story.zone)
                    guard store.write(record) else {
                        died += 1
                        break
                    }
                }
            }
            #expect(try EmbargoRecord(entries: store.chain) == story.record)
            #expect(store.chain.map(\.number) == Array(0..<entries.count))
        }
        #expect(died > 100)
    }
}
