import Foundation

/// Real recordings that are too large, or not ours, to lie in the repository: a folder `shared/data` beside the package or
/// beside one of the folders above it, or the folder that `FAISCEAU_SHARED` names (the one that holds `data/`).
///
/// They may be absent; then a test that needs them is skipped by name:
/// `@Test(.enabled(if: SharedData.has("stream/start.cbor"), "\(SharedData.absence)"))`.
public enum SharedData {
    /// The named reason of a skip.
    public static let absence =
        "needs the recordings of shared/data, which are not on this machine (FAISCEAU_SHARED names their folder)"

    /// The file, or nil when it is not there.
    public static func url(_ path: String) -> URL? {
        guard let folder else { return nil }
        let file = folder.appendingPathComponent(path)
        return FileManager.default.fileExists(atPath: file.path) ? file : nil
    }

    /// Whether every one of the files is there.
    public static func has(_ paths: String...) -> Bool { paths.allSatisfy { url($0) != nil } }

    private static let folder: URL? = {
        var candidates: [URL] = []
        if let named = PackageRoot.environment("FAISCEAU_SHARED") {
            candidates.append(URL(fileURLWithPath: named).appendingPathComponent("data"))
            candidates.append(URL(fileURLWithPath: named))
        }
        var above = PackageRoot.url.deletingLastPathComponent()
        while true {
            candidates.append(above.appendingPathComponent("shared/data"))
            if above.path == "/" { break }
            above.deleteLastPathComponent()
        }
        return candidates.first {
            FileManager.default.fileExists(atPath: $0.appendingPathComponent("stream").path)
        }
    }()
}
