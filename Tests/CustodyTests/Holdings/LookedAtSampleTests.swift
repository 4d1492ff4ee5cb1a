import Custody
import DataCite
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// `References`: a sample that was only looked at. It is stated by who may know of it, and told once everyone may.
struct LookedAtSampleTests {
    private let sessions: TwoSessions
    /// Without a session: it opens on 2029-04-02.
    private let run: RunIdentifier
    private var custodian: Custodian { sessions.custodian }

    init() async throws {
        sessions = try await TwoSessions()
        run = sessions.runs[2]
    }

    private func bring(_ name: String, igsn: String? = nil, proposal: String = "20260001") async throws -> String {
        let known = igsn.map { #","igsn":"\#($0)""# } ?? ""
        let text = #"{"schema":"faisceau.samples.1","samples":[{"name":"\#(name)","proposal":"\#(proposal)"\#(known)}]}"#
        let document = try SampleDocument(json: Data(text.utf8))
        return try #require(try await custodian.importSamples(document, by: .custodian).first).sample.igsn
    }

    /// - Parameter other: in the place of the run.
    private func relate(
        _ target: String, of other: RunIdentifier? = nil, by actor: Actor? = nil
    ) async throws -> StatedRelation {
        try await custodian.relate(other ?? run, .references, to: target, by: actor ?? sessions.member)
    }

    private func open(_ time: String = "2029-04-01T22:00:00Z") async throws {
        try sessions.test.clock.set(time)
        _ = try await custodian.sweep()
    }

    private func offered() async throws -> (record: DataCiteRecord, stamp: String) {
        var question = HarvestQuestion()
        question.pid = "\(run)"
        let offered = try #require(try await custodian.harvest(question).records.first)
        let record = try #require(offered.record)
        #expect(try await custodian.publicRecord("\(run)").record == record)
        if TestPython.isAvailable("datacite") { #expect(try DataCiteJudge.findings(record) == "") }
        return (record, "\(try Instant(millisecondsSince1970: offered.datestamp * 1000))")
    }

    /// Of the samples.
    private func told() async throws -> Set<String> {
        Set(
            try await offered().record.relatedIdentifiers.filter { $0.resourceTypeGeneral == .physicalObject }.map {
                "\($0.relationType.rawValue) \($0.relatedIdentifierType) \($0.relatedIdentifier)"
            })
    }

    @Test func aSampleElsewhereIsToldOfAnOpenRun() async throws {
        let closed = try await offered().record
        let first = try await relate("igsn:10.58052/IESAB0001")
        #expect(first.draft.target == "10.58052/IESAB0001")
        // The same again, in another spelling, is the same.
        #expect(try await relate("https://igsn.org/10.58052/iesab0001") == first)
        _ = try await relate("https://igsn.org/AU1101")
        let everything = ReaderScope.everything(tenant: sessions.tenant)
        let known = try await sessions.store.statedRelations(of: run, scope: everything).own
        #expect(known.map(\.draft.target) == ["10.58052/IESAB0001", "10273/AU1101"])
        #expect(try await offered().record == closed)
        try await open()
        let both: Set = ["References DOI 10.58052/IESAB0001", "References IGSN 10273/AU1101"]
        #expect(try await told() == both)
        #expect(try await sessions.store.statedRelations(of: run, scope: custodian.scope(of: .anonymous)).own.count == 2)
        try sessions.test.clock.set("2029-04-02T22:00:00Z")
        try await custodian.removeRelation(first.number, of: run, by: sessions.member)
        #expect(try await told() == ["References IGSN 10273/AU1101"])
        #expect(try await offered().stamp == "2029-04-02T22:00:00Z")
        let actions = try await sessions.store.history(of: run, scope: everything).map(\.action)
        #expect(actions.filter { $0.contains("relat") } == ["related", "related", "relation-removed"])
        #expect(try await custodian.verifyAll().problems == [])
    }

    /// As its own page: a sample without a run that everyone may know of is its team's.
    @Test func aSampleOfTheCatalogueIsToldOnceEveryoneMayKnowOfIt() async throws {
        let own = try await bring("lysozyme")
        let igsn = try await bring("silver behenate")
        #expect(try await relate("silver behenate").draft.target == igsn)
        #expect(try await told() == ["IsDerivedFrom DOI \(own)"])
        try await open()
        #expect(try await told() == ["IsDerivedFrom DOI \(own)"])
        let outside = try await custodian.scope(of: .anonymous)
        #expect(try await sessions.store.statedRelations(of: run, scope: outside).own == [])
        let inside = ReaderScope.everything(tenant: sessions.tenant)
        #expect(try await sessions.store.statedRelations(of: run, scope: inside).own.map(\.draft.target) == [igsn])
        // A run of it, of which everyone may know, closed as it is.
        try sessions.test.clock.set("2029-05-02T00:00:00Z")
        let other = try TestCustodian.run(5, ended: "2029-05-01T12:00:00Z", session: nil, sample: "silver behenate")
        _ = try await custodian.register(other, by: .system)
        #expect(try await told() == ["IsDerivedFrom DOI \(own)", "References DOI \(igsn)"])
        #expect(try await offered().stamp == "2029-05-02T00:00:00Z")
        let later = try await custodian.scope(of: .anonymous)
        #expect(try await sessions.store.statedRelations(of: run, scope: later).own.map(\.draft.target) == [igsn])
    }

    @Test func theRunsOwnSampleIsNotOneThatWasOnlyLookedAt() async throws {
        // Stated before the catalogue knew whose it is: it is told as what the data come from, and once.
        _ = try await relate("igsn:10.58052/LYS1")
        let own = try await bring("lysozyme", igsn: "10.58052/LYS1")
        for spelling in ["lysozyme", own, "igsn:\(own)", "https://doi.org/\(own)"] {
            let error = await refusal { try await relate(spelling, of: sessions.runs[0]) }
            #expect(error?.code == .badRequest && error?.what.contains("own sample") == true, "\(spelling): \(error as Any)")
        }
        try await open()
        #expect(try await told() == ["IsDerivedFrom DOI \(own)"])
    }

    @Test(arguments: [
        "10.1107/S1600577521007749", "https://doi.org/10.58052/IESAB0001", "10.5072/absent", "igsn:10.5072/absent", "absent",
        "AU1101", "", "igsn:",
    ])
    func whatIsNoSampleIsRefused(_ target: String) async throws {
        let error = await refusal { try await relate(target) }
        #expect(error?.code == .notFound, "\(error as Any)")
        #expect(error?.what == "The catalogue has no such sample" && error?.description.contains("igsn:10.58052/") == true)
    }

    /// A run's DOI is no sample's, whoever may know of the run.
    @Test func aRunIsNoSample() async throws {
        #expect(await refusal { try await relate("\(sessions.runs[0])") }?.code == .notFound)
    }

    @Test func ofASampleThatOneMayNotKnowNothingIsLearned() async throws {
        _ = try await sessions.foreignRun()
        let hidden = try await bring("zinc", proposal: "20260002")
        for (secret, absent) in [(hidden, "10.5072/absent"), ("igsn:\(hidden)", "igsn:10.5072/absent"), ("zinc", "tin")] {
            let error = await refusal { try await relate(secret) }
            let other = await refusal { try await relate(absent) }
            let words = error?.description.replacing(hidden, with: "10.5072/absent").replacing("zinc", with: "tin")
            #expect(error?.code == .notFound && words == other?.description, "\(error as Any)")
            // Nor by a draft that was made elsewhere.
            if secret == hidden {
                let draft = try RelationDraft(.references, secret)
                #expect(await refusal { try await custodian.relate(run, draft, by: sessions.member) }?.code == .notFound)
            }
        }
        // A curator knows of it, and the run's team is not told by the relation.
        let stated = try await relate(hidden, by: sessions.curator)
        guard case .account(let member) = sessions.member, case .account(let curator) = sessions.curator else { return }
        let team = try await sessions.store.statedRelations(of: run, scope: custodian.scope(of: .account(member)))
        let facility = try await sessions.store.statedRelations(of: run, scope: custodian.scope(of: .account(curator)))
        #expect(team.own == [] && facility.own == [stated])
        try await open()
        #expect(try await told() == [])
    }

    /// Everyone may know of another team's sample by its runs: to refer to it takes no more.
    @Test func aSampleOfAnotherTeamThatEveryoneMayKnowOfIsReferredTo() async throws {
        _ = try await sessions.foreignRun()
        let igsn = try await bring("lysozyme", proposal: "20260002")
        #expect(try await relate(igsn).draft.target == igsn)
        try await open()
        #expect(try await told() == ["References DOI \(igsn)"])
    }

    @Test func whoHasNoPartInTheRunStatesNothing() async throws {
        let igsn = try await bring("silver behenate")
        for target in [igsn, "igsn:AU1101", "absent"] {
            #expect(await refusal { try await relate(target, by: sessions.outsider) }?.code == .forbidden)
        }
    }
}
