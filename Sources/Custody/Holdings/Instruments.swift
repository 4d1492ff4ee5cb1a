import DataCite
import Diagnostics
import Identifiers
import RunCatalogue

extension Custodian {
    /// Brings an instrument into the catalogue, by the name by which runs call it. Its identifier is drawn once, and stays.
    /// - Parameter name: the beamline's name in the runs; nil: PIDINST's `Name`.
    public func importInstrument(
        _ document: InstrumentDocument, name: String?, by actor: Actor
    ) async throws(CatalogueError) -> (instrument: InstrumentRecord, outcome: ImportOutcome) {
        var record = document.description
        record.name = name ?? record.title
        try requireFacility(actor, "Describing instruments", beamline: record.name)
        if let known = document.identifier { record.pid = known } else { record.pid = try drawn() }
        record.landingPage = document.landingPage ?? rules.page(of: record.pid)
        let outcome = try await store.put(record, tenant: tenant, by: acting(actor))
        return (try await store.instrument(record.name, tenant: tenant), outcome)
    }

    /// An instrument, by name or identifier: everyone's, but for whom to write to.
    public func instrument(_ text: String, for reader: Reader) async throws(CatalogueError) -> InstrumentRecord {
        let bare = (try? InstrumentRelations.bare(text)) ?? text
        let record: InstrumentRecord
        do { record = try await store.instrument(text, tenant: tenant) } catch {
            guard error.code == .notFound, bare != text else { throw error }
            record = try await store.instrument(bare, tenant: tenant)
        }
        return try await seesContacts(reader) ? record : record.withoutContacts
    }

    public func instruments(for reader: Reader) async throws(CatalogueError) -> [InstrumentRecord] {
        let all = try await store.instruments(tenant: tenant)
        return try await seesContacts(reader) ? all : all.map(\.withoutContacts)
    }

    private func seesContacts(_ reader: Reader) async throws(CatalogueError) -> Bool {
        let scope = try await scope(of: reader)
        return scope.readsEverything || scope.curates
    }

    func drawn() throws(CatalogueError) -> String { try drawnIdentifier().description }

    func drawnIdentifier() throws(CatalogueError) -> PersistentIdentifier {
        do { return try draw() } catch {
            throw CatalogueError(.badRequest, "No identifier can be drawn", got: "\(error)")
        }
    }

    /// An instrument as it is registered with DataCite, by PIDINST's mapping.
    /// - Throws: `badRequest` for an identifier that is no DOI.
    public func dataCiteRecord(of instrument: InstrumentRecord) throws(CatalogueError) -> DataCiteRecord {
        guard let commissioned = instrument.commissioned else {
            throw CatalogueError(
                .badRequest, "When the instrument was commissioned is not known, and DataCite asks for a year",
                at: instrument.pid,
                remedy: "Describe it by the properties of PIDINST: faisceau instrument import FILE --name '\(instrument.name)'")
        }
        return try described(instrument.pid) {
            var description = InstrumentDescription(
                name: instrument.title, manufacturers: instrument.manufacturers.map(\.party),
                owners: instrument.owners.map(\.party), facility: .init(name: rules.facility, ror: rules.ror),
                commissioned: try CalendarDay(commissioned))
            description.decommissioned = try instrument.decommissioned.map { try CalendarDay($0) }
            if let kind = instrument.types.first { description.kind = kind }
            description.model = instrument.model
            description.measuredVariables = instrument.measuredVariables
            description.description = instrument.description
            description.serialNumber = instrument.serialNumber
            description.inventoryNumber = instrument.alternates.first { $0.type == "InventoryNumber" }?.identifier
            description.related = try instrument.related.compactMap { relation in
                guard let type = RelationType(rawValue: relation.relation) else { return nil }
                return DataCiteRecord.RelatedIdentifier(type, try InstrumentRelations.target(relation))
            }
            return try DataCiteRecord.instrument(doi: DOI(instrument.pid), description)
        }
    }

    /// Tells what stands against a record in the catalogue's words.
    func described(
        _ pid: String, _ body: () throws -> DataCiteRecord
    ) throws(CatalogueError) -> DataCiteRecord {
        do { return try body() } catch let error as CatalogueError { throw error } catch {
            let told = error as? any Diagnosed
            throw CatalogueError(
                .badRequest, told?.what ?? "The record cannot be written", at: told?.place.map { "\(pid), \($0)" } ?? pid,
                got: told?.got, expected: told?.expected, remedy: told?.remedy, cause: told == nil ? error : nil)
        }
    }
}

extension InstrumentRecord.Party {
    fileprivate var party: DataCiteRecord.Party {
        .organisation(name, ror: identifierType == "ROR" ? identifier.flatMap { try? ROR($0) } : nil)
    }
}

extension Custodian {
    /// Adds what a run or a session is related to, as far as everyone may know it: the beamline's identifier, and of a sample its identifier
    /// without any detail.
    func relating(
        _ short: ShortDescription, beamline: String?, run: RunIdentifier?
    ) async throws(CatalogueError) -> ShortDescription {
        var short = short
        do {
            if let beamline, let instrument = try await known(beamline) {
                short.instruments.append(try InstrumentRelations.target(of: instrument.pid))
            }
            if let run, let igsn = try await store.sampleIdentifier(of: run, tenant: tenant) { short.samples.append(.igsn(igsn)) }
        } catch let error as CatalogueError { throw error } catch {
            throw CatalogueError(.damaged, "The catalogue holds an identifier that is none", at: beamline, cause: error)
        }
        return short
    }

    /// By name or identifier.
    func known(_ instrument: String) async throws(CatalogueError) -> InstrumentRecord? {
        do { return try await store.instrument(instrument, tenant: tenant) } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }
}
