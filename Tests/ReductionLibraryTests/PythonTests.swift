import Foundation
import TestSupport
import Testing

/// What the library gives is what NumPy alone computes from the same file; each check is a process of its own (Python/checks.py).
@Suite(
    .enabled(if: ReductionLibrary.path != nil, "\(ReductionLibrary.absence)"),
    .enabled(if: TestPython.isAvailable("numpy", "h5py", "hdf5plugin"), "\(TestPython.absence)"))
struct PythonTests {
    static let script = PackageRoot.file("Tests/ReductionLibraryTests/Python/checks.py")

    /// The functions without arguments, as they stand in the script: none can be forgotten.
    static let claims = ((try? String(contentsOf: script, encoding: .utf8)) ?? "").matches(
        of: /^def ([a-z]\w*)\(\):$/.anchorsMatchLineEndings()
    ).map { String($0.1) }

    @Test(arguments: claims)
    func pythonAgrees(_ claim: String) throws {
        let folder = try TemporaryFolder()
        try TestPython.run(
            script: Self.script, [claim, folder.path],
            environment: [
                "FAISCEAU_REDUCTION_LIBRARY": try ReductionLibrary.required().path,
                "PYTHONPATH": ReductionLibrary.sources.appendingPathComponent("Python").path, "PYTHONDONTWRITEBYTECODE": "1",
            ])
    }

    @Test func theChecksAreFound() {
        #expect(Self.claims.count == 17)
    }
}
