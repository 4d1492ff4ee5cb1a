import Diagnostics
import EmbargoClock
import RunCatalogue

/// A page of what harvesters are offered.
public struct Harvest: Sendable {
    public let records: [HarvestedRecord]
    /// Where the next page begins; nil: this is the last one.
    public let next: HarvestPosition?
    /// Of the whole list, where it was asked for.
    public let size: Int?
    /// UTC seconds: whoever asks from this time on misses nothing that comes later.
    public let time: Int64
    /// The earliest datestamp, UTC seconds; nil while nothing is offered.
    public let earliest: Int64?
}

// What is harvested is row P of the access matrix: it is the same for every reader, and what nobody may know of is not in it. A request first
// offers what has changed, by a writer or by time alone, and is answered from one snapshot in which nothing waits: so header and record of an
// answer agree, and agree with the access rule at the same trusted time.
extension Custodian {
    /// As many records are looked at in one transaction: others write between two.
    private static let offeredAtOnce = 2000
    /// As often a request offers what waits before somebody is told to come again.
    private static let mostRounds = 100

    /// - Throws: `busy` while a catalogue that was just brought to this version is prepared, and while there never was a time to trust.
    public func harvest(_ question: HarvestQuestion) async throws(CatalogueError) -> Harvest {
        for _ in 0..<Self.mostRounds {
            let now = try await harvestTime()
            // Of the reader only the time is asked: to all the same is told.
            let scope = ReaderScope(tenant: tenant, trustedNow: now, openRuns: .none)
            guard let page = try await store.harvest(question, scope: scope) else {
                try await nameTechniques()
                _ = try await store.offer(now: now, limit: Self.offeredAtOnce)
                continue
            }
            var records = await HarvestDescriptions(self, page, at: now).records
            let cited = try await citedAddresses(for: records.compactMap(\.record))
            for place in records.indices { records[place].cited = cited }
            return Harvest(
                records: records, next: page.next, size: page.size,
                time: max(now, page.latest), earliest: page.earliest)
        }
        throw CatalogueError(.busy, "The catalogue is being prepared for harvesters", remedy: "Come again in a moment")
    }

    /// Offers what has changed; what a server does between two requests, so that datestamps are those of the changes.
    public func offer() async throws(CatalogueError) {
        try await nameTechniques()
        for _ in 0..<Self.mostRounds {
            guard try await !store.offer(now: harvestTime(), limit: Self.offeredAtOnce) else { return }
        }
    }

    /// Trusted time, UTC seconds: the whole second that has begun.
    public func harvestTime() async throws(CatalogueError) -> Int64 {
        let time = try await time.now().now
        guard time != .earliest else {
            throw CatalogueError(
                .busy, "There is no time to date answers by: the clock was never trusted",
                remedy: "Look at the clock; if it is right: faisceau embargo clock --accept")
        }
        return time.secondsSince1970
    }

    /// The sets that have a record.
    public func harvestSets() async throws(CatalogueError) -> [HarvestSet] {
        var question = HarvestQuestion()
        (question.describes, question.limit) = (false, 1)
        _ = try await harvest(question)
        return try await store.harvestSets(tenant: tenant)
    }

    /// The key by which answers are signed that come back as questions. It is drawn once for a catalogue: servers on one file have the same.
    public func harvestKey() async throws(CatalogueError) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        let drawn = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let text = try await store.harvestSecret(orDrawn: Passwords.hexadecimal(drawn))
        return Array("faisceau.harvest.1 \(tenant) \(text)".utf8)
    }
}
