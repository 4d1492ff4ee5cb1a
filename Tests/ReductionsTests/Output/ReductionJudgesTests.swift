import Diagnostics
import Foundation
import Reductions
import ScatteringGeometry
import TestSupport
import Testing

/// Other people's programs read the results: `Tests/Judges/judge_reduction.py` says which, and what they must see.
@Suite("Readers of results")
struct ReductionJudgesTests {
    @Test(.enabled(if: TestPython.isAvailable("h5py", "numpy"), "\(TestPython.absence)"))
    func seeTheAverageTheFramesAndTheirErrors() throws {
        let folder = try TemporaryFolder("judges")
        let kinds: [(String, ReductionDescription)] = [
            ("curve", try Results.description()), ("angstrom", try Results.description(unit: .q_perAngstrom, errors: "none")),
            ("angle", try Results.description(unit: .twoTheta_degree)),
            ("spread", try Results.description(errors: "azimuthal")),
            ("map", try Results.description(bins: 16, azimuthal: 9, frames: 4, keepsFrameSums: false)),
        ]
        for (name, plain) in kinds {
            var description = plain
            description.identifier = "urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057"
            try Results.write(folder.file("\(name).h5").path, description, failing: 2)
        }
        let dat = folder.file("curve.dat").path
        try ReductionText.writeCurve(of: try ReductionReader(folder.file("curve.h5").path), to: dat)
        let paths = kinds.map { folder.file("\($0.0).h5").path }
        let output = try TestPython.run(
            script: PackageRoot.file("Tests/Judges/judge_reduction.py"), paths + ["--dat", dat], seconds: 300)
        let verdicts = output.standardOutput.split(separator: "\n")
        #expect(verdicts.filter { $0.hasPrefix("PASS h5py") }.count == 5, "\(output.standardOutput)")
        #expect(verdicts.contains { $0.hasPrefix("PASS text") })
        #expect(!verdicts.contains { $0.hasPrefix("FAIL") })
    }
}
