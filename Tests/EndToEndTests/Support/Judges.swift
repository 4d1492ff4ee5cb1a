import Foundation
import TestSupport

/// Programs that others wrote, asked about a run.
enum Judges {
    /// The lines of `judge_readers.py`, whether or not one failed.
    static func readers(_ run: String, frames: Int) throws -> [String] {
        guard let python = TestPython.path else { throw ChildFailure(description: TestPython.absence) }
        let script = PackageRoot.file("Tests/Judges/judge_readers.py").path
        let output = try ChildProcess.run(python, [script, run, "--frames", "\(frames)", "--checks", "3"], seconds: 120)
        return output.standardOutput.split(separator: "\n").map(String.init)
            + output.standardError.split(separator: "\n").map(String.init)
    }

    /// What a JSON Schema validator has against a document; empty when nothing.
    static func schemaErrors(of document: String, by schema: URL) throws -> [String] {
        try HDF5View.answer(
            """
            import jsonschema
            schema = json.load(open(sys.argv[2]))
            errors = jsonschema.Draft202012Validator(schema).iter_errors(json.load(open(sys.argv[1])))
            print(json.dumps([f"{list(e.path)}: {e.message}" for e in errors]))
            """, [document, schema.path])
    }
}
