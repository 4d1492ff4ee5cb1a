import Diagnostics
import EmbargoClock
import Foundation
import RunCatalogue

/// The time that openings go by. It is remembered in the catalogue, so that a restart does not forget what was trusted.
public actor TrustedTimeKeeper {
    private let store: any ClockStore
    private let trust: ClockTrust
    private let clock: any ClockSource
    private var trusted: TrustedClock?
    private var stored: Instant?
    private static let setting = "trusted clock"
    /// A restart may forget this much of the time that was given out: time that runs back by it opens nothing again.
    private static let storedEvery: Int64 = 60_000

    init(store: any ClockStore, trust: ClockTrust, clock: any ClockSource) {
        self.store = store
        self.trust = trust
        self.clock = clock
    }

    /// Milliseconds since this machine started, for limits: they only go on, whatever somebody makes of the day.
    public nonisolated var elapsed_ms: Int64 { clock.reading().millisecondsSinceBoot }

    /// What this machine's calendar shows, trusted or not: for what others judge by theirs, as a certificate's end.
    public nonisolated var wall: Instant { clock.reading().wall }

    /// The trusted time now, and what is doubtful about it.
    public func now() async throws(CatalogueError) -> TrustedTime {
        var trusted = try await load()
        let reading = clock.reading()
        var time = trusted.time(at: reading)
        if time.doubt != nil, var theirs = try await read() {
            // Somebody may have said in another process that the clock is right.
            let theirTime = theirs.time(at: reading)
            if theirTime.doubt == nil { (trusted, time) = (theirs, theirTime) }
        }
        let isNew = stored.map { time.now.millisecondsSince1970 - $0.millisecondsSince1970 >= Self.storedEvery } ?? true
        self.trusted = trusted
        if isNew, time.doubt == nil { try await save(trusted, time.now) }
        return time
    }

    /// A time to decide by.
    /// - Throws: `clockRefuses` when the clock cannot be trusted: a decision dated wrongly would stay wrong.
    public func decisionTime() async throws(CatalogueError) -> Instant {
        let time = try await now()
        guard let doubt = time.doubt else { return time.now }
        throw CatalogueError(
            .clockRefuses, "The clock of this machine cannot be trusted", got: "\(doubt)",
            expected: "a time service that says the clock is synchronised",
            remedy: "Look at the clock; if it is right: faisceau embargo clock --accept")
    }

    /// Somebody says that the clock is right.
    public func accept() async throws(CatalogueError) -> TrustedTime {
        var trusted = try await load()
        let reading = clock.reading()
        do { try trusted.accept(reading) } catch { throw error.inCatalogue(at: "clock") }
        self.trusted = trusted
        try await save(trusted, reading.wall)
        return try await now()
    }

    private func load() async throws(CatalogueError) -> TrustedClock {
        if let trusted { return trusted }
        return try await read() ?? TrustedClock(trust: trust)
    }

    private func read() async throws(CatalogueError) -> TrustedClock? {
        guard let text = try await store.setting(Self.setting) else { return nil }
        do {
            var loaded = try JSONDecoder().decode(TrustedClock.self, from: Data(text.utf8))
            loaded.trust = trust
            return loaded
        } catch {
            throw CatalogueError(.damaged, "The catalogue's trusted time cannot be read", at: "setting '\(Self.setting)'")
        }
    }

    private func save(_ trusted: TrustedClock, _ now: Instant) async throws(CatalogueError) {
        let text: String
        do { text = String(decoding: try JSONEncoder().encode(trusted), as: UTF8.self) } catch {
            throw CatalogueError(.damaged, "The trusted time cannot be written", got: "\(error)")
        }
        try await store.set(Self.setting, to: text)
        stored = now
    }
}
