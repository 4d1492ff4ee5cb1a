/// What is to be said before the next message that is kept, where it would have come.
struct PendingNotices {
    /// Images that were thrown away since the last message that was kept.
    var drops = DropLog()
    /// The suspicion that the newest image raised.
    var suspicion: SharedStream?

    var isEmpty: Bool { drops.isEmpty && suspicion == nil }

    /// All of it, which is then said.
    mutating func take() -> [IngestNotice] {
        guard !isEmpty else { return [] }
        defer { suspicion = nil }
        return drops.take().map { .dropped($0) } + (suspicion.map { [.sharedStream($0)] } ?? [])
    }
}
