import ChunkFile
import Diagnostics
import Digests
import Synchronization

/// Writes what comes behind what is there, and digests all of it on the way: a file is read again only where an earlier call left a part.
final class PartWriter: Sendable {
    /// The digest that the list names, as it grows.
    private struct State: ~Copyable {
        var done: Int64 = 0
        /// Under which the server gave it out.
        var tag: String?
        var sha256 = SHA256()
        let xxh3 = ChunkDigest.Stream()
    }

    let file: ListedFile
    private let part: PartFile
    private let kind: Substring?
    private let lock = Mutex<Void>(())
    /// Behind the lock.
    private nonisolated(unsafe) var state = State()

    init(_ file: ListedFile, _ part: PartFile) {
        self.file = file
        self.part = part
        kind = file.digest?.prefix { $0 != ":" }
    }

    var done: Int64 { lock.withLock { _ in state.done } }
    var tag: String? {
        get { lock.withLock { _ in state.tag } }
        set { lock.withLock { _ in state.tag = newValue } }
    }
    /// Whether there is a digest to compare, of a kind that is known here.
    var isVerifiable: Bool { kind == "sha256" || kind == "xxh3_128" }

    private func digest(_ bytes: UnsafeRawBufferPointer) {
        switch kind {
        case "sha256": state.sha256.add(bytes)
        case "xxh3_128": state.xxh3.update(bytes)
        default: break
        }
    }

    /// Goes on behind what an earlier call left, if that can be known to be of this very file.
    func takeUp() throws(FetchError) {
        guard part.bytes > 0 else { return }
        guard isVerifiable, part.bytes <= file.bytes else { return try restart() }
        do {
            try lock.withLock { _ in
                try part.read(first: part.bytes) { digest($0) }
                state.done = part.bytes
            }
        } catch let error as FetchError { throw error } catch {
            throw FetchError(.storage, "A file cannot be read", cause: error)
        }
    }

    func restart() throws(FetchError) {
        try part.truncate(to: 0)
        lock.withLock { _ in state = State() }
    }

    /// - Throws: `notAsListed` for more than the list says.
    func add(_ bytes: UnsafeRawBufferPointer) throws {
        try lock.withLock { _ in
            guard Int64(bytes.count) <= file.bytes - state.done else {
                throw FetchError(
                    .notAsListed, "More bytes come than the list says", at: part.shown, expected: "\(file.bytes) bytes")
            }
            try part.write(bytes, at: state.done)
            digest(bytes)
            state.done += Int64(bytes.count)
        }
    }

    /// - Returns: whether all of it is what the list says; nil where the list says nothing that can be compared.
    func verified() -> Bool? {
        guard isVerifiable else { return nil }
        let found = lock.withLock { _ -> String in
            if kind == "xxh3_128" { return "xxh3_128:\(state.xxh3.digest)" }
            return "sha256:\(state.sha256.finish())"
        }
        return found == file.digest
    }
}
