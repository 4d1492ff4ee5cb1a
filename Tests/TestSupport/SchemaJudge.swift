import Foundation

/// An independent judge of the files in `schemas/`: the Python package jsonschema (and PyYAML for documents in YAML).
public enum SchemaJudge {
    /// Throws unless the schema is one, accepts every document, and refuses every document after each of the slips.
    ///
    /// - Parameters:
    ///   - schema: its path from the package root.
    ///   - documents: JSON, or YAML by the file's name.
    ///   - slips: Python that spoils the document `d`, one thing each.
    /// - Returns: spoilt documents that were refused.
    @discardableResult
    public static func judge(schema: String, documents: [URL], refusing slips: [String]) throws -> Int {
        let judge = """
            import copy, json, sys
            from jsonschema import Draft202012Validator
            schema = json.load(open(sys.argv[1]))
            Draft202012Validator.check_schema(schema)
            validator = Draft202012Validator(schema)
            refused = 0
            for path in json.loads(sys.argv[2]):
                if path.endswith(".yaml"):
                    import yaml
                    document = yaml.safe_load(open(path))
                else:
                    document = json.load(open(path))
                validator.validate(document)
                for slip in json.loads(sys.argv[3]):
                    spoilt = copy.deepcopy(document)
                    exec(slip, {"d": spoilt})
                    assert spoilt != document, f"{slip} changes nothing in {path}"
                    assert not validator.is_valid(spoilt), f"accepted after {slip}: {path}"
                    refused += 1
            print(refused)
            """
        func list(_ texts: [String]) throws -> String { String(decoding: try JSONEncoder().encode(texts), as: UTF8.self) }
        let output = try TestPython.run(
            judge, [PackageRoot.file(schema).path, try list(documents.map(\.path)), try list(slips)])
        guard let refused = Int(output.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw ChildFailure(description: "the judge of schemas did not come to its end: \(output.standardOutput)")
        }
        return refused
    }
}
