import Identifiers
import RunCatalogue

extension Custodian {
    /// Says of some frames that they are to be kept or dropped. Nothing is deleted by it: who reduces the run asks for the marks.
    public func mark(_ pid: RunIdentifier, _ draft: MarkDraft, by actor: Actor) async throws(CatalogueError) -> FrameMark {
        let scope = try await requirePart(in: pid, actor, "Marking frames")
        return try await store.mark(pid, draft, scope: scope, by: acting(actor))
    }

    /// Takes a mark back, which is an event too.
    public func removeMark(_ number: Int64, of pid: RunIdentifier, by actor: Actor) async throws(CatalogueError) {
        let scope = try await requirePart(in: pid, actor, "Marking frames")
        try await store.removeMark(number, of: pid, scope: scope, by: acting(actor))
    }

    /// Puts a small document beside a run; it is read by whoever reads the run.
    public func attach(
        _ attachment: Attachment, to pid: RunIdentifier, by actor: Actor
    ) async throws(CatalogueError) -> ListedAttachment {
        let scope = try await requirePart(in: pid, actor, "Attaching documents")
        return try await store.attach(attachment, to: pid, scope: scope, by: acting(actor))
    }

    public func removeAttachment(_ name: String, of pid: RunIdentifier, by actor: Actor) async throws(CatalogueError) {
        let scope = try await requirePart(in: pid, actor, "Attaching documents")
        try await store.removeAttachment(name, of: pid, scope: scope, by: acting(actor))
    }
}
