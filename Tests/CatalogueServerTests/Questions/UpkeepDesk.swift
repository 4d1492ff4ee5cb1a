import CatalogueQuestions
import Custody
import Deliveries
import Foundation
import JSON
import Minting
import Notices
import TestCatalogue
import TestSupport

/// A facility that signs its days and keeps copies of its catalogue.
enum UpkeepDesk {
    static func custodian() throws -> TestCustodian {
        try TestCustodian { rules, folder in
            _ = try CheckpointKeys.make(file: folder.file("key").path)
            rules.checkpointKey = folder.file("key").path
            rules.checkpointFolder = folder.file("checkpoints").path
            let copies = folder.file("backups")
            try FileManager.default.createDirectory(at: copies, withIntermediateDirectories: true)
            rules.backupFolder = copies.path
        }
    }

    static func office(_ test: TestCustodian) throws -> DeliveryOffice {
        DeliveryOffice(registry: BuiltInRegistry(), mail: SpoolFolder(test.folder.file("mail").path))
    }

    /// With which each question of upkeep is answered well; the copy of a run is not there, and its store has another name.
    static func arguments(_ name: QuestionName, at now: String) -> JSONObject {
        switch name {
        case .acceptClock: ["now": .string(now)]
        case .backUp: ["name": "copy.sqlite"]
        case .verifyCopies: ["store": "tape"]
        case .importSciCat: ["records": "[]"]
        default: [:]
        }
    }
}
