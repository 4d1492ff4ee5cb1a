import Diagnostics
import Digests
import EmbargoClock
import RunCatalogue
import RunModel

/// A secret that is shown once: of a link, or of an access token.
public struct Secret: Sendable {
    /// 32 random bytes in hexadecimal digits, behind a word that scanners of leaked secrets look for.
    public let text: String
    let digest: [UInt8]

    static func draw(_ word: String, using generator: inout some RandomNumberGenerator) -> Secret {
        let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return Secret(text: "\(word)_\(Passwords.hexadecimal(bytes))")
    }

    /// One that somebody shows.
    public init(text: String) {
        self.text = text
        var digest = SHA256()
        Array(text.utf8).withUnsafeBytes { digest.add($0) }
        self.digest = digest.finishBytes()
    }

    var digestText: String { Passwords.hexadecimal(digest) }

    /// As shares name who holds it.
    public var holder: ShareHolder { .link(digest: digestText) }
}

extension Custodian {
    /// The longest that something is shared: who needs it for longer asks again.
    static let longestShare: Int64 = 366 * 86_400

    private func checkSharing(
        _ owner: ClockOwner, by actor: Actor, until: Timestamp
    ) async throws(CatalogueError) -> (care: RecordUnderCare, now: Instant) {
        let now = try await time.decisionTime()
        let care = try await record(of: owner)
        try requireSharing(care, by: actor)
        let seconds = until.unixNanoseconds / 1_000_000_000 - now.secondsSince1970
        guard seconds > 0, seconds <= Self.longestShare else {
            throw CatalogueError(
                .badRequest, "A share ends within a year", at: "\(owner)", got: "\(until)",
                expected: "a time ahead, at most 366 days")
        }
        return (care, now)
    }

    private func requireSharing(_ care: RecordUnderCare, by actor: Actor) throws(CatalogueError) {
        let roles = roles(of: actor, in: care)
        let isOfTeam = roles.contains { role in
            switch role {
            case .principalInvestigator, .deputy, .mainProposer, .teamMember: true
            default: false
            }
        }
        guard isOfTeam || roles.contains(.curator) else {
            throw CatalogueError(
                .clockRefuses, "Who shares data is of their team, or a curator", at: "\(care.owner)", got: actor.identifier)
        }
    }

    /// Shares with a person, who is known by an account.
    public func share(
        _ owner: ClockOwner, with account: Account, until: Timestamp, by actor: Actor
    ) async throws(CatalogueError) {
        let now = try await checkSharing(owner, by: actor, until: until).now
        guard let person = account.person.number else {
            throw CatalogueError(.badRequest, "The account has no person", at: account.name)
        }
        try await store.share(
            owner, with: .person(person), until: until.unixNanoseconds / 1_000_000_000,
            by: Deed(at: Timestamp(now), person: actor.personNumber), tenant: tenant)
    }

    /// Shares by a link: read-only, dated. Its secret is returned, and stored nowhere.
    public func shareByLink(_ owner: ClockOwner, until: Timestamp, by actor: Actor) async throws(CatalogueError) -> Secret {
        let now = try await checkSharing(owner, by: actor, until: until).now
        var generator = SystemRandomNumberGenerator()
        let secret = Secret.draw("fsclink", using: &generator)
        try await store.share(
            owner, with: secret.holder, until: until.unixNanoseconds / 1_000_000_000,
            by: Deed(at: Timestamp(now), person: actor.personNumber), tenant: tenant)
        return secret
    }

    /// Ends a share before its time: whoever may give one may take it back.
    public func endShare(_ number: Int64, of owner: ClockOwner, by actor: Actor) async throws(CatalogueError) {
        let now = try await time.decisionTime()
        try requireSharing(try await record(of: owner), by: actor)
        try await store.endShare(
            number, of: owner, by: Deed(at: Timestamp(now), person: actor.personNumber), tenant: tenant)
    }
}
