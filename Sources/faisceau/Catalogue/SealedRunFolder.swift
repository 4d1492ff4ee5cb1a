import Custody
import Diagnostics
import Foundation
import RunCatalogue
import RunModel

extension SealedRun {
    /// The longest run.json that is read: files of a million lines are long.
    private static let maximumBytes = 1 << 30

    /// Reads what a sealed run says of itself; no frame is touched.
    /// - Throws: `badRequest` for a folder that is no sealed run.
    init(folder: String) throws {
        let folder = URL(fileURLWithPath: folder).standardizedFileURL.path
        guard let json = FileManager.default.contents(atPath: folder + "/run.json"), json.count <= Self.maximumBytes else {
            let isBeingRecorded = FileManager.default.fileExists(atPath: folder + "/armed.json")
            throw CatalogueError(
                .badRequest, isBeingRecorded ? "The run is not sealed yet" : "Not a sealed run", at: folder,
                expected: "a folder with run.json",
                remedy: isBeingRecorded ? "Wait for its end; if its writer died: faisceau recover" : nil)
        }
        let summary = try RunSummary(json: json)
        let text = FileManager.default.contents(atPath: folder + "/manifest.sha256").map { String(decoding: $0, as: UTF8.self) }
        self.init(summary: summary, manifest: try text.map { try Manifest(text: $0) }, folder: folder)
    }
}
