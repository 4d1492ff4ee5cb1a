import CatalogueQuestions
import Diagnostics
import Foundation
import JSON
import RunModel

extension CatalogueQuestion {
    /// Hands over the sealed run in a folder of this machine: the question holds what the run says of itself, so that a server that does not see this
    /// disk can take it.
    ///
    /// - Throws: `badRequest` for a folder that is no sealed run; what run.json and the manifest refuse.
    public static func handOver(
        folder: String, withUnknownProposal: Bool = false, newIdentifier: Bool = false
    ) throws -> CatalogueQuestion {
        let folder = URL(fileURLWithPath: folder).standardizedFileURL.path
        guard let bytes = FileManager.default.contents(atPath: folder + "/run.json") else {
            let isBeingRecorded = FileManager.default.fileExists(atPath: folder + "/armed.json")
            throw QuestionError(
                .badRequest, isBeingRecorded ? "The run is not sealed yet" : "Not a sealed run", at: folder,
                expected: "a folder with run.json",
                remedy: isBeingRecorded ? "Wait for its end; if its writer died: faisceau recover" : nil)
        }
        let most = QuestionRoute.mostRunBytes
        guard bytes.count < most else {
            throw QuestionError(
                .badRequest, "The run is too large to be handed over through a server", at: folder, got: "\(bytes.count) bytes",
                expected: "a run.json of less than \(most) bytes",
                remedy: "faisceau catalogue add it where the catalogue's file is")
        }
        // Told here, in its words, before it is sent.
        _ = try RunSummary(json: bytes)
        let run = try JSONValue(
            reading: Array(bytes), limits: JSONLimits(depth: 64, textBytes: most, valueBytes: 16 * most, takesAnyNumber: true))
        let manifest = FileManager.default.contents(atPath: folder + "/manifest.sha256").map {
            String(decoding: $0, as: UTF8.self)
        }
        if let manifest { _ = try Manifest(text: manifest) }
        return CatalogueQuestion(
            .handOver,
            [
                "folder": .string(folder), "run": run, "manifest": JSONValue(manifest),
                "unknown_proposal": withUnknownProposal ? true : .null, "new_identifier": newIdentifier ? true : .null,
            ])
    }
}
