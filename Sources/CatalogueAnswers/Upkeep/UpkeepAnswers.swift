import CatalogueQuestions
import Custody
import Diagnostics
import EmbargoClock
import JSON
import RunCatalogue
import RunModel

// What its custodian does with a catalogue as a whole: asked at its file, or of a server by an account with that role. Nobody else is answered, and
// Custody decides who that is.

extension CatalogueAnswerer {
    typealias Progress = @Sendable (AnswerProgress) -> Void

    func upkeep(_ question: CatalogueQuestion, _ progress: @escaping Progress) async throws -> CatalogueAnswer {
        // At the file the staff of a beamline have its copies verified; over a network it is the server that reads for hours.
        if !isAtTheFile || question.name != .verifyCopies { try requireCustodian() }
        switch question.name {
        case .verifyCopies: return try await verifyCopies(question, progress)
        case .check: return try await check(question, progress)
        case .sweep: return try await sweep(progress)
        case .recompute: return try await recompute(question, progress)
        case .acceptClock: return try await acceptClock(question)
        case .checkpoint: return try await checkpoint(question)
        case .backUp: return try await backUp(question)
        case .outbox, .retryOutbox: return try await outbox(question)
        case .deliver: return try await deliver(progress)
        case .drift: return try await drift(mend: question.isSet("mend"), progress)
        case .readCitations: return try await readCitations(progress)
        case .importSciCat: return try await importSciCat(question, progress)
        default: throw CatalogueError(.badRequest, "This is no question of upkeep", got: question.name.rawValue)
        }
    }

    /// At the file whoever has it may act as a curator, and knows all of it anyway.
    /// - Throws: `forbidden`, in words that tell nobody's name but the asker's.
    package func requireCustodian() throws(CatalogueError) {
        let what = "Looking after the whole catalogue"
        if isAtTheFile { try custodian.requireCustody(actor, what) } else { try custodian.requireCustodian(actor, what) }
    }

    /// Opens what is due; with a key of the facility's a checkpoint is signed, one a day.
    private func sweep(_ progress: @escaping Progress) async throws -> CatalogueAnswer {
        let report = try await custodian.sweep { progress(AnswerProgress(done: $0)) }
        var lines = AnswerLines()
        if let doubt = report.time.doubt {
            lines.warning("The clock cannot be trusted (\(doubt)): nothing opens. See faisceau embargo clock")
        }
        for name in report.closed { lines.data("closed  \(name)") }
        for owner in report.opened.prefix(Self.mostNamed) { lines.data("opened  \(owner)") }
        for failure in report.failures.prefix(Self.mostNamed) { lines.warning("\(failure.owner): \(failure.error)") }
        let signed = try await custodian.signDay()
        if let signed, signed.isNew { lines.data("signed  \(signed.path)") }
        lines.data(
            "\(report.opened.count) opened, \(report.closed.count) sessions closed, \(report.told) to be told, "
                + "\(report.failures.count) failed")
        return lines.answer(
            "swept",
            [
                "opened": .integer(Int64(report.opened.count)), "closed": .integer(Int64(report.closed.count)),
                "told": .integer(Int64(report.told)), "failed": .integer(Int64(report.failures.count)),
                "trusted": .bool(report.time.doubt == nil),
                "shares_ended": .integer(Int64(report.sharesEnded)), "checkpoint": JSONValue(signed?.path),
            ], status: report.failures.isEmpty ? .done : .verificationFailed)
    }

    /// Counts every date anew; with a reason each record that goes by an earlier policy is brought to the facility's.
    private func recompute(_ question: CatalogueQuestion, _ progress: @escaping Progress) async throws -> CatalogueAnswer {
        let reason = question.text("policy_reason")
        let report = try await custodian.recompute(mend: question.isSet("mend"), policyReason: reason, by: actor) {
            progress(AnswerProgress(done: $0))
        }
        var lines = AnswerLines()
        for difference in report.differences {
            lines.data("\(difference.owner): \(difference.what)\(difference.isMended ? " (mended)" : "")")
        }
        let version = custodian.rules.policy.version
        for behind in report.behind.prefix(Self.mostNamed) { lines.data("\(behind.owner): \(Self.words(behind, to: version))") }
        lines.data("\(report.looked) records, \(report.differences.count) differences")
        if reason == nil, report.behindCount > 0 {
            lines.data("\(report.behindCount) go by an earlier policy; --apply-policy REASON brings them to '\(version)'")
        }
        let refused = reason != nil && report.refusedCount > 0
        return lines.answer(
            "recomputed",
            [
                "records": .integer(Int64(report.looked)),
                "differences": .array(
                    report.differences.map {
                        ["clock": .string("\($0.owner)"), "what": .string($0.what), "mended": .bool($0.isMended)]
                    }),
                "policy": .string(version),
                "behind_count": .integer(Int64(report.behindCount)), "behind": .array(report.behind.map(Self.fields)),
            ], status: report.differences.allSatisfy(\.isMended) && !refused ? .done : .verificationFailed)
    }

    private static func words(_ behind: RecomputeReport.Behind, to version: String) -> String {
        let before = behind.opens.map { "opens \($0)" } ?? "no day of opening yet"
        let counted = "policy '\(behind.version)', \(before)"
        if let refusal = behind.refusal { return "\(counted); not '\(version)': \(refusal)" }
        let after = behind.wouldOpen.map { "opens \($0)" } ?? "no day of opening yet"
        return "\(counted); '\(version)', \(after)\(behind.isApplied ? " (applied)" : "")"
    }

    private static func fields(_ behind: RecomputeReport.Behind) -> JSONValue {
        [
            "clock": .string("\(behind.owner)"), "policy": .string(behind.version),
            "opens": JSONValue(behind.opens.map { "\($0)" }),
            "would_open": JSONValue(behind.wouldOpen.map { "\($0)" }), "applied": .bool(behind.isApplied),
            "refused": JSONValue(behind.refusal),
        ]
    }

    /// Two clocks that were set apart show nearly the same, or one of them is wrong.
    private static let mostApart_s: Int64 = 60

    /// Somebody who has looked says that the clock is right: by a clock of their own.
    private func acceptClock(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let theirs = try Timestamp(question.needed("now"))
        let ours = custodian.time.wall
        let apart_s = abs(Instant(theirs).secondsSince1970 - ours.secondsSince1970)
        guard apart_s <= Self.mostApart_s else {
            throw CatalogueError(
                .clockRefuses, "The catalogue's clock is not the one that was looked at", at: "clock",
                got: "\(ours) there, \(theirs) where it was asked", expected: "at most \(Self.mostApart_s) s between them",
                remedy: "Set the clock that is wrong, and look again")
        }
        return Self.told(try await custodian.time.accept())
    }

    /// More are counted, and not named.
    static let mostNamed = 1000
}
