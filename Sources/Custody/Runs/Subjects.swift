import Diagnostics
import Identifiers
import RunCatalogue

/// What a person names on a command line or a page: a run or a session, by identifier or by the facility's names.
public enum Subject: Sendable, Hashable {
    case run(RunIdentifier)
    case session(SessionRecord)

    /// Its identifier; nil for a session that has none.
    public var pid: String? {
        switch self {
        case .run(let pid): "\(pid)"
        case .session(let session): session.pid.map { "\($0)" }
        }
    }

    public var description: String {
        switch self {
        case .run(let pid): "\(pid)"
        case .session(let session): pid ?? "\(session.name)"
        }
    }
}

extension Custodian {
    /// Finds what a text names: an identifier, `PROPOSAL/SESSION`, or the name that a run has elsewhere.
    ///
    /// Runs and sessions have identifiers of one form. A session that this reader may not know of is none: its identifier is taken for that of a
    /// run that is not there, its name for a mistyped identifier. Whether a run may be read is not asked here, but of a run that is named as it is elsewhere.
    /// - Throws: `badRequest` for a mistyped identifier.
    public func subject(_ text: String, for reader: Reader) async throws(CatalogueError) -> Subject {
        let name = String(text.drop(while: \.isWhitespace))
        do {
            let subject = try await ownSubject(text, reader)
            // An identifier of the form of ours may be one that another catalogue gave, or that is in the files of two runs.
            guard case .run(let pid) = subject, let named = try await store.run(named: name, scope: scope(of: reader)) else {
                return subject
            }
            return named == pid ? subject : .run(named)
        } catch {
            guard error.code == .badRequest, let named = try await store.run(named: name, scope: scope(of: reader)) else {
                throw error
            }
            return .run(named)
        }
    }

    private func ownSubject(_ text: String, _ reader: Reader) async throws(CatalogueError) -> Subject {
        let pid: RunIdentifier
        do { pid = try RunIdentifier(text) } catch {
            let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
            if parts.count == 2 {
                let name = SessionName(proposal: parts[0], name: parts[1])
                let found = try await known(reader) { () async throws(CatalogueError) in
                    try await store.session(name, tenant: tenant)
                }
                if let found { return .session(found) }
            }
            throw CatalogueError(
                .badRequest, error.what, at: error.place, got: error.got ?? "'\(text.prefix(80).printable)'",
                expected: "an identifier, or PROPOSAL/SESSION", remedy: error.remedy)
        }
        if let session = try await session(text, reader) { return .session(session) }
        return .run(pid)
    }

    private func session(_ text: String, _ reader: Reader) async throws(CatalogueError) -> SessionRecord? {
        guard let pid = try? PersistentIdentifier(text) else { return nil }
        return try await known(reader) { () async throws(CatalogueError) in try await store.session(pid: pid, tenant: tenant) }
    }

    private func known(
        _ reader: Reader, _ find: () async throws(CatalogueError) -> SessionRecord
    ) async throws(CatalogueError) -> SessionRecord? {
        let session: SessionRecord
        do { session = try await find() } catch {
            if error.code == .notFound { return nil }
            throw error
        }
        let insight = try await insight(into: record(of: .session(session.name)), scope(of: reader))
        return insight == .nothing ? nil : session
    }

    /// Whose clocks rule it, for whoever may know of it: an owner names the session and the proposal of a run.
    /// - Throws: `notFound` as for an identifier that is not known.
    public func clockOwner(of subject: Subject, for reader: Reader) async throws(CatalogueError) -> ClockOwner {
        try await care(of: subject, for: reader).0.owner
    }

    /// Before it is asked whether the reader may know of it.
    func clockOwner(of subject: Subject) async throws(CatalogueError) -> ClockOwner {
        switch subject {
        case .run(let pid): try await store.clockOwner(of: pid, tenant: tenant)
        case .session(let session): .session(session.name)
        }
    }
}

extension Custodian {
    /// As `subject`, for who asks over the web: what has not the form of an identifier names nothing, and is told of like an identifier that is not
    /// known.
    public func linked(_ text: String, for reader: Reader) async throws(CatalogueError) -> Subject {
        do { return try await subject(text, for: reader) } catch {
            guard error.code == .badRequest else { throw error }
            throw CatalogueError(.notFound, "The catalogue has no such run", at: "'\(text.prefix(200).printable)'")
        }
    }

    /// As `run`, for who asks over the web.
    /// - Throws: `badRequest` for a session's.
    public func linkedRun(_ text: String, for reader: Reader) async throws(CatalogueError) -> RunIdentifier {
        try Self.run(await linked(text, for: reader))
    }

    /// The identifier of a run that a text names.
    /// - Throws: `badRequest` for a session's, or a mistyped one.
    public func run(_ text: String, for reader: Reader) async throws(CatalogueError) -> RunIdentifier {
        try Self.run(await subject(text, for: reader))
    }

    private static func run(_ subject: Subject) throws(CatalogueError) -> RunIdentifier {
        switch subject {
        case .run(let pid): return pid
        case .session(let session):
            throw CatalogueError(
                .badRequest, "This names a session, and a run is needed", at: "\(session.name)",
                remedy: "Its runs: faisceau catalogue search 'proposal:\(session.name.proposal) session:\(session.name.name)'")
        }
    }

    /// The proposal's public title: nil for a proposal that is not known, and for what was paid for.
    public func publicTitle(ofProposal name: String?) async throws(CatalogueError) -> String? {
        guard let proposal = try await proposal(name), proposal.kind != .proprietary else { return nil }
        return proposal.title
    }
}
