import EmbargoClock
import Foundation
import Notices
import TestSupport
import Testing

/// What holds for every record, whatever happens to it, whenever it is looked at, and whenever the sender dies.
@Suite("Whatever happens") struct PropertyTests {
    private struct Sending: Sendable {
        let notice: Notice
        let at: Instant
        let record: EmbargoRecord
    }

    /// A record that lives through random events, looked at with random pauses; now and then the sender dies after it has sent, and before
    /// it kept the key.
    private struct Life: Sendable {
        var story: Story
        var sendings: [Sending] = []
        /// Keys of those for which the sender died.
        var repeated: Set<NoticeKey> = []
        var looks = 0

        init(seed: UInt64, mayDie: Bool = false) throws {
            var random = SeededGenerator(seed: seed)
            let end = try LocalDate(dayNumber: Int.random(in: 15_000...30_000, using: &random))
            story = try Story.run(ended: "\(end)T\(["00:30", "12:00", "23:30"].randomElement(using: &random) ?? "12:00"):00Z")
            var now = story.record.entries[0].at
            let sleepy = Int.random(in: 1...120, using: &random)
            // In an eventful life nearly everything is released, held or withdrawn; in a calm one the warnings come.
            let calm = [5, 40, 150].randomElement(using: &random) ?? 5
            let last = now.advanced(byDaysOf24Hours: 365 * 7)
            while now < last {
                now = now.advanced(byMilliseconds: Int64.random(in: 1...Int64(sleepy) * 86_400_000, using: &random))
                let rarity = story.record.status(at: now).notices.isEmpty ? calm : 3
                if Int.random(in: 0..<rarity, using: &random) == 0 { try happen(now, &random) }
                let notices = try story.plan.notices(
                    of: story.record, pid: Story.pid, in: story.zone, sent: story.sent, at: now)
                looks += 1
                sendings += notices.due.map { Sending(notice: $0, at: now, record: story.record) }
                if mayDie, Int.random(in: 0..<10, using: &random) == 0 {
                    repeated.formUnion(notices.due.map(\.key))
                } else {
                    story.sent.formUnion(notices.due.map(\.key) + notices.passed)
                }
            }
        }

        /// One event that somebody entitled tries; the machine refuses what cannot be.
        private mutating func happen(_ now: Instant, _ random: inout SeededGenerator) throws {
            let review = try story.zone.localDate(of: now).adding(days: Int.random(in: 1...200, using: &random))
            let hold = story.record.holds.randomElement(using: &random) ?? 0
            let events: [(EmbargoEvent, Author)] = [
                (asked, People.principal), (asked, People.principal), (asked, People.principal),
                (.extensionGranted, People.curator),
                (.extensionGranted, People.curator), (.extensionRefused(reason: "No."), People.curator),
                (.extensionWithdrawn(reason: "Done."), People.principal), (released, People.member),
                (.objectionRaised(reason: "No."), People.otherMember), (.objectionUpheld(reason: "Yes."), People.curator),
                (.objectionOverruled(reason: "No."), People.curator), (.opened, People.sweep),
                (.holdSet(.safety, reason: "A leak.", reviewOn: review), People.curator),
                (.holdLifted(hold: hold, reason: "Over."), People.curator),
                (.holdLifted(hold: hold, reason: "Over."), People.curator),
                (.holdReviewed(hold: hold, reason: "Still.", reviewOn: review), People.curator),
                (.withdrawn(reason: "Privacy.", confirmedBy: People.director), People.curator),
                (.purgeProposed(reason: "Old.", citations: []), People.curator),
                (.purgeConfirmed(citationsSeen: []), People.director),
                (.purgeCancelled(reason: "No."), People.curator), (.purged(leases: 0), People.sweep),
            ]
            // What waits is decided, and who is warned asks, more often than chance would have it.
            var likely: [(EmbargoEvent, Author)] = []
            for notice in story.record.status(at: now).notices {
                switch notice {
                case .decisionPending: likely = [events[3], events[3], events[5], events[6]]
                case .objectionsUntil: likely = [events[8]]
                case .endsSoon: likely = [events[0]]
                default: break
                }
            }
            if Bool.random(using: &random) { likely = [] }
            guard let (event, author) = (likely.isEmpty ? events : likely).randomElement(using: &random) else { return }
            if case .withdrawn = event, Int.random(in: 0..<5, using: &random) > 0 { return }
            if let next = try? story.record.applying(event, by: author, at: now, in: story.zone) { story.record = next }
        }
    }

    private static let lives = Result { try (0..<400 as Range<UInt64>).map { try Life(seed: $0) } }

    @Test func `No notice is sent twice, and each kind occurs`() throws {
        var kinds: Set<String> = []
        for life in try Self.lives.get() {
            let keys = life.sendings.map(\.notice.key)
            #expect(Set(keys).count == keys.count)
            for sending in life.sendings {
                kinds.formUnion([sending.notice.fact.split(separator: "/").first.map(String.init) ?? ""])
            }
        }
        #expect(
            kinds.isSuperset(of: [
                "ends-soon", "decision-pending", "decision-overdue", "request-lapsed", "objections", "objection-undecided",
                "hold-review", "opening-to-record", "opened", "extension-granted", "extension-refused", "hold-set", "hold-lifted",
                "withdrawn", "purge-notice", "purge-cancelled",
            ]))
    }

    @Test func `A sender that dies repeats the same keys and nothing else`() throws {
        var repetitions = 0
        for seed in 0..<200 as Range<UInt64> {
            let life = try Life(seed: seed, mayDie: true)
            for (key, sendings) in Dictionary(grouping: life.sendings, by: \.notice.key) where sendings.count > 1 {
                #expect(life.repeated.contains(key))
                repetitions += 1
            }
        }
        #expect(repetitions > 50)
    }

    @Test func `No warning is early, late, or of an opening that the record does not have`() throws {
        var warnings = 0
        for life in try Self.lives.get() {
            for sending in life.sendings {
                guard case .endsSoon(let opens, let daysLeft, _, _, _) = sending.notice.kind else { continue }
                warnings += 1
                let stage = try #require(Int(sending.notice.fact.split(separator: "/").last ?? ""))
                let dates = try #require(sending.record.dates.opening)
                #expect(opens == dates.firstOpenDay)
                #expect(try sending.at >= life.story.zone.startOfDay(opens.adding(days: -stage)) && sending.at < dates.opens.at)
                #expect(try opens.adding(days: -daysLeft) == life.story.zone.localDate(of: sending.at))
                #expect(daysLeft <= stage)
                #expect(!sending.record.dates.closedUntil.isOver(at: sending.at))
            }
        }
        #expect(warnings > 1000)
    }

    @Test func `Of one opening later warnings are of smaller stages, and every new opening is warned of anew`() throws {
        var extended = 0
        for life in try Self.lives.get() {
            var stages: [String: [Int]] = [:]
            var looked: [Instant: Int] = [:]
            for sending in life.sendings where sending.notice.fact.hasPrefix("ends-soon/") {
                let parts = sending.notice.fact.split(separator: "/")
                stages[String(parts[1]), default: []].append(try #require(Int(parts[2])))
                looked[sending.at, default: 0] += 1
            }
            #expect(looked.values.allSatisfy { $0 == 1 })
            for (_, days) in stages {
                #expect(days == days.sorted(by: >) && Set(days).isSubset(of: [180, 90, 30, 7]))
            }
            extended += stages.count > 1 ? 1 : 0
        }
        #expect(extended > 20)
    }

    @Test func `Who looks every day misses no stage`() throws {
        for seed in 0..<40 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var story = try Story.run()
            var facts: [String] = []
            var now = try instant("2027-11-01T00:00:00Z")
            while now < (try instant("2028-05-20T00:00:00Z")) {
                facts += try story.facts(at: now.description)
                now = now.advanced(byMilliseconds: Int64.random(in: 1...86_400_000, using: &random))
            }
            #expect(facts.prefix(5) == (["180", "90", "30", "7"].map { "ends-soon/2028-05-11/\($0)" } + ["opened"])[...])
        }
    }

    @Test func `Every text says what must be said, in lines of 76 characters, and no reason of a hold or request to the team`()
        throws
    {
        for life in try Self.lives.get() {
            for sending in life.sendings {
                let text = try NoticeText(sending.notice, about: subject())
                #expect(
                    text.body.contains(Story.pid) && text.body.contains("https://data.example.org/pid/")
                        && text.subject.count < 200)
                #expect(text.body.contains("Protein crystals") == sending.notice.mayNameTitle)
                for line in text.body.split(separator: "\n") {
                    #expect(line.count <= 76 || !line.trimmingCharacters(in: .whitespaces).contains(" "))
                }
                if !sending.notice.audiences.contains(.curators) {
                    #expect(!text.body.contains("SECRET") && !text.body.contains("A leak"))
                }
            }
        }
    }
}
