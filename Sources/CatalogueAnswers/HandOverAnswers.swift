import CatalogueQuestions
import Custody
import Diagnostics
import Foundation
import JSON
import RunCatalogue
import RunModel

extension CatalogueAnswerer {
    /// A run as whoever has its folder says of it: run.json and the manifest. No file is opened here, whatever folder is named: the disk of an
    /// ingest host may be one that nobody else sees, and what a client names is no way to read what lies on this machine.
    func handOver(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let folder = question.needed("folder")
        let parts = folder.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard folder.hasPrefix("/"), folder.utf8.count <= 4096, folder == folder.printable,
            !parts.isEmpty, parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." })
        else {
            throw CatalogueError(
                .badRequest, "Not the folder of a run", got: "'\(folder.prefix(200).printable)'",
                expected: "an absolute path without '.', '..' or a slash at its end")
        }
        let summary = try RunSummary(json: Data((question.arguments["run"] ?? .null).line.utf8))
        let manifest = try question.text("manifest").map { try Manifest(text: $0) }
        return try await handOver(
            SealedRun(summary: summary, manifest: manifest, folder: folder),
            withUnknownProposal: question.isSet("unknown_proposal"), newIdentifier: question.isSet("new_identifier"))
    }

    /// The same of a run that was read here.
    public func handOver(
        _ run: SealedRun, withUnknownProposal: Bool = false, newIdentifier: Bool = false
    ) async throws -> CatalogueAnswer {
        let receipt = try await custodian.register(
            run, by: actor, withUnknownProposal: withUnknownProposal, newIdentifier: newIdentifier)
        var lines = AnswerLines()
        for note in receipt.notes { lines.warning("\(run.folder): \(note)") }
        let words = EmbargoWords(receipt.status, rules: custodian.rules)
        lines.data("\(receipt.pid)  \(receipt.isNew ? "added" : "known already")  \(words.summary)")
        return lines.answer(
            "added",
            [
                "pid": .string("\(receipt.pid)"), "new": .bool(receipt.isNew), "state": .string(words.state),
                "opens": JSONValue(words.opens), "clock": .string("\(receipt.owner)"), "notes": JSONValue(receipt.notes),
            ])
    }

    func reserve(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let reserved = try await client.reserve(for: question.needed("holder"), hours: question.count("hours") ?? 720)
        var lines = AnswerLines()
        lines.data("\(reserved.pid)")
        return lines.answer("reserved", reserved.fields)
    }

    func reservations() async throws -> CatalogueAnswer {
        let waiting = try await client.reservations()
        var lines = AnswerLines()
        var table = AnswerTable([.init("PID", least: 22), .init("holder", least: 10), .init("waits until", least: 20)])
        for each in waiting { table.add(["\(each.pid)", each.holder, "\(each.lapses)"]) }
        lines.data(table)
        return lines.answer("listed", ["reservations": .array(waiting.map { .object($0.fields) })])
    }

    func lease(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let lease = try await client.takeLease(
            on: question.record ?? "", holder: question.needed("holder"), hours: question.count("hours") ?? 24)
        var lines = AnswerLines()
        lines.data(lease.folder)
        return lines.answer(
            "leased",
            [
                "pid": .string("\(lease.pid)"), "folder": .string(lease.folder), "holder": .string(lease.holder),
                "until": .string("\(lease.until)"),
            ])
    }

    func releaseLease(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let holder = question.needed("holder")
        try await client.releaseLease(on: question.record ?? "", holder: holder)
        var lines = AnswerLines()
        lines.data("released")
        return lines.answer("released", ["holder": .string(holder)])
    }
}

extension ReservedIdentifier {
    fileprivate var fields: JSONObject {
        ["pid": .string("\(pid)"), "holder": .string(holder), "lapses": .string("\(lapses)")]
    }
}
