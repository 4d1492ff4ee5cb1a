import RunModel

/// A file or a value of a run as it stands in the database, which is what digests are taken of: words are not yet interpreted, so a word
/// that this version does not know is digested as it was written.
struct StoredValue {
    let key: String
    let dimension: String
    let number: Double?
    let unit: String?
    let siValue: Double?
    let text: String?
}

/// What of a run is digested as its content; the same for one that is handed over and for one that is read back.
struct RunContent {
    let pid: String
    let kind: String
    let name: String
    let title: String?
    let verdict: String
    let origin: RunOrigin
    let startedAt: Int64
    let endedAt: Int64?
    let folder: String?
    let keywords: String
    let fileCount: Int64
    let byteCount: Int64

    /// Begins the digest; files follow in their order, then values sorted by key.
    func begin() -> CanonicalBytes {
        var bytes = CanonicalBytes("faisceau.run-content.1")
        bytes.add(pid)
        bytes.add(kind)
        bytes.add(name)
        bytes.add(title)
        bytes.add(verdict)
        for part in [origin.team, origin.instrument, origin.proposal, origin.session, origin.sample, origin.technique] {
            bytes.add(part)
        }
        bytes.add(startedAt)
        bytes.add(endedAt)
        bytes.add(folder)
        bytes.add(keywords)
        bytes.add(fileCount)
        bytes.add(byteCount)
        return bytes
    }
}

extension CanonicalBytes {
    /// - Parameter changed: nothing is added where it is not told, so that what was stored before it was has the digest that it had: what follows begins
    ///   with a text.
    mutating func add(file path: String, role: String, bytes: Int64, digest: String?, changed: Int64?) {
        add(path)
        add(role)
        add(bytes)
        add(digest)
        if let changed { add(changed) }
    }

    mutating func add(_ value: StoredValue) {
        add(value.key)
        add(value.dimension)
        add(value.number)
        add(value.unit)
        add(value.siValue)
        add(value.text)
    }
}

/// The state of a run after an event: its content and where its clocks stand.
func stateDigest(content: RecordDigest, access: RunAccess, opened: Bool) -> RecordDigest {
    var bytes = CanonicalBytes("faisceau.run-state.1")
    bytes.add(content.bytes)
    bytes.add(Int64(access.state.rawValue))
    bytes.add(access.opensAt)
    bytes.add(access.closedUntil)
    bytes.add(Int64(access.readers.rawValue))
    bytes.add(access.isListed ? 1 : 0 as Int64)
    bytes.add(access.clock)
    bytes.add(opened ? 1 : 0 as Int64)
    return bytes.finish()
}

/// One link of a history, digested with the record it belongs to: a link cannot be moved to another record.
func linkDigest(
    record: String, number: Int64, _ draft: EventDraft, state: RecordDigest, previous: RecordDigest?
) -> RecordDigest {
    var bytes = CanonicalBytes("faisceau.event.1")
    bytes.add(record)
    bytes.add(number)
    bytes.add(draft.action)
    bytes.add(draft.at.unixNanoseconds)
    bytes.add(draft.person)
    bytes.add(draft.detail)
    bytes.add(state.bytes)
    bytes.add(previous?.bytes ?? [])
    return bytes.finish()
}

/// One entry of a chain of decisions, digested with whose clocks they are and with the entry before it.
func entryDigest(owner: String, number: Int64, entry: String, previous: RecordDigest?) -> RecordDigest {
    var bytes = CanonicalBytes("faisceau.clock-entry.1")
    bytes.add(owner)
    bytes.add(number)
    bytes.add(entry)
    bytes.add(previous?.bytes ?? [])
    return bytes.finish()
}
