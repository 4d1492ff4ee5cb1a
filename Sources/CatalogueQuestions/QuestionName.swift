/// Everything that may be asked; the names are those of operations in schemas/openapi.yaml.
public enum QuestionName: String, Sendable, Hashable, CaseIterable {
    // Runs: found, read, handed over.
    case search, facets, completions, show, files, citation, history, handOver
    case reserve, reservations, lease, releaseLease
    case mint, registration

    // What stands beside a run.
    case marks, mark, removeMark
    case relations, relate, removeRelation
    case attachments, attach, attachment, removeAttachment
    case copies, copiedFiles, addCopies, forgetCopies
    case collections, collection, collect, changeCollection

    // The two clocks.
    case embargo, requestExtension, decide, object, openEarly, hold, lift, passRights, withdraw, share, endShare
    case correctEnd
    case calendar, clock, retention, purge

    // Proposals and what they have.
    case sessions, openSession, closeSession
    case proposals, importProposals, proposalHistory, accountHistory
    case samples, sample, importSamples
    case instruments, instrument, importInstrument
    case plans, plan, importPlan

    // What its custodian does with a catalogue as a whole.
    case check, sweep, recompute, acceptClock, checkpoint, backUp
    case outbox, retryOutbox, deliver, drift, readCitations, verifyCopies, importSciCat
}
