import Identifiers
import Minting
import TestSupport

/// What the catalogue's outbox does with orders, as far as these tests need it: texts, due times, one identifier's orders in turn, and a
/// clock that the test moves. It survives a restart because it is a value of texts and numbers.
struct Outbox {
    struct Row {
        let text: String
        let pid: Handle
        var failures = 0
        /// Seconds of the test's clock; nil waits for a person.
        var due: Int? = 0
    }
    var rows: [Row] = []
    var now = 0

    mutating func add(_ order: MintingOrder) throws { rows.append(Row(text: order.json(), pid: order.pid, due: now)) }

    /// Carries out what is due, once each; gives the errors.
    mutating func deliver(to registry: some IdentifierRegistry, using generator: inout SeededGenerator) async throws
        -> [MintingError]
    {
        var errors: [MintingError] = []
        var blocked: Set<Handle> = []
        var kept: [Row] = []
        for var row in rows {
            if blocked.contains(row.pid) || row.due.map({ $0 > now }) ?? true {
                blocked.insert(row.pid)
                kept.append(row)
                continue
            }
            let order = try MintingOrder(json: row.text)
            do { try await order.carryOut(on: registry) } catch {
                errors.append(error)
                row.failures += 1
                switch RetryPlan.standard.step(after: error, failures: row.failures, using: &generator) {
                case .again(let wait): row.due = now + Int(wait.components.seconds)
                case .forAPerson: row.due = nil
                }
                blocked.insert(row.pid)
                kept.append(row)
            }
        }
        rows = kept
        return errors
    }

    /// To the moment at which something is due again; false when nothing ever is.
    mutating func moveClock() -> Bool {
        var seen: Set<Handle> = []
        // Only the first order of an identifier can be due.
        let heads = rows.filter { seen.insert($0.pid).inserted }
        guard let next = heads.compactMap(\.due).min() else { return false }
        now = max(now, next)
        return true
    }
}
