import BeamlineMetadata
import ConfigurationText
import Diagnostics
import Foundation
import TestSupport
import Testing

/// The schema that editors use and the reader must know the same keys.
@Suite struct BeamlineSchemaTests {
    private func keys(_ schema: Any?) throws -> [String: Any] {
        let object = try #require(schema as? [String: Any])
        let inner = (object["items"] as? [String: Any]) ?? object
        return inner["properties"] as? [String: Any] ?? [:]
    }

    /// The reader names every key of a section when it refuses one.
    private func read(_ yaml: String) -> Set<String> {
        let error = #expect(throws: ConfigurationError.self) { try BeamlineConfiguration(yaml: yaml, file: "b") }
        let list = error?.expected?.replacingOccurrences(of: "one of ", with: "") ?? ""
        return Set(list.components(separatedBy: ", "))
    }

    @Test func theSchemaListsTheKeysThatAreRead() throws {
        let data = try Data(contentsOf: PackageRoot.file("schemas/beamline.schema.json"))
        let top = try keys(JSONSerialization.jsonObject(with: data))
        #expect(Set(top.keys) == read("zzzzzz: 1"))
        for (name, schema) in top {
            let inner = try keys(schema)
            guard !inner.isEmpty else { continue }
            let yaml = name == "goniometer" ? "goniometer: [{zzzzzz: 1}]" : "\(name): {zzzzzz: 1}"
            #expect(Set(inner.keys) == read(yaml), "\(name)")
        }
    }

    /// An independent judge: PyYAML reads the example, jsonschema checks it.
    @Test(.enabled(if: TestPython.isAvailable("jsonschema", "yaml"), "\(TestPython.absence)"))
    func theSchemaAcceptsTheExampleAndRefusesSlips() throws {
        let refused = try SchemaJudge.judge(
            schema: "schemas/beamline.schema.json",
            documents: [PackageRoot.file("schemas/beamline.example.yaml")],
            refusing: [
                #"d.update(detektor={})"#,
                #"d["detector"].update(distance=351)"#,
                #"d["detector"].update(distance="351")"#,
                #"d["detector"].update(fast_direction=[1, 0])"#,
                #"d["beam"].update(transmission=2)"#,
                #"d["goniometer"][0].pop("direction")"#,
                #"d["ingest"].update(compress="zip")"#,
            ])
        #expect(refused == 7)
    }
}
