import Foundation

enum ZoneNames {
    /// The zones of a folder by name: those files that begin with `TZif`, but for the ones that count leap seconds.
    static func zones(in folder: String) throws -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: folder) else { return [] }
        var names: [String] = []
        for case let name as String in walk where !name.hasPrefix("right/") && !name.hasPrefix("posix/") {
            let handle = FileHandle(forReadingAtPath: "\(folder)/\(name)")
            defer { try? handle?.close() }
            if let handle, (try? handle.read(upToCount: 4)) == Data("TZif".utf8) { names.append(name) }
        }
        return names.sorted()
    }
}
