import Foundation
import Synchronization

/// The independent readers and judges are Python packages (Tests/requirements.txt): in `.venv` of the package (`make venv`), or
/// the interpreter that `FAISCEAU_PYTHON` names.
///
/// `@Test(.enabled(if: TestPython.isAvailable("h5py"), "\(TestPython.absence)"))`
///
/// With `FAISCEAU_REQUIRE_PYTHON=1` (continuous integration) a missing package is no skip but a failure of the test that needs it,
/// unless `make venv` noted that there was no network (`.venv/no-network`): then it is the named skip again.
public enum TestPython {
    public static let absence =
        "needs Python packages of Tests/requirements.txt: run `make venv` (it needs the network), or set FAISCEAU_PYTHON"

    /// The interpreter's path, or nil.
    public static let path: String? = {
        let candidates: [String?] = [PackageRoot.environment("FAISCEAU_PYTHON"), PackageRoot.file(".venv/bin/python").path]
        return candidates.compactMap { $0 }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// Whether a test that needs these modules is to run: they are there, or their absence must fail.
    public static func isAvailable(_ modules: String...) -> Bool { isRequired || modules.allSatisfy(has) }

    /// Runs a piece of Python; `arguments` are `sys.argv[1:]`. Throws with its standard error when it does not end with 0.
    @discardableResult
    public static func run(
        _ code: String, _ arguments: [String] = [], environment: [String: String] = [:], seconds: Double = 120
    ) throws -> ChildOutput {
        try start(["-c", code] + arguments, environment, seconds)
    }

    /// Runs a Python file (its place, `Tests/Judges/read_frames.py` for one, under the package root).
    @discardableResult
    public static func run(
        script: URL, _ arguments: [String] = [], environment: [String: String] = [:], seconds: Double = 120
    ) throws -> ChildOutput {
        try start([script.path] + arguments, environment, seconds)
    }

    private static func start(
        _ arguments: [String], _ environment: [String: String], _ seconds: Double
    ) throws -> ChildOutput {
        guard let path else { throw ChildFailure(description: absence) }
        let output = try ChildProcess.run(path, arguments, environment: environment, seconds: seconds)
        guard output.status == 0 else {
            throw ChildFailure(
                description: "Python ended with status \(output.status)\n\(output.standardError)\(output.standardOutput)")
        }
        return output
    }

    private static let isRequired: Bool =
        PackageRoot.environment("FAISCEAU_REQUIRE_PYTHON") == "1"
        && !FileManager.default.fileExists(atPath: PackageRoot.file(".venv/no-network").path)

    private static let known = Mutex<[String: Bool]>([:])

    private static func has(_ module: String) -> Bool {
        known.withLock { known in
            if let answer = known[module] { return answer }
            let code = "import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)"
            let answer = path.map { (try? ChildProcess.run($0, ["-c", code, module]).status == 0) ?? false } ?? false
            known[module] = answer
            return answer
        }
    }
}
