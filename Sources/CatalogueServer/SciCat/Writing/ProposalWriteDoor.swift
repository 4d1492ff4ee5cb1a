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
    private static let read: Set<String> = [
        "proposalId", "title", "abstract", "ownerGroup", "type", "email", "firstname", "lastname", "pi_email", "pi_firstname",
        "pi_lastname", "metadata", "MeasurementPeriodList", "measurementPeriodList",
    ]
    private static let passedOver: Set<String> = [
        "accessGroups", "instrumentGroup", "isPublished", "parentProposalId", "createdAt", "createdBy", "updatedAt", "updatedBy",
        "_id", "startTime", "endTime",
    ]

    func answer(_ call: SciCatCall) async throws -> Response? {
        let isChange = [.patch, .put].contains(call.method) && call.parts.count == 1
        guard isChange || call.method == .post && call.parts.isEmpty else { return nil }
        let actor = try call.asker.actor(for: .ingest)
        var fields = try BodyFields(
            try await RequestedBody.json(call.request, most: Self.mostBytes), read: Self.read, passedOver: Self.passedOver)
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
        for name in ["email", "firstname", "lastname", "pi_email", "pi_firstname", "pi_lastname"] { _ = fields.text(name) }
        // A client sends its whole model: what it has read of persons comes back, and is the user office's.
        for list in ["MeasurementPeriodList", "measurementPeriodList", "metadata"] where !(fields.body[list]?.isEmpty ?? true) {
            fields.refuse("\(list) does not change here")
        }
        try fields.check()
        try await custodian.changeProposal(known.name, title: title, abstract: abstract, by: actor)
        let stored = try await custodian.proposal(known.name, for: call.asker.reader)
        return SciCatAnswer.json(.object(ProposalDoor.json(stored, custodian.rules, [])))
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
        if let facts = fields.body["metadata"], !facts.isEmpty { fields.refuse("metadata of proposals are not kept here") }
        for list in ["MeasurementPeriodList", "measurementPeriodList"] where !(fields.body[list]?.isEmpty ?? true) {
            fields.refuse("\(list): sessions are planned by the facility, and not with a proposal here")
        }
        if name.contains("/") || name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            fields.refuse("proposalId must have neither slashes nor control characters")
        }
        var proposal = ProposalDescription(
            name: name, kind: kind, title: fields.text("title") ?? name, abstract: fields.text("abstract"),
            team: fields.needed("ownerGroup"), persons: [])
        for (role, prefix) in [(TeamPerson.Role.principalInvestigator, "pi_"), (.mainProposer, "")] {
            let person = person(&fields, prefix)
            // One person in both is named once.
            if let person, !proposal.persons.contains(where: { $0.person == person }) {
                proposal.persons.append(TeamPerson(role, person))
            }
        }
        try fields.check()
        _ = try await custodian.enterProposal(proposal, by: actor)
        let stored = try await custodian.proposal(name, for: call.asker.reader)
        return SciCatAnswer.json(.object(ProposalDoor.json(stored, custodian.rules, [])), status: .created)
    }

    private func person(_ fields: inout BodyFields, _ prefix: String) -> Person? {
        let (family, given, email) = (
            fields.text(prefix + "lastname"), fields.text(prefix + "firstname"), fields.text(prefix + "email")
        )
        if let email,
            email.split(separator: "@", omittingEmptySubsequences: false).count != 2 || email.contains(where: \.isWhitespace)
        {
            fields.refuse("\(prefix)email is no address")
        }
        // An address without a name names nobody.
        return family.map { Person(familyName: $0, givenName: given, email: email) }
    }
}
