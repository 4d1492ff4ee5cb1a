import Custody
import Diagnostics
import HTTPTypes
import Hummingbird
import JSON
import RunCatalogue

/// `proposals`: for the team, and the facility. Addresses of persons are told to the team alone.
struct ProposalDoor {
    let custodian: Custodian

    func answer(_ call: SciCatCall) async throws -> Response? {
        guard call.method == .get, call.parts.count <= 2 else { return nil }
        let reader = call.asker.reader
        if call.parts.count <= 1, RecordLists.words.contains(call.word(0)) {
            let lists = try RecordLists(call, .proposals)
            let scope = try await custodian.scope(of: reader)
            let known = try await custodian.proposals(for: reader).map { Self.json($0, custodian.rules, [], scope) }
            return lists.answer(call.word(0), known).map { SciCatAnswer.json($0) }
        }
        guard let name = call.parts.first else { return nil }
        let proposal = try await custodian.proposal(name, for: reader)
        if call.word(1) == "datasets" { return try await datasets(of: proposal, call) }
        guard call.parts.count == 1 else { return nil }
        return SciCatAnswer.json(.object(try await json(proposal, reader)))
    }

    /// With its sessions.
    func json(_ proposal: ProposalDescription, _ reader: Reader) async throws -> JSONObject {
        let sessions = try await custodian.sessions(for: reader, proposal: proposal.name, onlyCollecting: false)
        return Self.json(proposal, custodian.rules, sessions.map(\.session), try await custodian.scope(of: reader))
    }

    private func datasets(of proposal: ProposalDescription, _ call: SciCatCall) async throws -> Response {
        var lists = try await DatasetLists(custodian, call.asker.reader)
        let question = DatasetQuestion([.field("proposalIds", .isOne(of: [.string(proposal.name)]))])
        let names: SciCatDataset.Names = call.version == .v3 ? .single : .lists
        return SciCatAnswer.json(.array(try await lists.find(question).map { .object($0.json(names)) }))
    }

    private static func json(
        _ proposal: ProposalDescription, _ rules: FacilityRules, _ sessions: [SessionRecord], _ scope: ReaderScope
    ) -> JSONObject {
        let isTeam = scope.readsEverything || scope.teams.contains(proposal.team)
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
            if isTeam { object["pi_email"] = leader.email.map { .string($0) } }
        } else if isTeam {
            object["pi_firstname"] = proposal.stated?[.leaderFirstname].map { .string($0) }
            object["pi_email"] = proposal.stated?[.leaderEmail].map { .string($0) }
        }
        // An address or a given name by itself is of nobody who is named otherwise.
        let (given, email) = (proposal.stated?[.firstname], proposal.stated?[.email])
        if isTeam, given != nil || email != nil {
            object["firstname"] = given.map { .string($0) }
            if let email { object["email"] = .string(email) }
        } else if let proposer = (persons.first { $0.role == .mainProposer } ?? persons.first)?.person {
            object["firstname"] = proposer.givenName.map { .string($0) }
            object["lastname"] = .string(proposer.familyName)
            if isTeam, let email = proposer.email { object["email"] = .string(email) }
        }
        for (name, field) in [
            ("startTime", StatedFacts.Field.startTime), ("endTime", .endTime), ("parentProposalId", .parentProposalId),
        ] { object[name] = proposal.stated?[field].map { .string($0) } }
        object["metadata"] = Self.tree(proposal.stated?[.metadata])
        var periods: [JSONValue] = sessions.map { session in
            [
                "instrument": .string(session.instrument ?? ""), "comment": .string(session.name.name),
                "start": .string((session.begins ?? session.plannedEnd).milliseconds),
                "end": .string(session.plannedEnd.milliseconds),
            ]
        }
        // What a client has said of times beside the sessions.
        for period in Self.tree(proposal.stated?[.periods])?.list ?? [] where !periods.contains(period) { periods.append(period) }
        // One client writes it with a capital letter, and reads it without.
        object["MeasurementPeriodList"] = .array(periods)
        object["measurementPeriodList"] = .array(periods)
        return object
    }

    private static func tree(_ text: String?) -> JSONValue? { text.flatMap { try? JSONValue(reading: Array($0.utf8)) } }
}
