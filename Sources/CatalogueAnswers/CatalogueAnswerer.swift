import CatalogueQuestions
import Custody
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel

// CatalogueAnswers: each question has one function that answers it, whoever asks: a command on the catalogue's file, or a client of a server. What may
// be told, Custody decides; here it is put into fields for programs and lines for people.

/// A catalogue that answers in somebody's name.
public struct CatalogueAnswerer: CatalogueAsking {
    let custodian: Custodian
    let reader: Reader
    /// Whether who asks has the catalogue's file: then it is enough to name a second person; else that person's token is needed too.
    let isAtTheFile: Bool
    /// Nil: nobody outside is told anything from here.
    let means: DeliveryMeans?

    /// - Parameter isAtTheFile: whether who asks has the catalogue's file.
    public init(_ custodian: Custodian, as reader: Reader, isAtTheFile: Bool = false, means: DeliveryMeans? = nil) {
        self.custodian = custodian
        self.reader = reader
        self.isAtTheFile = isAtTheFile
        self.means = means
    }

    public func ask(
        _ question: CatalogueQuestion, progress: @escaping @Sendable (AnswerProgress) -> Void
    ) async throws -> CatalogueAnswer {
        try question.check()
        guard question.record != nil || !question.route.parts.contains(.record) else {
            throw CatalogueError(.badRequest, "What is this about?", expected: "an identifier")
        }
        switch question.name {
        case .search: return try await search(question)
        case .facets: return try await facets(question)
        case .completions: return try await completions(question)
        case .show: return try await show(question)
        case .files: return try await files(question)
        case .citation: return try await citation(question)
        case .history: return try await history(question)
        case .handOver: return try await handOver(question)
        case .reserve: return try await reserve(question)
        case .reservations: return try await reservations()
        case .lease: return try await lease(question)
        case .releaseLease: return try await releaseLease(question)
        case .mint: return try await mint(question)
        case .registration: return try await registration(question)
        case .marks, .mark, .removeMark: return try await marks(question)
        case .relations, .relate, .removeRelation: return try await relations(question)
        case .attachments, .attach, .attachment, .removeAttachment: return try await attachments(question)
        case .copies, .copiedFiles, .addCopies, .forgetCopies: return try await copies(question)
        case .collections, .collection, .collect, .changeCollection: return try await collections(question)
        case .embargo: return try await embargo(question)
        case .requestExtension, .decide, .object, .openEarly, .hold, .lift, .passRights, .purge:
            return try await decision(question)
        case .withdraw: return try await withdraw(question)
        case .share, .endShare: return try await share(question)
        case .correctEnd: return try await correctEnd(question)
        case .calendar: return try await calendar()
        case .clock: return try await clock()
        case .retention: return try await retention()
        case .sessions, .openSession, .closeSession: return try await sessions(question)
        case .proposals, .importProposals: return try await proposals(question)
        case .proposalHistory, .accountHistory: return try await otherHistory(question)
        case .samples, .sample, .importSamples: return try await samples(question)
        case .instruments, .instrument, .importInstrument: return try await instruments(question)
        case .plans, .plan, .importPlan: return try await plans(question)
        case .check, .sweep, .recompute, .acceptClock, .checkpoint, .backUp, .outbox, .retryOutbox, .deliver, .drift,
            .readCitations, .verifyCopies, .importSciCat:
            return try await upkeep(question, progress)
        }
    }

    // MARK: Who, and of what

    /// For logs: by number, as histories name persons.
    package var asker: String {
        switch reader {
        case .custodian: Actor.custodian.identifier
        case .account(let account): Actor.account(account).identifier
        case .anonymous, .link: "nobody who is known"
        }
    }

    var actor: Actor {
        get throws(CatalogueError) {
            switch reader {
            case .custodian: return .custodian
            case .account(let account): return .account(account)
            case .anonymous, .link:
                throw CatalogueError(.clockRefuses, "Who is not named decides nothing", got: "anonymous", expected: "an account")
            }
        }
    }

    func scope() async throws(CatalogueError) -> ReaderScope { try await custodian.scope(of: reader) }

    func run(_ question: CatalogueQuestion) async throws(CatalogueError) -> RunIdentifier {
        try await custodian.run(question.record ?? "", for: reader)
    }

    func subject(_ question: CatalogueQuestion) async throws(CatalogueError) -> Subject {
        try await custodian.subject(question.record ?? "", for: reader)
    }

    /// Who may not know of it is told what is told of an unknown one.
    func owner(_ question: CatalogueQuestion) async throws(CatalogueError) -> ClockOwner {
        try await custodian.clockOwner(of: subject(question), for: reader)
    }

    /// As other programs ask.
    var client: CustodianClient {
        CustodianClient(custodian, as: reader) { folder in
            throw CatalogueError(.badRequest, "A run is handed over by what it says of itself", at: folder)
        }
    }

    var zone: TimeZone {
        get throws(CatalogueError) {
            guard let zone = TimeZone(identifier: custodian.rules.zone.identifier) else {
                throw CatalogueError(.badRequest, "The facility's zone is not known", got: custodian.rules.zone.identifier)
            }
            return zone
        }
    }

    /// The collection that a text names; nil for what is none, and for one that this reader may not know of.
    func collection(_ text: String) async throws(CatalogueError) -> RunCollection? {
        guard let pid = try? PersistentIdentifier(text) else { return nil }
        let scope = try await scope()
        do throws(CatalogueError) {
            return try await custodian.store.collection(pid, scope: scope)
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }
}

extension CatalogueQuestion {
    /// The text of an argument that `check` has found to be there.
    func needed(_ name: String) -> String { text(name) ?? "" }

    /// A number as a count; one that no count can be is refused by whoever takes it.
    func count(_ name: String) -> Int? { whole(name).map { Int(clamping: $0) } }

    /// One of some words.
    func word<Word: RawRepresentable<String> & CaseIterable>(_ name: String, _ type: Word.Type) throws(CatalogueError) -> Word? {
        guard let text = text(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw CatalogueError(
                .badRequest, "\(name) is none of the words that are known", got: "'\(text.prefix(80).printable)'",
                expected: Word.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return word
    }
}
