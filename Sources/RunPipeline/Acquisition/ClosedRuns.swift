import DetectorWire

/// What must be kept of a closed series so that its late frames can have a run: the header and whose sibling it will be.
struct ClosedRuns {
    struct Entry {
        let header: SeriesHeader
        let folder: RunFolder
    }

    private var entries: [SeriesRules.Key: Entry] = [:]

    subscript(key: SeriesRules.Key) -> Entry? { entries[key] }

    /// Adds a run and forgets those that the rules have forgotten. Masks and flat fields, up to 128 MB a series, stay with the newest only.
    mutating func remember(_ key: SeriesRules.Key, _ entry: Entry, still remembers: (SeriesRules.Key) -> Bool) {
        entries = entries.filter { remembers($0.key) }.mapValues { Entry(header: $0.header.withoutArrays, folder: $0.folder) }
        entries[key] = entry
    }
}
