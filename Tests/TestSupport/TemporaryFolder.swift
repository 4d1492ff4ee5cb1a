import Foundation

/// A folder that lives as long as this object: made empty, removed with all that is in it (sealed, read-only runs too).
public final class TemporaryFolder: Sendable {
    public let url: URL
    public var path: String { url.path }

    /// - Parameter under: where to make it; the system's temporary folder if not given (`/dev/shm` is a tmpfs on Linux).
    public init(_ label: String = "test", under parent: String? = nil) throws {
        let base = URL(fileURLWithPath: parent ?? NSTemporaryDirectory())
        url = base.appendingPathComponent("faisceau-\(label)-\(UUID().uuidString)").resolvingSymlinksInPath()
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    public func file(_ name: String) -> URL { url.appendingPathComponent(name) }

    /// Writes a small file and returns its place; folders in between are made.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> URL {
        try write([UInt8](text.utf8), to: name)
    }

    @discardableResult
    public func write(_ bytes: [UInt8], to name: String) throws -> URL {
        let place = file(name)
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: place)
        return place
    }

    deinit {
        let files = FileManager.default
        // A folder without write permission keeps its children: give it back first.
        if let inside = files.enumerator(at: url, includingPropertiesForKeys: [.isDirectoryKey]) {
            for case let entry as URL in inside
            where (try? entry.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) == true {
                try? files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: entry.path)
            }
        }
        try? files.removeItem(at: url)
    }
}
