import Foundation
import TestSupport

/// The built shared library, found beside the test bundle as ``FaisceauProgram`` is; the tests look at it from outside, as its callers do.
enum ReductionLibrary {
    static let path: String? = {
        var candidates: [String] = []
        if let named = ProcessInfo.processInfo.environment["FAISCEAU_REDUCTION_LIBRARY"], !named.isEmpty {
            candidates.append(named)
        }
        let running = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")).map { [$0] } ?? []
        for bundle in running + CommandLine.arguments.filter({ $0.hasSuffix(".xctest") }) {
            candidates.append(
                URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("libfaisceau_reduction.so").path)
        }
        return candidates.first { FileManager.default.fileExists(atPath: $0) }
    }()

    static let absence =
        "needs libfaisceau_reduction.so beside the tests (swift build first; FAISCEAU_REDUCTION_LIBRARY names another)"

    /// The library's folder and name, for linkers.
    static func required() throws -> URL {
        guard let path else { throw ChildFailure(description: absence) }
        return URL(fileURLWithPath: path)
    }

    static let sources = PackageRoot.file("Sources/ReductionLibrary")
}
