import Diagnostics
import Foundation
import GRDB
import Identifiers

/// What the first link of a result's history says beside what happened: which clocks it follows, and from which runs it was made. Neither can be
/// changed afterwards without breaking the chain.
struct FirstLink: Codable, Equatable {
    /// Sorted; nil for none, and in catalogues that did not keep it yet.
    let follows: [String]?
    let inputs: [String]?

    init(following owners: [ClockOwner], inputs: [RunIdentifier]) {
        follows = owners.isEmpty ? nil : owners.map { "\($0)" }.sorted()
        self.inputs = inputs.isEmpty ? nil : inputs.map { "\($0)" }.sorted()
    }

    /// nil for a run that follows nothing and was made from none.
    func detail() throws -> String? {
        guard self != FirstLink(following: [], inputs: []) else { return nil }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// - Parameter first: the first link as it was written; what it says of other things is no concern of this.
    private init(_ first: EventDraft?) {
        guard let detail = first?.detail, detail.hasPrefix("{\"follows\":") || detail.hasPrefix("{\"inputs\":"),
            let read = try? JSONDecoder().decode(FirstLink.self, from: Data(detail.utf8))
        else {
            (follows, inputs) = (nil, nil)
            return
        }
        self = read
    }

    /// Compares what a run follows, and from what it was made, with what its first link and its values say.
    static func check(_ run: Int64, against first: EventDraft?, _ db: Database) throws -> (clocks: Bool, inputs: Bool) {
        let said = FirstLink(first)
        let found = FirstLink(following: try FollowedClocks.owners(of: run, db), inputs: [])
        let named = Set(try DerivationRows.named(by: run, db).map { "\($0)" })
        let inputs = Set(try DerivationRows.inputs(of: run, db))
        return (said.follows == found.follows, inputs == named.union(said.inputs ?? []))
    }
}
