import Custody
import Diagnostics
import HTTPTypes
import Hummingbird
import Identifiers
import JSON
import RunCatalogue

/// `POST proposals`: where no user office hands them over. `PATCH proposals/{id}` is the facility's alone, and changes how it is called and what it is
/// about: who may read follows from the rest.
struct ProposalWriteDoor {
    let custodian: Custodian
    private static let mostBytes = 1 << 20

    func answer(_ call: SciCatCall) async throws -> Response? {
        let isChange = [.patch, .put].contains(call.method) && call.parts.count == 1
        guard isChange || call.method == .post && call.parts.isEmpty else { return nil }
        let actor = try call.asker.actor(for: .ingest)
        var fields = try BodyFields(
            try await RequestedBody.json(call.request, most: Self.mostBytes), read: PostedProposal.read,
            passedOver: PostedProposal.passedOver)
        fields.refusePublication("a proposal is its group's")
        return isChange ? try await change(&fields, call, actor) : try await enter(&fields, call, actor)
    }

    private func change(_ fields: inout BodyFields, _ call: SciCatCall, _ actor: Actor) async throws -> Response {
        let known = try await custodian.proposal(call.parts[0], for: call.asker.reader)
        let (title, abstract) = (fields.text("title"), fields.text("abstract"))
        for (name, value) in [("proposalId", known.name), ("ownerGroup", known.team), ("type", known.kind.rawValue)] {
            if let text = fields.text(name), text != value, text != "Default Proposal" {
                fields.refuse("\(name) does not change")
            }
        }
        let told = try await ProposalDoor(custodian: custodian).json(known, call.asker.reader)
        let posted = PostedProposal(&fields, custodian.rules.zone, told: told)
        if !posted.persons.isEmpty || posted.stated.texts.keys.contains(where: \.namesPersons) {
            fields.refuse("The persons of a proposal do not change here: faisceau proposal import")
        }
        try fields.check()
        try await custodian.changeProposal(known.name, title: title, abstract: abstract, stated: posted.stated, by: actor)
        let stored = try await custodian.proposal(known.name, for: call.asker.reader)
        return SciCatAnswer.json(.object(try await ProposalDoor(custodian: custodian).json(stored, call.asker.reader)))
    }

    private func enter(_ fields: inout BodyFields, _ call: SciCatCall, _ actor: Actor) async throws -> Response {
        let name = fields.needed("proposalId")
        // Whether it was paid for decides whether it ever opens: an unknown word is not guessed.
        var kind = ProposalDescription.Kind.public
        if let type = fields.text("type"), type != "Default Proposal" {
            if let known = ProposalDescription.Kind(rawValue: type) {
                kind = known
            } else {
                fields.refuse("type must be one of \(ProposalDescription.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
            }
        }
        if name.contains("/") || name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            fields.refuse("proposalId must have neither slashes nor control characters")
        }
        var proposal = ProposalDescription(
            name: name, kind: kind, title: fields.text("title") ?? name, abstract: fields.text("abstract"),
            team: fields.needed("ownerGroup"), persons: [])
        let posted = PostedProposal(&fields, custodian.rules.zone)
        (proposal.persons, proposal.stated) = (posted.persons, posted.stated.isEmpty ? nil : posted.stated)
        try fields.check()
        _ = try await custodian.enterProposal(proposal, by: actor)
        let stored = try await custodian.proposal(name, for: call.asker.reader)
        return SciCatAnswer.json(
            .object(try await ProposalDoor(custodian: custodian).json(stored, call.asker.reader)), status: .created)
    }
}
