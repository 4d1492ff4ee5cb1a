import Custody
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestSupport

/// What was paid for is its payer's: neither staff nor curators learn from a refusal that it is there. Found by the walk over the server's routes.
struct PaidWorkTests {
    @Test func whoAsksForItsIdentifierIsToldOfNothing() async throws {
        let walk = try await Walk(.proprietary, isSession: true, access: .everyone)
        var generator = SeededGenerator(seed: 4711)
        let unknown = try RunIdentifier.draw(prefix: "10.5072", using: &generator)
        for reader in [WalkedReader.staff, .curator, .director, .outsider] {
            let actor = try #require(walk.actor(reader))
            for pid in [walk.run.pid, unknown] {
                let error = await refusal { try await walk.test.custodian.mint(pid, by: actor) }
                #expect(error?.code == .notFound, "\(reader): \(error as Any)")
            }
        }
        // The payer is told why not.
        let member = try #require(walk.actor(.memberByProposal))
        let error = await refusal { try await walk.test.custodian.mint(walk.run.pid, by: member) }
        #expect(error?.code == .clockRefuses)
    }

    @Test func whoImportsAProposalOfItsNameLearnsNeitherItsTeamNorItsKind() async throws {
        let walk = try await Walk(.proprietary, isSession: true, access: .everyone)
        let text = """
            {"schema":"faisceau.proposals.1","proposals":[{"id":"20260001","kind":"public","title":"x","team":"t","persons":[],\
            "sessions":[]}]}
            """
        let document = try ProposalDocument(json: Data(text.utf8))
        let curator = try #require(walk.actor(.curator))
        let error = await refusal { try await walk.test.custodian.importProposals(document, by: curator) }
        #expect(error?.code == .badRequest)
        let words = "\(error as Any) \(error?.expected ?? "") \(error?.got ?? "")"
        #expect(!words.contains(Walk.team) && !words.contains("proprietary") && !words.contains("runs"), "\(words)")
        // Who has the file is told what stands against it.
        let whole = await refusal { try await walk.test.custodian.importProposals(document, by: .custodian) }
        #expect(whole?.expected?.contains(Walk.team) == true)
    }

    /// Whoever reads a run once it is open does not end what a job has said that it needs.
    @Test func whoMayTakeNoLeaseEndsNone() async throws {
        let walk = try await Walk(.open, isSession: true, access: .everyone)
        let custodian = walk.test.custodian
        let member = try #require(walk.readers.first { $0.0 == .memberByGroup }?.1)
        _ = try await custodian.lease(walk.run.pid, scope: custodian.scope(of: member), holder: "job", hours: 24)
        #expect(try await custodian.leasesHeld(of: walk.owner) == 1)
        for reader in [WalkedReader.anonymous, .outsider, .ingestorElsewhere] {
            let who = try #require(walk.readers.first { $0.0 == reader }?.1)
            let error = await refusal {
                try await custodian.releaseLease(walk.run.pid, scope: custodian.scope(of: who), holder: "job")
            }
            #expect(error?.code == .badRequest, "\(reader)")
        }
        #expect(try await custodian.leasesHeld(of: walk.owner) == 1)
        try await custodian.releaseLease(walk.run.pid, scope: custodian.scope(of: member), holder: "job")
        #expect(try await custodian.leasesHeld(of: walk.owner) == 0)
    }
}
