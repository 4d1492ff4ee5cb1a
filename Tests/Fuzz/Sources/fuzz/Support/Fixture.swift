import Foundation

/// Files of the repository that seeds are taken from.
enum Fixture {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: root.appendingPathComponent(path)))
    }

    /// The larger recordings, which are not in the repository; empty where they are absent.
    static func shared(_ path: String) -> [UInt8] {
        let environment = ProcessInfo.processInfo.environment["FAISCEAU_SHARED"].map { URL(fileURLWithPath: $0) }
        for folder in [environment, root.appendingPathComponent("../shared/data"), root.appendingPathComponent("shared/data")] {
            if let folder, let data = try? Data(contentsOf: folder.appendingPathComponent(path)) { return [UInt8](data) }
        }
        return []
    }
}
