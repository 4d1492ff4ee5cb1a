import DetectorWire

/// What must be kept of a closed series so that its late frames can have a run: the header, the plan, and whose sibling it will be.
struct ClosedRuns {
    struct Entry {
        /// Of the run itself: whom it belongs to, `ctl next` included.
        let plan: IngestPlan
        let header: SeriesHeader
        let folder: RunFolder
    }

    private var entries: [SeriesRules.Key: Entry] = [:]

    subscript(key: SeriesRules.Key) -> Entry? { entries[key] }

    /// Adds a run and forgets those that the rules have forgotten. Masks and flat fields, up to 128 MB a series, stay with the newest only.
    mutating func remember(_ key: SeriesRules.Key, _ entry: Entry, still remembers: (SeriesRules.Key) -> Bool) {
        entries = entries.filter { remembers($0.key) }.mapValues {
            Entry(plan: $0.plan, header: $0.header.withoutArrays, folder: $0.folder)
        }
        entries[key] = entry
    }
}
