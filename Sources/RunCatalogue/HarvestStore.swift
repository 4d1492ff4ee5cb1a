/// The part of the store that keeps what harvesters are offered: every public record with a datestamp, and a row for each that was taken back.
///
/// A datestamp is given when a change is offered, in the transaction that offers it, and never lies before one that was given earlier. So whoever
/// harvested at a time gets all that was offered later by asking from that time on, however long a writer held its transaction and whatever its
/// clock said. Offering moves a datestamp only if what everyone may read has changed: what a team does among itself is not seen in it.
public protocol HarvestStore: Sendable {
    /// Offers what has changed since the last time, in parts: a change by a writer, or by time alone.
    /// - Parameters:
    ///   - now: trusted time, UTC seconds.
    ///   - limit: as many records at most in this transaction, so that others can write.
    /// - Returns: false while there is more.
    func offer(now: Int64, limit: Int) async throws(CatalogueError) -> Bool

    /// One page of what is offered, the earliest datestamp first; of one snapshot.
    /// - Parameter scope: whose trusted time decides what is open. Whoever may read more than everyone reads no more here.
    /// - Returns: nil while something that has changed is not offered yet.
    func harvest(_ question: HarvestQuestion, scope: ReaderScope) async throws(CatalogueError) -> HarvestPage?

    /// The sets that have a record.
    func harvestSets(tenant: String) async throws(CatalogueError) -> [HarvestSet]

    /// The secret by which answers to harvesters are signed; the drawn one if there was none. Of two who draw at once, both get one.
    func harvestSecret(orDrawn drawn: String) async throws(CatalogueError) -> String
}
