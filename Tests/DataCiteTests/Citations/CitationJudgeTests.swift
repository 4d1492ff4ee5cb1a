import DataCite
import Foundation
import Identifiers
import TestSupport
import Testing

/// Programs that others wrote read our citations: pybtex the BibTeX, citeproc-py the CSL-JSON.
@Suite struct CitationJudgeTests {
    /// Titles and names of signs that mean something in BibTeX, LaTeX or JSON.
    private func hostileTexts() -> [String] {
        let pieces = [
            "{", "}", "{}", "\\", "\\{", "\\}", "\\textbackslash{}", "\"", "'", "%", "&", "#", "$", "_", "^", "~", "<", ">", "|",
            "@", ",", "=",
            "and", "others", "é", "e\u{301}", "明", "😀", "--", "x", "Y", "[", "]", "(", ")", ";", ":", "/", "`", "@misc{a,",
            "\u{202E}",
        ]
        var generator = SeededGenerator(seed: 29)
        return pieces
            + (0..<300).map { _ in
                (0..<Int.random(in: 1...8, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }
                    .joined(separator: Bool.random(using: &generator) ? " " : "")
            }
    }

    private func write(_ records: [DataCiteRecord], _ style: CitationStyle, to folder: TemporaryFolder) throws -> URL {
        try folder.write([UInt8](JSONEncoder().encode(records.map { try $0.citation(style) })), to: "citations.json")
    }

    @Test(.enabled(if: TestPython.isAvailable("pybtex"), "\(TestPython.absence)"))
    func pybtexReadsBackWhatWasMeant() throws {
        let folder = try TemporaryFolder("citations")
        let texts = hostileTexts()
        let records = try texts.map {
            try CitationTests.record(
                [.person(family: $0, given: $0), .person(family: $0), .organisation($0)], title: $0, publisher: $0)
        }
        let expected = try folder.write([UInt8](JSONEncoder().encode(texts)), to: "texts.json")
        let judged = try TestPython.run(
            #"""
            import json, re, sys
            from pybtex.database import parse_string
            commands = {"textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^",
                        "textasciitilde": "~", "textless": "<", "textgreater": ">", "textbar": "|"}
            def plain(text):
                while text.startswith("{") and text.endswith("}") and not text.endswith("{}"): text = text[1:-1]
                return re.sub(r"\\(text\w+)\{\}|\\([#$%&_])", lambda m: commands[m[1]] if m[1] else m[2], text)
            texts = json.load(open(sys.argv[2]))
            for text, entry in zip(texts, json.load(open(sys.argv[1])), strict=True):
                read = parse_string(entry, "bibtex").entries
                assert list(read) == ["10.5072/000000003rj076"], entry
                read = read["10.5072/000000003rj076"]
                wanted = " ".join(text.split())
                for field in ("title", "publisher"):
                    assert plain(read.fields[field].removeprefix("{").removesuffix("}") if field == "title" else read.fields[field]) == wanted, entry
                people = read.persons["author"]
                assert len(people) == 3, (entry, people)
                def joined(*parts): return " ".join(plain(p) for part in parts for p in part)
                assert joined(people[0].prelast_names, people[0].last_names) == wanted, (entry, people[0])
                assert joined(people[0].first_names, people[0].middle_names) == wanted, (entry, people[0])
                for person in people[1:]:
                    assert not person.first_names and not person.lineage_names, (entry, person)
                    assert joined(person.prelast_names, person.last_names) == wanted, (entry, person)
                assert read.fields["year"] == "2028" and read.fields["url"] == "https://doi.org/10.5072/000000003rj076"
            print(len(texts), "read back")
            """#, [try write(records, .bibtex, to: folder).path, expected.path])
        #expect(judged.standardOutput == "\(texts.count) read back\n")
    }

    /// The style that citeproc-py brings along; a variable that it does not know is a warning, and a warning here an error.
    @Test(.enabled(if: TestPython.isAvailable("citeproc"), "\(TestPython.absence)"))
    func citeprocRendersOurCSL() throws {
        let folder = try TemporaryFolder("citations")
        let records = try Examples.all() + [CitationTests.record()]
        let judged = try TestPython.run(
            """
            import json, sys, warnings
            from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
            from citeproc.source.json import CiteProcJSON
            style = CitationStylesStyle("harvard-cite-them-right", validate=False)
            warnings.simplefilter("error")
            last = ""
            for text in json.load(open(sys.argv[1])):
                items = json.loads(text)
                assert len(items) == 1 and items[0]["type"] in ("dataset", "document"), text
                bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
                bibliography.register(Citation([CitationItem(items[0]["id"])]))
                last = str(bibliography.bibliography()[0])
                assert str(items[0]["issued"]["date-parts"][0][0]) in last and items[0]["title"] in last, last
                author = items[0]["author"][0]
                assert author.get("family", author.get("literal")) in last, last
            print(last)
            """, [try write(records, .cslJSON, to: folder).path])
        #expect(judged.standardOutput.hasPrefix("Curie, I."), "\(judged.standardOutput)")
        #expect(judged.standardOutput.contains("(2028)"), "\(judged.standardOutput)")
        #expect(judged.standardOutput.contains("Synchrotron Ünïon"), "\(judged.standardOutput)")
    }
}
