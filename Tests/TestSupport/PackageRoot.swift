import Foundation

/// Where this package lies, found from this source file: tests run from any working folder, and from a package that holds
/// the sources by symbolic link.
public enum PackageRoot {
    /// The folder of `Package.swift`, symbolic links resolved.
    public static let url: URL = {
        let here = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        var folder = here.deletingLastPathComponent()
        while folder.path != "/" {
            if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) { return folder }
            folder.deleteLastPathComponent()
        }
        return here.deletingLastPathComponent()
    }()

    /// A file of the package, by its path from the root (`schemas/run.schema.json`).
    public static func file(_ path: String) -> URL { url.appendingPathComponent(path) }

    static func environment(_ name: String) -> String? {
        guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else { return nil }
        return value
    }
}

/// Files that belong to the repository (Fixtures/README.md says where each comes from).
public enum Fixtures {
    /// The place of a fixture by its path below `Fixtures/`, whether or not it exists.
    public static func url(_ path: String) -> URL { PackageRoot.file("Fixtures").appendingPathComponent(path) }
}
