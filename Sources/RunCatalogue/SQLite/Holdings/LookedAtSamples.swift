import Diagnostics
import GRDB
import Identifiers

/// Samples that a run looked at and does not come from: targets of `References`, each the IGSN of a sample of the catalogue or of one elsewhere.
enum LookedAtSamples {
    /// Of a row of `stated_relation`, `?1` its run: whether everyone may know of the sample. Of one of the catalogue that is so where everyone may
    /// know of one of its runs, as its own page has it; one elsewhere is no secret of ours.
    ///
    /// What became the run's own sample later is told as that.
    static let isTold = """
        NOT EXISTS (SELECT 1 FROM sample INDEXED BY sample_by_igsn
            WHERE sample.tenant = (SELECT tenant FROM run WHERE id = ?1) AND sample.igsn = target
                AND (sample.id IS (SELECT sample FROM run WHERE id = ?1)
                    OR NOT EXISTS (SELECT 1 FROM run AS other WHERE other.sample = sample.id AND other.listed = 1)))
        """

    /// - Throws: `badRequest` for the run's own sample.
    static func check(_ target: String, of run: Int64, _ pid: RunIdentifier, _ db: Database) throws {
        let own = try String.fetchOne(
            db.cachedStatement(sql: "SELECT igsn FROM sample WHERE id = (SELECT sample FROM run WHERE id = ?)"), arguments: [run])
        guard own?.lowercased() != target.lowercased() else {
            throw CatalogueError(
                .badRequest, "This is the run's own sample, and its record says that it comes from it", at: "\(pid)", got: target,
                expected: "a sample that was only looked at")
        }
    }

    /// Whether a reader may know of a sample: any that the catalogue has not is somebody else's.
    static func known(to scope: ReaderScope, _ db: Database) -> (String) throws -> Bool {
        { igsn in
            let found = try SampleRows.fetch("sample.igsn = ?", [igsn], scope, limit: 1, db).first
            return found?.sight != .nothing
        }
    }
}
