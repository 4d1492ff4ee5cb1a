import CatalogueQuestions
import Custody
import Diagnostics
import EmbargoClock
import JSON
import RunCatalogue
import RunModel

/// What answers a request or an objection.
package enum DecisionAnswer: String, CaseIterable, Sendable { case granted, refused, upheld, overruled }

extension CatalogueAnswerer {
    private typealias Event = @Sendable (RecordUnderCare) throws(CatalogueError) -> EmbargoEvent

    /// Decisions: what is to be entered, from the record as it is when it is entered.
    func decision(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let reason = question.text("reason") ?? ""
        switch question.name {
        case .requestExtension: return try await request(question, reason)
        case .decide:
            guard let answer = try question.word("answer", DecisionAnswer.self) else {
                return try await decide(question, "decided")
            }
            return try await decide(question, answer.rawValue) { _ throws(CatalogueError) in
                switch answer {
                case .granted: .extensionGranted
                case .refused: .extensionRefused(reason: reason)
                case .upheld: .objectionUpheld(reason: reason)
                case .overruled: .objectionOverruled(reason: reason)
                }
            }
        case .object:
            return try await decide(question, "objected") { _ throws(CatalogueError) in .objectionRaised(reason: reason) }
        case .openEarly:
            let licence = question.needed("licence")
            return try await decide(question, "asked") { _ throws(CatalogueError) in .earlyReleaseAsked(licence: licence) }
        case .hold: return try await hold(question, reason)
        case .lift: return try await lift(question, reason)
        case .passRights:
            guard let word = try question.word("to", RightsWord.self) else { return try await decide(question, "passed") }
            return try await decide(question, "passed") { _ throws(CatalogueError) in
                .rightsPassed(to: word.holder, reason: reason)
            }
        case .purge: return try await purge(question, reason)
        default: return try await decide(question, "decided")
        }
    }

    private func request(_ question: CatalogueQuestion, _ reason: String) async throws -> CatalogueAnswer {
        let isWithdrawn = question.isSet("withdraw")
        var votes: (inFavour: Int, of: Int)?
        if let text = question.text("votes") {
            let numbers = text.split(separator: "/").compactMap { Int($0) }
            guard numbers.count == 2, numbers[0] >= 0, numbers[1] >= numbers[0] else {
                throw CatalogueError(
                    .badRequest, "Not a vote", got: "'\(text.prefix(40).printable)'", expected: "in favour, of how many: 3/5")
            }
            votes = (numbers[0], numbers[1])
        }
        return try await decide(question, isWithdrawn ? "withdrawn" : "requested", votes: votes) { care throws(CatalogueError) in
            isWithdrawn
                ? .extensionWithdrawn(reason: reason)
                : .extensionAsked(reason: reason, proposal: care.proposal == nil ? .absent : .found)
        }
    }

    private func hold(_ question: CatalogueQuestion, _ reason: String) async throws -> CatalogueAnswer {
        let kind = HoldKind(rawValue: (try question.word("kind", HoldGround.self) ?? .legal).rawValue) ?? .legal
        let review = question.needed("review")
        let (reviewed, isPurgeOnly) = (question.count("review_of"), question.isSet("purge_only"))
        return try await decide(question, "held") { _ throws(CatalogueError) in
            let review = try Self.day(review)
            if let reviewed { return .holdReviewed(hold: reviewed, reason: reason, reviewOn: review) }
            return isPurgeOnly
                ? .purgeHoldSet(kind, reason: reason, reviewOn: review) : .holdSet(kind, reason: reason, reviewOn: review)
        }
    }

    private func lift(_ question: CatalogueQuestion, _ reason: String) async throws -> CatalogueAnswer {
        // Which holds stand is told to who may read the decisions.
        let (care, seesDecisions) = try await custodian.care(of: subject(question), for: reader)
        guard seesDecisions else {
            throw CatalogueError(.forbidden, "What was decided is for the team and the facility", at: "\(care.owner)")
        }
        let named = question.count("hold")
        return try await decide(question, "lifted") { care throws(CatalogueError) in
            let holds = care.record.holds
            guard let hold = named ?? (holds.count == 1 ? holds[0] : nil) else {
                throw CatalogueError(
                    .badRequest, holds.isEmpty ? "No hold stands" : "Several holds stand", at: "\(care.owner)",
                    got: holds.map { "entry \($0)" }.joined(separator: ", "), expected: "--hold ENTRY")
            }
            return .holdLifted(hold: hold, reason: reason)
        }
    }

    private func purge(_ question: CatalogueQuestion, _ reason: String) async throws -> CatalogueAnswer {
        guard let step = try question.word("step", PurgeStep.self) else { return try await decide(question, "purge") }
        let decision = try await custodian.purge(
            owner(question), step, reason: reason, citations: question.texts("citations"), by: actor)
        return decision.answer("purge-\(step.rawValue)", custodian.rules)
    }

    private func decide(
        _ question: CatalogueQuestion, _ word: String, votes: (inFavour: Int, of: Int)? = nil, _ event: @escaping Event
    ) async throws -> CatalogueAnswer {
        let owner = try await owner(question)
        return try await custodian.decide(owner, by: actor, votes: votes, event).answer(word, custodian.rules)
    }

    /// A question without what it decides, which `check` has let through: none.
    private func decide(_ question: CatalogueQuestion, _ word: String) async throws -> CatalogueAnswer {
        throw CatalogueError(.badRequest, "What is to be decided?", at: question.name.rawValue)
    }

    /// A curator and a director, two persons. Who has the file names the second one; over a network that person shows a token.
    func withdraw(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let owner = try await owner(question)
        let actor = try actor
        let name = question.needed("confirmed_by")
        let second: Account
        if isAtTheFile {
            second = try await custodian.store.account(name, tenant: custodian.rules.tenant)
        } else {
            let refusal = CatalogueError(
                .forbidden, "The second person has to confirm this by a token of their own",
                remedy: "The second person signs in here too: faisceau login URL --account NAME")
            guard let token = question.text("confirmed_by_token"), let (account, known) = try await custodian.holder(of: token),
                account.name == name, known.scopes.contains(TokenScope.decide.rawValue)
            else { throw refusal }
            second = account
        }
        return try await custodian.withdraw(
            owner, reason: question.needed("reason"), by: actor, confirmedBy: .account(second)
        ).answer("withdrawn", custodian.rules)
    }

    func share(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let owner = try await owner(question)
        let actor = try actor
        var lines = AnswerLines()
        if question.name == .endShare {
            let number = question.whole("share") ?? 0
            try await custodian.endShare(number, of: owner, by: actor)
            lines.data("\(owner): share \(number) is ended")
            return lines.answer("share-ended", ["share": .integer(number)])
        }
        let account = question.text("with")
        guard (account == nil) == question.isSet("link") else {
            throw CatalogueError(.badRequest, "Shared with whom?", expected: "either an account, or by a link")
        }
        let end = try Timestamp(question.needed("until"))
        guard let account else {
            let secret = try await custodian.shareByLink(owner, until: end, by: actor)
            let pid = try await subject(question).pid
            let address = pid.flatMap { custodian.rules.page(of: $0, link: secret) }
            lines.data(address ?? secret.text)
            return lines.answer(
                "shared",
                [
                    "link": .string(secret.text), "pid": JSONValue(pid), "address": JSONValue(address),
                    "until": .string("\(end)"), "clock": .string("\(owner)"),
                ])
        }
        let person = try await custodian.store.account(account, tenant: custodian.rules.tenant)
        try await custodian.share(owner, with: person, until: end, by: actor)
        lines.data("\(owner): shared with \(account) until \(end)")
        return lines.answer("shared", ["with": .string(account), "until": .string("\(end)"), "clock": .string("\(owner)")])
    }

    private static func day(_ text: String) throws(CatalogueError) -> LocalDate {
        do { return try LocalDate(text) } catch {
            throw CatalogueError(
                .badRequest, error.what, at: "date", got: error.got ?? "'\(text.prefix(40).printable)'", expected: error.expected)
        }
    }
}

extension Decision {
    /// What a decision came to, for people and for scripts.
    func answer(_ event: String, _ rules: FacilityRules) -> CatalogueAnswer {
        let words = EmbargoWords(status, rules: rules)
        var lines = AnswerLines()
        lines.data("\(owner): \(words.summary)")
        return lines.answer(
            event,
            [
                "clock": .string("\(owner)"), "state": .string(words.state), "opens": JSONValue(words.opens),
                "retention": .string(words.retention), "entry": .integer(Int64(record.entries.count - 1)),
            ])
    }
}
