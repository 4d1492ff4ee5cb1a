import Diagnostics
import Identifiers
import RunCatalogue

/// What somebody says of an instrument who does not describe it by the properties of PIDINST: a client of SciCat, the facility's file.
public struct InstrumentDraft: Sendable, Hashable {
    /// By which runs call it.
    public var name: String?
    public var title: String?
    /// A DOI or a Handle; another text is kept as one more name of it.
    public var pid: String?
    /// A JSON object.
    public var customMetadata: String?

    public init(name: String?, title: String? = nil, pid: String? = nil, customMetadata: String? = nil) {
        self.name = name
        self.title = title
        self.pid = pid
        self.customMetadata = customMetadata
    }
}

extension Custodian {
    /// Names an instrument. One that is there under this name is answered as it is when the same is said of it again.
    ///
    /// Every public record of a run at it names its identifier, other groups' too: the facility alone, and staff of it, say which one it has
    /// elsewhere. Of whoever else says one, it is kept as one more name.
    /// - Throws: `forbidden` for who neither ingests nor works at it; `exists` where another thing is said of one that is there.
    public func enterInstrument(_ draft: InstrumentDraft, by actor: Actor) async throws(CatalogueError) -> InstrumentRecord {
        guard let name = draft.name else {
            throw CatalogueError(.badRequest, "An instrument without a name", expected: "the name by which runs call it")
        }
        var isOfFacility = true
        do { try requireFacility(actor, "Naming instruments", beamline: name) } catch {
            guard case .account(let account) = actor, !account.isDisabled, account.roles.contains(.ingestor) else { throw error }
            isOfFacility = false
        }
        if let known = try await known(name) {
            var same = known
            Self.say(draft, of: &same)
            guard same == known, draft.pid.map({ Self.names($0, known) }) ?? true else {
                throw CatalogueError(
                    .exists, "There is an instrument of this name, of which another thing is said",
                    at: "'\(name.prefix(80).printable)'",
                    remedy: "It is changed by the facility: PATCH, or faisceau instrument import")
            }
            return known
        }
        let given = isOfFacility ? draft.pid.flatMap { try? InstrumentRelations.bare($0) } : nil
        let pid: String
        if let given { pid = given } else { pid = try drawn() }
        var record = InstrumentRecord(
            name: name, pid: pid, landingPage: "", title: draft.title ?? name,
            owners: [
                .init(name: rules.facility, identifier: rules.ror?.description, identifierType: rules.ror == nil ? nil : "ROR")
            ],
            manufacturers: [])
        record.landingPage = given.map(Self.resolver) ?? rules.page(of: record.pid)
        if let told = draft.pid, given == nil { record.alternates = [.init(identifier: told, type: "Other")] }
        Self.say(draft, of: &record)
        _ = try await store.put(record, tenant: tenant, by: acting(actor))
        return try await store.instrument(name, tenant: tenant)
    }

    /// Says another thing of one: the facility, and staff of it.
    public func changeInstrument(
        _ text: String, _ draft: InstrumentDraft, by actor: Actor
    ) async throws(CatalogueError) -> InstrumentRecord {
        var record = try await instrument(text, for: .custodian)
        try requireFacility(actor, "Changing instruments", beamline: record.name)
        if let name = draft.name, name != record.name {
            throw CatalogueError(
                .badRequest, "Runs call an instrument by its name, which does not change",
                at: "'\(record.name.prefix(80).printable)'",
                got: "'\(name.prefix(80).printable)'")
        }
        Self.say(draft, of: &record)
        _ = try await store.put(record, tenant: tenant, by: acting(actor))
        return try await store.instrument(record.name, tenant: tenant)
    }

    /// The instruments of the facility's file, each entered once: what was said of one since is not taken back.
    public func enterInstruments() async throws(CatalogueError) {
        for draft in rules.instruments {
            guard let name = draft.name, try await known(name) == nil else { continue }
            _ = try await enterInstrument(draft, by: .system)
        }
    }

    private static func say(_ draft: InstrumentDraft, of record: inout InstrumentRecord) {
        if let title = draft.title { record.title = title }
        if let said = draft.customMetadata { record.customMetadata = said == "{}" ? nil : said }
    }

    private static func names(_ text: String, _ record: InstrumentRecord) -> Bool {
        (try? InstrumentRelations.bare(text)) == record.pid || record.alternates.contains { $0.identifier == text }
    }

    private static func resolver(_ pid: String) -> String {
        (try? DOI(pid)).map { "https://doi.org/\($0)" } ?? "https://hdl.handle.net/\(pid)"
    }
}
