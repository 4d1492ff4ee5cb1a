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

    /// Starts it; colours and the surrounding terminal's settings are off.
    public static func start(
        _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil
    ) throws -> ChildProcess {
        guard let path else { throw ChildFailure(description: absence) }
        return try ChildProcess(
            path, arguments, environment: ["NO_COLOR": "1"].merging(environment) { _, new in new }, in: folder)
    }

    /// Runs it to its end.
    public static func run(
        _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil, seconds: Double = 120
    ) throws -> ChildOutput {
        try start(arguments, environment: environment, in: folder).wait(seconds: seconds)
    }
}
