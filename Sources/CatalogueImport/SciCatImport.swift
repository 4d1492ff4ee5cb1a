import Custody
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel

/// Brings a dump of a SciCat into the catalogue. What is good goes in, what is not is told, each dataset for itself; the same dump again changes
/// nothing.
public struct SciCatImport {
    private let custodian: Custodian
    private let actor: Actor
    private let options: SciCatOptions
    private static let mostNames = 1000

    public init(_ custodian: Custodian, by actor: Actor, _ options: SciCatOptions) {
        self.custodian = custodian
        self.actor = actor
        self.options = options
    }

    /// - Parameters:
    ///   - paths: the dump's files, in any order, each a JSON list or one record a line.
    ///   - record: told what became of each.
    ///   - progress: how many datasets are done, of how many.
    /// - Throws: `unreadable` for a file, `notJSON` for one that is none from the beginning, and what stops the catalogue itself.
    public func run(
        _ paths: [String], progress: (Int, Int) -> Void = { _, _ in }, record tell: (ImportedRecord) throws -> Void
    ) async throws -> ImportSummary {
        var unusable: [(String?, RecordPlace, CatalogueImportError)] = []
        return try await run(try SciCatDump(paths) { unusable.append(($0, $1, $2)) }, unusable, progress, tell)
    }

    /// The same, of records that somebody has read from a dump as a whole (`SciCatPieces`) and sent.
    /// - Parameter places: of each record the number and the file that it has in the dump, as pieces write them.
    public func run(
        sent records: String, places: [String], progress: (Int, Int) -> Void = { _, _ in },
        record tell: (ImportedRecord) throws -> Void
    ) async throws -> ImportSummary {
        let places = try places.map { try SciCatPieces.place($0) }
        var unusable: [(String?, RecordPlace, CatalogueImportError)] = []
        return try await run(
            try SciCatDump(sent: records, places: places) { unusable.append(($0, $1, $2)) }, unusable, progress, tell)
    }

    private func run(
        _ dump: SciCatDump, _ unusable: [(String?, RecordPlace, CatalogueImportError)], _ progress: (Int, Int) -> Void,
        _ tell: (ImportedRecord) throws -> Void
    ) async throws -> ImportSummary {
        var summary = ImportSummary()
        for (name, place, error) in unusable {
            summary.outcomes[.refused, default: 0] += 1
            try tell(Self.refused(dump.told(place), name, error))
        }
        for (kind, count) in dump.counts where kind != .dataset && kind != .origDatablock {
            summary.others[kind.rawValue] = count
        }
        try await lookForProposals(dump, &summary)
        let mapper = SciCatMapper(dump: dump, options: options, zone: custodian.rules.zone)
        let ordered = dump.ordered
        for (number, entry) in ordered.enumerated() {
            try tell(try await take(entry, mapper, &summary))
            if number % 100 == 99 { progress(number + 1, ordered.count) }
        }
        progress(ordered.count, ordered.count)
        return summary
    }

    static func refused(_ place: (file: String, index: Int), _ name: String?, _ error: any Error) -> ImportedRecord {
        var record = ImportedRecord(file: place.file, index: place.index, name: name, outcome: .refused)
        let code = (error as? any Diagnosed)?.codeName ?? "\(type(of: error))"
        record.error = CatalogueImportFailure(code: code, text: "\(error)")
        return record
    }

    private func take(
        _ entry: SciCatDump.Dataset, _ mapper: SciCatMapper, _ summary: inout ImportSummary
    ) async throws -> ImportedRecord {
        let place = mapper.dump.told(entry.place)
        var dataset: SciCatDataset
        do { dataset = try mapper.dataset(entry) } catch {
            let told = mapper.told(error, at: mapper.dump.place(entry.place, entry.pid))
            guard told.code != .unreadable else { throw told }
            summary.outcomes[.refused, default: 0] += 1
            return Self.refused(place, entry.pid, told)
        }
        try await placeByInputs(&dataset)
        trust(&dataset)
        var record: ImportedRecord
        do {
            let receipt = try await custodian.enter(
                dataset.run, by: actor, withUnknownProposal: options.withUnknownProposal, onlyLooking: options.onlyLooks)
            let outcome: ImportedRecord.Outcome =
                switch receipt.outcome {
                case .new: .new
                case .unchanged: .unchanged
                case .ours: .ours
                }
            record = ImportedRecord(file: place.file, index: place.index, name: entry.pid, outcome: outcome)
            record.pid = receipt.pid
            record.opens = firstOpenDay(receipt.status)
            record.keptUntil = receipt.status.dates.retention?.lastKeptDay
            record.state = AccessState(receipt.status.state).word
            record.notes = receipt.notes
            if outcome == .new { summary.files += dataset.run.files.count }
            try await store(dataset, &record, &summary)
            if dataset.isPublished, receipt.status.openedAt == nil {
                summary.publishedThere += 1
                record.notes.append(
                    dataset.registeredDOIs.isEmpty
                        ? "published there without a registered DOI in the dump: it stays closed until its day"
                        : "published there as \(dataset.registeredDOIs.joined(separator: ", ")): it is entered closed; open with "
                            + "--trust-published")
            }
        } catch let error as CatalogueError {
            // What is wrong with the record is the record's; what is wrong with the catalogue or its clock stops the import.
            switch error.code {
            case .contentDiffers, .proposalUnknown, .badRequest, .notFound, .exists: break
            case .clockRefuses where error.place != nil: break
            default: throw error
            }
            record = Self.refused(place, entry.pid, error)
            if error.code == .contentDiffers { record = try await changed(dataset, record, error) }
            if error.code == .proposalUnknown, let name = dataset.run.proposal, summary.unknownProposals.count < Self.mostNames {
                summary.unknownProposals.insert(name)
            }
        }
        describe(dataset, &record, &summary)
        return record
    }

    /// Beside the run, as somebody would attach them by hand: with the same limits, and read by whoever reads the run. Also with a run that is
    /// known: the import may have been stopped between the run and its pictures.
    private func store(
        _ dataset: SciCatDataset, _ record: inout ImportedRecord, _ summary: inout ImportSummary
    ) async throws {
        guard record.outcome != .ours, !dataset.pictures.isEmpty else { return }
        var known: Set<String> = []
        if let pid = record.pid {
            let scope = ReaderScope.everything(tenant: custodian.rules.tenant)
            known = Set(try await custodian.store.attachments(of: pid, scope: scope).map(\.name))
        }
        var isLeft = false
        for picture in dataset.pictures {
            do throws(CatalogueError) {
                let attachment = try picture.attachment()
                if !options.onlyLooks, let pid = record.pid {
                    _ = try await custodian.attach(attachment, to: pid, by: actor)
                }
                if known.insert(attachment.name).inserted { summary.attachments += 1 }
            } catch {
                // What is wrong with a picture is the picture's; what is wrong with the catalogue stops the import.
                switch error.code {
                case .badRequest, .exists, .forbidden: break
                default: throw error
                }
                record.notes.append("picture \(quoted(picture.name)) is not taken: \(error)")
                isLeft = true
            }
        }
        if isLeft, !dataset.left.contains(SciCatAttachments.word) { summary.left[SciCatAttachments.word, default: 0] += 1 }
    }

    private func describe(_ dataset: SciCatDataset, _ record: inout ImportedRecord, _ summary: inout ImportSummary) {
        record.theirs = dataset.dates
        record.theirOpening = dataset.dates.opens.flatMap { try? custodian.rules.zone.localDate(of: Instant($0)) }
        record.isPublished = dataset.isPublished
        record.dois = dataset.publications.map(\.doi)
        record.notes = dataset.notes + record.notes
        summary.outcomes[record.outcome, default: 0] += 1
        if record.opensOtherwise { summary.otherOpenings += 1 }
        if dataset.dates.isWeekdayForDay { summary.weekdayOpenings += 1 }
        if record.notes.contains(where: { $0.contains("the unit ") }) { summary.unknownUnits += 1 }
        for name in Set(dataset.left) where summary.left.count < Self.mostNames || summary.left[name] != nil {
            summary.left[name, default: 0] += 1
        }
    }

    private func firstOpenDay(_ status: EmbargoStatus) -> LocalDate? {
        if let opened = status.openedAt, let day = try? custodian.rules.zone.localDate(of: opened) { return day }
        return status.dates.opening?.firstOpenDay
    }

    /// A result without a proposal of its own belongs to that of what it was made from, if all of that is known and of one.
    private func placeByInputs(_ dataset: inout SciCatDataset) async throws {
        guard dataset.run.kind == .derived, dataset.run.proposal == nil, !dataset.inputs.isEmpty else { return }
        var proposals: Set<String?> = []
        for input in dataset.inputs {
            let scope = ReaderScope.everything(tenant: custodian.rules.tenant)
            guard let pid = try await custodian.store.run(named: input, scope: scope) else {
                return dataset.notes.append("input \(quoted(input)) is not in the catalogue: the result belongs to no proposal")
            }
            proposals.insert(try await custodian.store.run(pid, scope: scope).origin.proposal)
        }
        guard proposals.count == 1, let only = proposals.first else {
            return dataset.notes.append("its inputs are of several proposals: the result belongs to none")
        }
        dataset.run.proposal = only
    }

    /// What everyone has had cannot be closed, if it is shown that everyone has had it: a flag alone is not.
    private func trust(_ dataset: inout SciCatDataset) {
        guard options.trustsPublished, dataset.isPublished, !dataset.registeredDOIs.isEmpty else { return }
        let dois = dataset.publications.filter(\.isRegistered).map { publication in
            "doi:\(publication.doi) (\(publication.status ?? "")\(publication.registeredAt.map { ", \($0)" } ?? ""))"
        }
        let on = dataset.dates.publishedOn.map { ", published on \($0) by its record" } ?? ""
        dataset.run.publication = "SciCat \(dataset.run.name.text): isPublished, \(dois.joined(separator: ", "))\(on)"
    }

    /// Says what of a record is another than when it was entered.
    private func changed(
        _ dataset: SciCatDataset, _ refused: ImportedRecord, _ error: CatalogueError
    ) async throws -> ImportedRecord {
        var record = ImportedRecord(file: refused.file, index: refused.index, name: refused.name, outcome: .changed)
        record.error = refused.error
        let scope = ReaderScope.everything(tenant: custodian.rules.tenant)
        guard let pid = try await custodian.store.run(named: dataset.run.name.text, scope: scope) else { return record }
        record.pid = pid
        let (stored, run) = (try await custodian.store.run(pid, scope: scope), dataset.run)
        let values = try await custodian.store.values(of: pid, scope: scope)
        let differences: [(String, Bool)] = [
            ("name", stored.name != run.label), ("kind", stored.kind != run.kind), ("verdict", stored.verdict != run.verdict),
            ("proposal", stored.origin.proposal != run.proposal), ("instrument", stored.origin.instrument != run.instrument),
            ("sample", stored.origin.sample != run.sample), ("technique", stored.origin.technique != run.technique),
            ("start", stored.startedAt != run.startedAt), ("end", stored.endedAt != run.endedAt),
            ("folder", stored.folder != run.folder), ("keywords", stored.keywords != run.keywords),
            ("number of files", stored.fileCount != run.files.count), ("bytes", stored.bytes != run.files.bytes),
            ("metadata", Set(values) != Set(run.values)),
        ]
        let named = differences.filter(\.1).map(\.0)
        record.notes = [
            "changed there since it was entered as \(pid): "
                + (named.isEmpty ? "paths or checksums of files, or pictures" : named.joined(separator: ", "))
                + "; the catalogue keeps what it has"
        ]
        return record
    }

    /// Proposals come from the user office: those of the dump are only compared.
    private func lookForProposals(_ dump: SciCatDump, _ summary: inout ImportSummary) async throws {
        for place in dump.proposals {
            var fields = SciCatFields(
                try dump.record(at: place), .proposal, at: dump.place(place, nil))
            guard let name = try? fields.text("proposalId"), summary.unknownProposals.count < Self.mostNames else { continue }
            do { _ = try await custodian.store.proposal(name, tenant: custodian.rules.tenant) } catch {
                guard error.code == .notFound else { throw error }
                summary.unknownProposals.insert(name)
            }
        }
    }
}

extension SciCatDataset {
    var registeredDOIs: [String] { publications.filter(\.isRegistered).map(\.doi) }
}
