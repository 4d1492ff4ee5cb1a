import Custody
import Diagnostics
import HTTPTypes
import Hummingbird
import JSON
import RunCatalogue

/// `proposals`: for the team, and the facility. Addresses of persons are told to nobody here.
struct ProposalDoor {
    let custodian: Custodian

    func answer(_ call: SciCatCall) async throws -> Response? {
        guard call.method == .get, call.parts.count <= 2 else { return nil }
        let reader = call.asker.reader
        if call.parts.count <= 1, RecordLists.words.contains(call.word(0)) {
            let lists = try RecordLists(call, .proposals)
            let known = try await custodian.proposals(for: reader).map { Self.json($0, custodian.rules, []) }
            return lists.answer(call.word(0), known).map { SciCatAnswer.json($0) }
        }
        guard let name = call.parts.first else { return nil }
        let proposal = try await custodian.proposal(name, for: reader)
        if call.word(1) == "datasets" { return try await datasets(of: proposal, call) }
        guard call.parts.count == 1 else { return nil }
        let sessions = try await custodian.sessions(for: reader, proposal: proposal.name, onlyCollecting: false)
        return SciCatAnswer.json(.object(Self.json(proposal, custodian.rules, sessions.map(\.session))))
    }

    private func datasets(of proposal: ProposalDescription, _ call: SciCatCall) async throws -> Response {
        var lists = try await DatasetLists(custodian, call.asker.reader)
        let question = DatasetQuestion([.field("proposalIds", .isOne(of: [.string(proposal.name)]))])
        let names: SciCatDataset.Names = call.version == .v3 ? .single : .lists
        return SciCatAnswer.json(.array(try await lists.find(question).map { .object($0.json(names)) }))
    }

    static func json(_ proposal: ProposalDescription, _ rules: FacilityRules, _ sessions: [SessionRecord]) -> JSONObject {
        var object: JSONObject = [
            "proposalId": .string(proposal.name), "_id": .string(proposal.name), "title": .string(proposal.title),
            "ownerGroup": .string(proposal.team), "accessGroups": [], "type": .string(proposal.kind.rawValue),
            "email": .string(rules.contact), "isPublished": false,
        ]
        object["abstract"] = proposal.abstract.map { .string($0) }
        let persons = proposal.persons.filter { !$0.person.isErased }
        if let leader = persons.first(where: { $0.role == .principalInvestigator })?.person {
            object["pi_firstname"] = leader.givenName.map { .string($0) }
            object["pi_lastname"] = .string(leader.familyName)
        }
        if let proposer = (persons.first { $0.role == .mainProposer } ?? persons.first)?.person {
            object["firstname"] = proposer.givenName.map { .string($0) }
            object["lastname"] = .string(proposer.familyName)
        }
        let periods: [JSONValue] = sessions.map { session in
            [
                "instrument": .string(session.instrument ?? ""), "comment": .string(session.name.name),
                "start": .string((session.begins ?? session.plannedEnd).milliseconds),
                "end": .string(session.plannedEnd.milliseconds),
            ]
        }
        // One client writes it with a capital letter, and reads it without.
        object["MeasurementPeriodList"] = .array(periods)
        object["measurementPeriodList"] = .array(periods)
        return object
    }
}
