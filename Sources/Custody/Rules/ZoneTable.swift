import Diagnostics
import EmbargoClock
import Foundation
import RunCatalogue

/// The time zones that are installed on this machine (Debian's tzdata).
public enum ZoneTable {
    public static let folder = "/usr/share/zoneinfo"

    /// - Throws: `badRequest` for a name that is none, `storage` where the table is not installed.
    public static func zone(_ name: String, in folder: String = folder) throws(CatalogueError) -> TimeZoneRules {
        let isName = !name.isEmpty && name.utf8.count < 100 && !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
        guard isName, let bytes = FileManager.default.contents(atPath: folder + "/" + name) else {
            throw CatalogueError(
                .badRequest, "There is no such time zone", at: folder, got: "'\(name.prefix(60).printable)'",
                expected: "a name of the IANA table, such as Europe/Paris", remedy: "Is the package tzdata installed?")
        }
        let table = FileManager.default.contents(atPath: folder + "/tzdata.zi").map {
            String(decoding: $0.prefix(200), as: UTF8.self)
        }
        guard let version = table.flatMap({ TimeZoneRules.tableVersion(ofTable: $0) }) else {
            throw CatalogueError(
                .storage, "The zone table does not say which release it is", at: folder + "/tzdata.zi",
                expected: "a first line such as '# version 2026f'", remedy: "Install the package tzdata")
        }
        return try ruled(at: name) { () throws(EmbargoError) in
            try TimeZoneRules(identifier: name, tableVersion: version, tzif: bytes)
        }
    }
}
