/// What is wrong with an ingest now, by its kind: each is said and taken back by itself, and the most urgent is what the status shows.
struct IngestProblems: Sendable {
    /// The most urgent first.
    enum Kind: CaseIterable, Sendable {
        /// The disk failed under the run; until a run is armed again.
        case writing
        /// A series got no run; until one does.
        case noRun
        /// The stream is of another protocol than the one that was asked for; until a run is armed.
        case otherProtocol
        /// A run could not be sealed.
        case unsealed
        /// The disk failed under a closed run's last frames while the next was recorded, which it need not fail under.
        case writingBefore
        case connection
        case stall
        case sharedStream
        /// Late frames of a closed series got no run.
        case noLateRun
    }

    private var sentences: [Kind: String] = [:]

    subscript(kind: Kind) -> String? {
        get { sentences[kind] }
        set { sentences[kind] = newValue }
    }

    var mostUrgent: String? { Kind.allCases.lazy.compactMap { sentences[$0] }.first }

    /// Whether the next frames would be lost.
    var preventsRecording: Bool { [Kind.writing, .noRun, .otherProtocol].contains { sentences[$0] != nil } }

    /// A run is armed: what was wrong with those before is no problem of now. The connection still may be.
    mutating func forgetRuns() { sentences = sentences.filter { $0.key == .connection } }
}
