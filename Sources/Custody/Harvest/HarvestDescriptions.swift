import DataCite
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel

/// Makes the public records of a page: as `dataCiteRecord(of:)` makes one, with each clock and each proposal looked at once.
struct HarvestDescriptions {
    private let custodian: Custodian
    private let page: HarvestPage
    private let accesses: [Int64: DataAccess]

    /// - Parameter now: trusted time, UTC seconds.
    init(_ custodian: Custodian, _ page: HarvestPage, at now: Int64) {
        self.custodian = custodian
        self.page = page
        let instant = (try? Instant(millisecondsSince1970: now * 1000)) ?? .earliest
        // One that cannot be told is left out: the record is not written.
        accesses = page.clocks.compactMapValues { try? DataAccess($0, at: instant, in: custodian.rules.zone) }
    }

    /// As many are worth a task of their own.
    private static let portion = 64

    var records: [HarvestedRecord] {
        get async {
            guard page.records.count > Self.portion, page.records.contains(where: { $0.content != nil }) else {
                return harvested(page.records[...])
            }
            return await withTaskGroup(of: (Int, [HarvestedRecord]).self) { group in
                for first in stride(from: 0, to: page.records.count, by: Self.portion) {
                    group.addTask {
                        (first, harvested(page.records[first..<min(first + Self.portion, page.records.count)]))
                    }
                }
                var portions: [(Int, [HarvestedRecord])] = []
                for await portion in group { portions.append(portion) }
                return portions.sorted { $0.0 < $1.0 }.flatMap(\.1)
            }
        }
    }

    /// Of what a closed run's record is made, but its identifier and its times: runs of a session are alike.
    private struct Likeness: Hashable {
        let kind: RunKind
        let clock: Int64
        let proposal: Int64?
        let beamline: Int64?
        let session: PersistentIdentifier?
        let sample: IGSN?
        let technique: Int64?
        let creators: [DescribedCreator]
    }

    private func harvested(_ records: ArraySlice<OfferedRecord>) -> [HarvestedRecord] {
        var met: [Likeness: DataCiteRecord] = [:]
        return records.map { harvested($0, &met) }
    }

    private func harvested(_ offered: OfferedRecord, _ met: inout [Likeness: DataCiteRecord]) -> HarvestedRecord {
        let beamline = offered.beamline.flatMap { page.beamlines[$0] }
        var record: DataCiteRecord?
        switch offered.content {
        case .run(let run): record = try? described(run, offered, beamline, &met)
        case .session(let session): record = try? described(session, offered.pid, beamline)
        case nil: break
        }
        return HarvestedRecord(
            pid: offered.pid, datestamp: offered.datestamp, isDeleted: offered.isDeleted, standing: offered.standing,
            beamline: beamline?.name, technique: offered.technique.flatMap { page.techniques[$0] }, record: record,
            cited: CitedAddresses(custodian.rules, registered: []))
    }

    private func described(
        _ run: OfferedRun, _ offered: OfferedRecord, _ beamline: HarvestPage.Beamline?, _ met: inout [Likeness: DataCiteRecord]
    ) throws -> DataCiteRecord? {
        let technique = offered.technique.flatMap { page.techniques[$0] }
        guard run.opened == nil else { return try described(run, offered.pid, beamline, technique) }
        let likeness = Likeness(
            kind: run.kind, clock: run.clock, proposal: run.proposal, beamline: offered.beamline, session: run.session,
            sample: run.sample, technique: offered.technique, creators: run.creators)
        let alike = try met[likeness]?.ofAnotherRun(
            doi: DOI(offered.pid), collectedFrom: DateStamp(run.startedAt.description),
            to: DateStamp((run.endedAt ?? run.startedAt).description))
        if let alike { return alike }
        let record = try described(run, offered.pid, beamline, technique)
        met[likeness] = record
        return record
    }

    private func described(
        _ run: OfferedRun, _ pid: String, _ beamline: HarvestPage.Beamline?, _ technique: String?
    ) throws -> DataCiteRecord? {
        guard let access = accesses[run.clock] else { return nil }
        var short = try short(
            run.proposal, beamline, from: run.startedAt, to: run.endedAt ?? run.startedAt, [technique].compactMap(\.self),
            run.creators)
        if let record = page.clocks[run.clock] { try short.date(by: record) }
        if let sample = run.sample { short.samples.append(.igsn(sample)) }
        let proposal = run.proposal.flatMap { page.proposals[$0] }
        // What the access rule has not given is not there, whatever the clock says.
        let full = run.opened.map {
            FullDescription(
                run: $0.title, keywords: $0.keywords, bytes: $0.bytes, files: $0.fileCount,
                formats: $0.formats, relations: $0.relations,
                metadata: custodian.rules.metadata(of: pid), proposal: proposal)
        }
        guard full != nil || !access.tellsEverything else { return nil }
        return try DataCiteRecord.run(
            doi: DOI(pid), content: run.kind == .raw ? .raw : .reduced, short: short, full: full ?? FullDescription(),
            session: run.session.map { .init($0) }, access: access)
    }

    private func described(
        _ session: OfferedSession, _ pid: String, _ beamline: HarvestPage.Beamline?
    ) throws -> DataCiteRecord? {
        guard let access = accesses[session.clock], let record = page.clocks[session.clock] else { return nil }
        let (begins, last) = Custodian.collected(session.span, session.begins, session.plannedEnd, record)
        var short = try short(session.proposal, beamline, from: begins, to: last, session.span?.techniques ?? [])
        try short.date(by: record)
        return try DataCiteRecord.session(
            doi: DOI(pid), short: short,
            full: FullDescription(of: session.proposal.flatMap { page.proposals[$0] }).cited(by: session.citations),
            runs: session.runs.compactMap { (try? DOI("\($0)")).map { .doi($0) } }, access: access)
    }

    private func short(
        _ proposal: Int64?, _ beamline: HarvestPage.Beamline?, from: Timestamp, to: Timestamp, _ techniques: [String] = [],
        _ creators: [DescribedCreator] = []
    ) throws -> ShortDescription {
        var short = try custodian.description(
            proposal.flatMap { page.proposals[$0] }, beamline: beamline?.name, from: from, to: to, techniques: techniques,
            creators: creators)
        if let pid = beamline?.pid { short.instruments.append(try InstrumentRelations.target(of: pid)) }
        return short
    }
}
