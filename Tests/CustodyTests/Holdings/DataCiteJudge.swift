import DataCite
import TestSupport

/// The schema 4.5 of the Python package datacite, which others wrote.
enum DataCiteJudge {
    /// Empty where the schema accepts the record; else what it says.
    static func findings(_ record: DataCiteRecord) throws -> String {
        try TestPython.run(
            """
            import json, sys
            from datacite import schema45
            for e in schema45.validator.iter_errors(json.loads(sys.argv[1])): print(list(e.absolute_path), e.message)
            """, [try record.json()]
        ).standardOutput
    }
}
