import Foundation

/// An independent judge of the files in `schemas/`: the Python package jsonschema (and PyYAML for documents in YAML).
public enum SchemaJudge {
    /// Throws unless the schema is one, accepts every document, and refuses every document after each of the slips.
    ///
    /// - Parameters:
    ///   - schema: its path from the package root.
    ///   - documents: JSON, or YAML by the file's name.
    ///   - slips: Python that spoils the document `d`, one thing each.
    public static func judge(schema: String, documents: [URL], refusing slips: [String]) throws {
        let judge = """
            import copy, json, sys
            from jsonschema import Draft202012Validator
            schema = json.load(open(sys.argv[1]))
            Draft202012Validator.check_schema(schema)
            validator = Draft202012Validator(schema)
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
            """
        func list(_ texts: [String]) throws -> String { String(decoding: try JSONEncoder().encode(texts), as: UTF8.self) }
        try TestPython.run(judge, [PackageRoot.file(schema).path, try list(documents.map(\.path)), try list(slips)])
    }
}
