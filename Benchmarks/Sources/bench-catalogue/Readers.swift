import Custody
import RunCatalogue
import RunModel

/// Who asks.
enum ReaderKind: String, CaseIterable, Sendable {
    case anonymous
    case member = "member of 3 groups"
    case curator

    /// - Parameter blocks: whose groups the member belongs to.
    func scope(_ facility: Facility, now: Int64, blocks: [Int]) -> ReaderScope {
        switch self {
        case .anonymous: ReaderScope(tenant: Facility.tenant, trustedNow: now, openRuns: .forEveryone)
        case .member:
            ReaderScope(
                tenant: Facility.tenant, trustedNow: now, openRuns: .all, teams: Set(blocks.map(facility.team)))
        case .curator: ReaderScope(tenant: Facility.tenant, trustedNow: now, openRuns: .all, curates: true)
        }
    }
}

/// Draws questions: each call another one.
struct Questions {
    let facility: Facility
    var generator: SplitMix
    /// Blocks of the groups that the member belongs to: of the newest, which are closed, and an older one, which is open.
    let own: [Int]

    init(_ facility: Facility) {
        self.facility = facility
        generator = facility.random(9, 0)
        let blocks = facility.blocks
        own = [blocks - 1, blocks * 7 / 10, blocks / 5]
    }

    /// The kinds of filters that a list is asked with.
    static let filters = 16

    /// A list's filter of one of those kinds.
    mutating func filter(_ kind: Int) throws -> RunFilter {
        // Every second one is about the reader's own beam time.
        let block = Bool.random(using: &generator) ? own.randomElement(using: &generator)! : anyBlock()
        let index = Int.random(in: 0..<Facility.runsPerBlock, using: &generator)
        var filter = RunFilter()
        switch kind % Self.filters {
        case 0: break
        case 1: filter.technique = technique()
        case 2: filter.instrument = instrument()
        case 3: (filter.technique, filter.instrument) = (technique(), instrument())
        case 4: filter.proposal = facility.proposal(block)
        case 5: (filter.proposal, filter.session) = (facility.proposal(block), facility.session(block).name)
        case 6: filter.sample = facility.sample(block, index)
        case 7: filter.started = month()
        case 8: (filter.started, filter.technique) = (month(), technique())
        case 9: (filter.state, filter.instrument) = (state(), instrument())
        case 10: filter.state = state()
        case 11: (filter.kind, filter.technique) = (.derived, technique())
        case 12: filter.ranges = [try range(of: 0.0002)]
        case 13: (filter.ranges, filter.technique) = ([try range(of: 0.05)], technique())
        case 14: (filter.ranges, filter.instrument) = ([try range(of: 0.02), try temperatures()], instrument())
        default:
            filter.fragment = ["ysozym", "eolit", "poferr", "mple-\(block)-", "run_\(padded(block * 125, 7).prefix(6))"]
                .randomElement(using: &generator)
        }
        return filter
    }

    static let searches = 10

    /// Words and a range: words of 0.01, 1 and 30 % of the runs, alone and together, whole and begun.
    mutating func search(_ kind: Int) throws -> RunFilter {
        let few = Facility.fewWord, many = Facility.manyWord, rare = Facility.rareWord
        var filter = RunFilter()
        switch kind % Self.searches {
        case 0: (filter.text, filter.ranges) = (rare, [try range(of: 0.5)])
        case 1: (filter.text, filter.ranges) = (few, [try range(of: 0.3)])
        case 2: (filter.text, filter.ranges) = (many, [try range(of: 0.3)])
        case 3: (filter.text, filter.ranges) = (many, [try range(of: 0.001)])
        case 4: (filter.text, filter.ranges) = (few, [try range(of: 0.01)])
        case 5: (filter.text, filter.ranges) = (String(many.prefix(5)), [try range(of: 0.1)])
        case 6: (filter.text, filter.ranges) = ("\(many) \(facility.word(&generator))", [try temperatures()])
        case 7: (filter.text, filter.ranges, filter.technique) = (many, [try range(of: 0.3), try temperatures()], technique())
        case 8: (filter.text, filter.ranges) = (facility.word(&generator), [try range(of: 0.2)])
        default: (filter.text, filter.ranges, filter.started) = (few, [try temperatures()], month())
        }
        return filter
    }

    private mutating func anyBlock() -> Int { Int.random(in: 0..<facility.blocks, using: &generator) }
    private mutating func technique() -> String { Facility.techniques.randomElement(using: &generator)! }
    private mutating func instrument() -> String { Facility.instruments.randomElement(using: &generator)! }
    private mutating func state() -> AccessState { Bool.random(using: &generator) ? .open : .embargoed }

    private mutating func month() -> Range<Timestamp> {
        let start = facility.start(anyBlock())
        return start..<start.advanced(bySeconds: 30 * 86_400)
    }

    /// A share of all energies, somewhere among them, in keV (they are written in eV).
    private mutating func range(of share: Double) throws -> NumericRange {
        let low = 5 + Double.random(in: 0..<(15 * (1 - share)), using: &generator)
        return try NumericRange("beam/incident_energy", from: low, to: low + 15 * share, unit: "keV")
    }

    private mutating func temperatures() throws -> NumericRange {
        let low = Double.random(in: 95..<250, using: &generator)
        return try NumericRange("sample/temperature", from: low, to: low + 50, unit: "K")
    }
}
