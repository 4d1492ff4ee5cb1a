import Identifiers

/// What the pipeline, batch and scientists' commands ask of the catalogue, wherever that is: a file whose owner we are, or (later) a server that
/// takes our token. So none of them needs the catalogue's code, and a job on a cluster asks as the custodian does.
///
/// A client acts in one name: the account of its token, or the custodian. Texts that name a run or a session (`record`) are identifiers in any
/// spelling, `PROPOSAL/SESSION`, or a name that the run has elsewhere.
///
/// Every error is `Diagnosed`; `isRetryable` where a later call may succeed with nothing changed. What the asker may not know of is not found,
/// in the words of what does not exist.
public protocol CatalogueClient: Sendable {
    /// Hands a sealed run over. The same run again changes nothing.
    ///
    /// - Parameter folder: absolute.
    func handOver(runAt folder: String) async throws -> CatalogueReceipt

    /// An identifier for a run about to be armed, which nobody else is given. Runs draw their own, offline, by default: this is for who wants to
    /// know it before, and has a catalogue that answers.
    ///
    /// - Parameters:
    ///   - holder: who will record the run: a host, an instrument.
    ///   - hours: for how long the run is waited for, 1 to 8760. A run that comes later is taken all the same.
    func reserve(for holder: String, hours: Int) async throws -> ReservedIdentifier

    /// Identifiers that wait for their runs, the earliest first.
    func reservations() async throws -> [ReservedIdentifier]

    /// Where a run lies, for a job that reads it there: until the lease ends the run is neither purged nor moved. The same holder may take it
    /// again, which renews it.
    ///
    /// - Parameter hours: 1 to 720.
    func takeLease(on record: String, holder: String, hours: Int) async throws -> RunLease

    /// Gives a lease back before its end; one that is not held is none to give back, and no error.
    func releaseLease(on record: String, holder: String) async throws

    /// Finds runs by fields, ranges and words.
    ///
    /// - Parameters:
    ///   - question: `technique:SAXS energy:8..12keV sample:lysozyme`; empty for every run.
    ///   - cursor: `next` of the page before; nil for the first one.
    ///   - limit: runs on a page, 1 to 1000.
    func search(_ question: String, after cursor: String?, limit: Int) async throws -> FoundRuns

    /// Shares a run or its session, read-only, until a time within a year.
    func share(_ record: String, with holder: ShareWith, until: Timestamp) async throws -> ShareReceipt

    /// Keeps data closed until the hold is lifted.
    ///
    /// - Parameter review: the day on which it is looked at again, `2027-01-01`.
    func hold(_ record: String, on ground: HoldGround, reason: String, review: String) async throws -> ClockReceipt

    /// Lifts a hold: what is due opens at once.
    ///
    /// - Parameter hold: the entry that set it; nil for the only one.
    func lift(_ record: String, hold: Int?, reason: String) async throws -> ClockReceipt
}

/// What the catalogue answers to a hand-over.
public struct CatalogueReceipt: Sendable, Hashable {
    public let pid: RunIdentifier
    /// False: the catalogue had this very run already.
    public let isNew: Bool
    /// In words: `collecting`, `embargoed`, …
    public let state: String
    /// The first open day by the rule, ISO; nil where there is none yet.
    public let opens: String?
    public let notes: [String]

    public init(pid: RunIdentifier, isNew: Bool, state: String, opens: String?, notes: [String]) {
        self.pid = pid
        self.isNew = isNew
        self.state = state
        self.opens = opens
        self.notes = notes
    }
}
