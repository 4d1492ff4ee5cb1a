import CatalogueQuestions
import Custody
import Diagnostics
import Digests
import Foundation
import JSON
import RunCatalogue

/// What was signed, for a catalogue to be compared with.
public struct SignedDays: Sendable {
    let files: [CheckpointFile]
    let key: VerifyingKey

    public init(_ files: [CheckpointFile], signedBy key: VerifyingKey) {
        self.files = files
        self.key = key
    }
}

extension CatalogueAnswerer {
    /// As ``ask(_:progress:)`` does it, with files that are large.
    public func check(
        _ signed: SignedDays?, progress: @escaping @Sendable (AnswerProgress) -> Void
    ) async throws -> CatalogueAnswer {
        try requireCustodian()
        try await custodian.store.checkIntegrity()
        let report = try await custodian.verifyAll { progress(AnswerProgress(done: $0)) }
        var problems = report.problems
        var fields: JSONObject = [
            "runs": .integer(Int64(report.runs)), "clocks": .integer(Int64(report.clocks)),
            "records": .integer(Int64(report.records)),
        ]
        var words = "\(report.runs) runs, \(report.clocks) clocks and \(report.records) other records"
        if let signed {
            let compared = try await custodian.verify(signed.files, by: signed.key)
            problems += compared.problems.map { "\($0)" }
            words += ", \(compared.links) links of \(compared.days.count) signed days"
            fields["days"] = JSONValue(compared.days)
            fields["links"] = .integer(Int64(compared.links))
        }
        var lines = AnswerLines()
        for problem in problems { lines.data(problem) }
        lines.data("\(words) checked, \(problems.count) problems")
        fields["problems"] = JSONValue(problems)
        return lines.answer("checked", fields, status: problems.isEmpty ? .done : .verificationFailed)
    }

    /// The signed files travel as texts: what left the machine comes back to be compared.
    func check(_ question: CatalogueQuestion, _ progress: @escaping Progress) async throws -> CatalogueAnswer {
        let texts = question.arguments["checkpoints"]?.object
        guard (texts == nil) == (question.text("public_key") == nil) else {
            throw CatalogueError(
                .badRequest, "Checkpoints are checked by a public key", got: "one of them",
                expected: "both checkpoints and public_key, or neither")
        }
        guard let texts, let key = question.text("public_key") else { return try await check(nil, progress: progress) }
        let files = try texts.members.map { member in
            guard let text = member.value.text else {
                throw CatalogueError(
                    .badRequest, "A checkpoint is the text of its file", at: "'\(member.key.prefix(80).printable)'",
                    got: member.value.kind)
            }
            return try CheckpointFile(Data(text.utf8), at: String(member.key.prefix(200).printable))
        }
        return try await check(
            SignedDays(files, signedBy: CheckpointKeys.verifyingKey(key, at: "public_key")), progress: progress)
    }

    /// A longer file is fetched from the folder in which it lies.
    private static let mostSentBytes = 32 << 20

    /// Signs the day, or gives out again what was signed. The file lies in the facility's folder then, and goes with the answer: it proves something
    /// on another machine only.
    func checkpoint(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let rules = custodian.rules
        guard rules.checkpointFolder != nil || !isAtTheFile else {
            throw CatalogueError(
                .badRequest, "Where is the checkpoint to be laid?",
                expected: "--out FOLDER, or checkpoint.folder in the facility's file")
        }
        let file: CheckpointFile
        var isNew = false
        if let day = question.text("day") {
            file = try await custodian.checkpoint(of: day)
        } else {
            guard let key = rules.checkpointKey else {
                throw CatalogueError(
                    .badRequest, "Which key signs?",
                    expected: "checkpoint.key in the facility's file, or --key FILE where the file is",
                    remedy: "Make one: faisceau catalogue checkpoint --new-key FILE")
            }
            (file, isNew) = try await custodian.checkpoint(signedBy: CheckpointKeys.signingKey(file: key))
        }
        let path = try rules.checkpointFolder.map { folder throws(CatalogueError) in try Custodian.write(file, to: folder) }
        var lines = AnswerLines()
        lines.data("\(path ?? file.name): \(file.links) links\(isNew ? "" : "; the day has its checkpoint already")")
        var fields: JSONObject = [
            "file": JSONValue(path), "day": .string(file.day), "links": .integer(Int64(file.links)),
            "change": .integer(file.change), "new": .bool(isNew),
        ]
        if !isAtTheFile {
            let bytes = file.bytes
            if bytes.count <= Self.mostSentBytes { fields["content"] = .string(String(decoding: bytes, as: UTF8.self)) }
            fields["name"] = .string(file.name)
        }
        return lines.answer("signed", fields)
    }

    /// A copy of one instant, and opened once: a copy that nobody has opened is a hope.
    func backUp(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let name = question.needed("name")
        guard !name.isEmpty, name.utf8.count <= 200, name != ".", name != "..", !name.contains("/"), name == name.printable else {
            throw CatalogueError(
                .badRequest, "The copy has the name of a file, in the folder that the facility's file sets",
                got: "'\(name.prefix(80).printable)'", expected: "a name such as catalogue-2026-05-10.sqlite")
        }
        guard let folder = custodian.rules.backupFolder else {
            throw CatalogueError(
                .badRequest, "Where are copies to be laid?", expected: "backup.folder in the facility's file",
                remedy: "A copy holds every secret of the catalogue: it stays on machines of its custodian")
        }
        let path = folder.isEmpty || folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
        guard !FileManager.default.fileExists(atPath: path) else {
            throw CatalogueError(.exists, "A file of this name exists already", at: path, remedy: "Name another one")
        }
        try await custodian.store.backUp(to: path)
        try await custodian.store.examine(copy: path)
        var lines = AnswerLines()
        lines.data("\(path): copied and checked")
        return lines.answer("copied", ["file": .string(path)])
    }
}
