import Custody
import Diagnostics
import EmbargoClock
import JSON
import RunCatalogue

/// A proposal as a client sends it. What the catalogue has no place for is kept as it was sent, and told back; an address or a given name without
/// a family name names nobody, and is kept so.
struct PostedProposal {
    static let read: Set<String> = [
        "proposalId", "title", "abstract", "ownerGroup", "type", "email", "firstname", "lastname", "pi_email", "pi_firstname",
        "pi_lastname", "metadata", "MeasurementPeriodList", "measurementPeriodList", "startTime", "endTime", "parentProposalId",
    ]
    static let passedOver: Set<String> = [
        "accessGroups", "instrumentGroup", "isPublished", "createdAt", "createdBy", "updatedAt", "updatedBy", "_id",
    ]

    /// The principal investigator and the main proposer, as far as they are named.
    private(set) var persons: [TeamPerson] = []
    private(set) var stated = StatedFacts()

    /// - Parameters:
    ///   - told: what the client was told of the proposal: what comes back as it was told is not stated.
    init(_ fields: inout BodyFields, _ zone: TimeZoneRules, told: JSONObject = [:]) {
        for (role, prefix) in [(TeamPerson.Role.principalInvestigator, "pi_"), (.mainProposer, "")] {
            guard let person = person(&fields, prefix, told) else { continue }
            // One person in both is named once.
            if !persons.contains(where: { $0.person == person }) { persons.append(TeamPerson(role, person)) }
        }
        for (name, field) in [("startTime", StatedFacts.Field.startTime), ("endTime", .endTime)] {
            guard let text = fields.text(name), .string(text) != told[name] else { continue }
            do throws(SciCatRefusal) { stated.texts[field] = try PostedTime.read(text, name, zone).milliseconds } catch {
                for message in error.messages { fields.refuse(message) }
            }
        }
        if let parent = fields.text("parentProposalId"), .string(parent) != told["parentProposalId"] {
            stated.texts[.parentProposalId] = parent
        }
        if let facts = fields.body["metadata"], facts != told["metadata"], !(facts.isEmpty && told["metadata"] == nil) {
            if facts.object == nil { fields.refuse("metadata must be an object") }
            stated.texts[.metadata] = facts.line
        }
        if let periods = Self.periods(&fields, zone), .array(periods) != told["measurementPeriodList"] ?? [] {
            stated.texts[.periods] = JSONValue.array(periods).line
        }
    }

    /// Nobody where none of it was sent, or as it is told.
    private mutating func person(_ fields: inout BodyFields, _ prefix: String, _ told: JSONObject) -> Person? {
        let names = ["lastname", "firstname", "email"].map { prefix + $0 }
        let texts = names.map { fields.text($0) }
        if let email = texts[2] {
            let parts = email.split(separator: "@", omittingEmptySubsequences: false)
            if parts.count != 2 || email.contains(where: \.isWhitespace) { fields.refuse("\(prefix)email is no address") }
        }
        let isTold = zip(names, texts).allSatisfy { name, text in text == nil || told[name]?.text == text }
        guard !isTold else { return nil }
        if let family = texts[0] { return Person(familyName: family, givenName: texts[1], email: texts[2]) }
        let isLeader = prefix == "pi_"
        if let given = texts[1] { stated.texts[isLeader ? .leaderFirstname : .firstname] = given }
        if let email = texts[2] { stated.texts[isLeader ? .leaderEmail : .email] = email }
        return nil
    }

    /// In either spelling: `{"instrument", "start", "end", "comment"}`, each.
    private static func periods(_ fields: inout BodyFields, _ zone: TimeZoneRules) -> [JSONValue]? {
        let sent = ["MeasurementPeriodList", "measurementPeriodList"].compactMap { fields.body[$0] }
        guard let first = sent.first else { return nil }
        if sent.count == 2, sent[0] != sent[1] {
            fields.refuse("MeasurementPeriodList and measurementPeriodList are one field, and differ")
        }
        // One client writes none as an object.
        guard !first.isEmpty else { return [] }
        guard let list = first.list, list.count <= 1000, list.allSatisfy({ $0["instrument"]?.text != nil }) else {
            fields.refuse("MeasurementPeriodList must be a list of objects with instrument, start and end, 1000 at most")
            return nil
        }
        return list.enumerated().map { number, period in
            var object = (period.object ?? [:]).filter { $0.value != .null }
            for member in object.members where !["instrument", "start", "end", "comment", "_id"].contains(member.key) {
                fields.refuse(
                    "MeasurementPeriodList, entry \(number): property \(member.key.prefix(100).printable) should not exist")
            }
            for name in ["start", "end"] {
                guard let text = object[name]?.text else {
                    fields.refuse("MeasurementPeriodList, entry \(number): \(name) should not be empty")
                    continue
                }
                do throws(SciCatRefusal) {
                    object[name] = .string(
                        try PostedTime.read(text, "MeasurementPeriodList, entry \(number): \(name)", zone).milliseconds)
                } catch {
                    for message in error.messages { fields.refuse(message) }
                }
            }
            object["comment"] = .string(object["comment"]?.text ?? "")
            return .object(object.filter { $0.key != "_id" })
        }
    }
}
