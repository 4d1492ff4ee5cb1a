import Foundation

/// The built `faisceau` program, found beside the test bundle (SwiftPM puts every product of one build into one folder).
public enum FaisceauProgram {
    /// The path, or nil when it was not built; `FAISCEAU_PROGRAM` overrides it.
    public static let path: String? = {
        var candidates: [String] = []
        if let named = PackageRoot.environment("FAISCEAU_PROGRAM") { candidates.append(named) }
        // On Linux the test bundle is itself the running executable.
        if let running = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            candidates.append(URL(fileURLWithPath: running).deletingLastPathComponent().appendingPathComponent("faisceau").path)
        }
        for argument in CommandLine.arguments where argument.hasSuffix(".xctest") {
            candidates.append(URL(fileURLWithPath: argument).deletingLastPathComponent().appendingPathComponent("faisceau").path)
        }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    public static var isBuilt: Bool { path != nil }
    public static let absence = "needs the faisceau program beside the tests (swift build first; FAISCEAU_PROGRAM names another)"

    /// What programs of the tests keep for one another, and not for those of the user; nothing of an earlier version is in it.
    private static let cache: String = {
        let folder = NSTemporaryDirectory() + "faisceau-cache-\(UUID().uuidString)"
        cacheOfThisProcess = folder
        atexit { if let folder = cacheOfThisProcess { try? FileManager.default.removeItem(atPath: folder) } }
        return folder
    }()

    /// Starts it; colours and the surrounding terminal's settings are off.
    public static func start(
        _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil
    ) throws -> ChildProcess {
        guard let path else { throw ChildFailure(description: absence) }
        return try ChildProcess(
            path, arguments, environment: ["NO_COLOR": "1", "XDG_CACHE_HOME": Self.cache].merging(environment) { _, new in new },
            in: folder)
    }

    /// Runs it to its end.
    public static func run(
        _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil, seconds: Double = 120
    ) throws -> ChildOutput {
        try start(arguments, environment: environment, in: folder).wait(seconds: seconds)
    }
}

// A function that C calls at the end captures nothing. Written once, before the first program is started.
nonisolated(unsafe) private var cacheOfThisProcess: String?
