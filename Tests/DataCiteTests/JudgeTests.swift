import DataCite
import Foundation
import Identifiers
import TestSupport
import Testing

/// Judges that others wrote: the JSON schema 4.5 and the XML of the Python package datacite, DataCite's XSD, lxml.
@Suite struct JudgeTests {
    /// JSON and XML of each record, as a file that Python reads.
    private func write(_ records: [DataCiteRecord], to folder: TemporaryFolder) throws -> URL {
        let pairs = try records.map { ["json": try $0.json(), "xml": try $0.xml()] }
        return try folder.write([UInt8](JSONEncoder().encode(pairs)), to: "records.json")
    }

    @Test(.enabled(if: TestPython.isAvailable("datacite", "lxml"), "\(TestPython.absence)"))
    func theSchemaOfTheDataCitePackageAcceptsEveryRecordAndRefusesSlips() throws {
        let folder = try TemporaryFolder("datacite")
        let all = try Examples.all()
        let records = try write(all, to: folder)
        let judged = try TestPython.run(
            """
            import copy, json, sys
            from datacite import schema45
            pairs = json.load(open(sys.argv[1]))
            assert len(pairs) > 30
            slips = ["del d['creators']", "d['titles'] = []", "d['publicationYear'] = 2028", "d['types']['resourceTypeGeneral'] = 'Run'",
                     "d['publisher'] = 'x'", "d['identifier'] = 'x'", "d['dates'][0]['dateType'] = 'Opened'", "d['doi'] = 'x'",
                     "d['contributors'][0]['contributorType'] = 'Boss'", "d['schemaVersion'] = '4.5'"]
            for pair in pairs:
                record = json.loads(pair["json"])
                errors = [f"{list(e.absolute_path)}: {e.message}" for e in schema45.validator.iter_errors(record)]
                assert not errors, (record["doi"], errors)
                for slip in slips:
                    spoilt = copy.deepcopy(record)
                    exec(slip, {"d": spoilt})
                    assert not schema45.validate(spoilt), slip
            print(len(pairs), "accepted,", len(pairs) * len(slips), "refused")
            """, [records.path])
        #expect(judged.standardOutput == "\(all.count) accepted, \(all.count * 10) refused\n")
    }

    /// The package makes XML of our JSON: element by element the same as ours.
    @Test(.enabled(if: TestPython.isAvailable("datacite", "lxml"), "\(TestPython.absence)"))
    func theXMLIsWhatTheDataCitePackageMakesOfTheJSON() throws {
        let folder = try TemporaryFolder("datacite")
        let all = try Examples.all()
        let records = try write(all, to: folder)
        let judged = try TestPython.run(
            """
            import json, sys
            from datacite import schema45
            from lxml import etree
            def local(name): return name.rpartition("}")[2]
            def tree(element):
                attributes = sorted((local(k), v) for k, v in element.attrib.items() if local(k) != "schemaLocation")
                children = [tree(child) for child in element]
                return (local(element.tag), attributes, "" if children else element.text, children)
            def parts(root): return sorted(tree(root)[3])
            pairs = json.load(open(sys.argv[1]))
            for pair in pairs:
                theirs = etree.fromstring(schema45.tostring(json.loads(pair["json"])).encode())
                ours = etree.fromstring(pair["xml"].encode())
                assert ours.tag == "{http://datacite.org/schema/kernel-4}resource"
                assert all(e.tag.startswith("{http://datacite.org/schema/kernel-4}") for e in ours.iter())
                for a, b in zip(parts(ours), parts(theirs), strict=True): assert a == b, (a, b)
            print(len(pairs), "the same")
            """, [records.path])
        #expect(judged.standardOutput == "\(all.count) the same\n")
    }

    /// DataCite's own schema is not in a package of PyPI: `shared/data/datacite/kernel-4.5`, as https://schema.datacite.org has it.
    @Test(
        .enabled(
            if: SharedData.has("datacite/kernel-4.5/metadata.xsd") && TestPython.isAvailable("lxml"),
            "needs DataCite's XML schema in shared/data/datacite/kernel-4.5, and lxml"))
    func theXMLSchemaAcceptsEveryRecordAndRefusesSlips() throws {
        let schema = try #require(SharedData.url("datacite/kernel-4.5/metadata.xsd"))
        let folder = try TemporaryFolder("datacite")
        let all = try Examples.all()
        let records = try write(all, to: folder)
        let judged = try TestPython.run(
            """
            import json, sys
            from lxml import etree
            schema = etree.XMLSchema(etree.parse(sys.argv[1]))
            pairs = json.load(open(sys.argv[2]))
            slips = [("publicationYear>2", "publicationYear>x2"), ("<titles>", "<titel/><titles>"),
                     ('dateType="Available"', 'dateType="Opened"'), ("<creatorName ", "<name/><creatorName ")]
            refused = [0] * len(slips)
            for pair in pairs:
                text = pair["xml"]
                schema.assertValid(etree.fromstring(text.encode()))
                for number, (a, b) in enumerate(slips):
                    if a in text:
                        assert not schema.validate(etree.fromstring(text.replace(a, b, 1).encode())), a
                        refused[number] += 1
            assert all(refused), refused
            print(len(pairs), "accepted")
            """, [schema.path, records.path])
        #expect(judged.standardOutput == "\(all.count) accepted\n")
    }

    /// Texts of signs that mean something in XML or JSON, white space of all kinds, invisible letters and letters beyond 16 bits.
    private func hostileTexts() -> [String] {
        let pieces = [
            "]]>", "<![CDATA[", "<!--", "-->", "<?xml?>", "&amp;", "&#0;", "&", "<", ">", "\"", "'", "\\", "\\u0000", "/", "\t",
            "\n", "\r",
            "\r\n", "\u{7F}", "\u{80}", "\u{85}", "\u{9F}", "\u{A0}", "\u{2028}", "\u{2029}", "\u{202E}", "\u{FEFF}", "\u{FFFD}",
            "\u{D7FF}",
            "\u{E000}", "😀", "\u{1FFFE}", "\u{10FFFF}", "é", "e\u{301}", "x", " ", "${x}", "%s",
        ]
        var generator = SeededGenerator(seed: 17)
        return pieces
            + (0..<500).map { _ in
                (0..<Int.random(in: 1...12, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }
                    .joined()
            }
    }

    private func hostileRecord(_ text: String) throws -> DataCiteRecord {
        var record = try Examples.run(Examples.states()[2])
        record.titles = [.init(text)]
        record.subjects[0].subjectScheme = text
        record.descriptions = [.init(text, type: .other)]
        return record
    }

    @Test(.enabled(if: TestPython.isAvailable("lxml"), "\(TestPython.absence)"))
    func hostileTextsComeBackFromXMLAndJSON() throws {
        let folder = try TemporaryFolder("datacite")
        let texts = hostileTexts()
        let records = try write(texts.map(hostileRecord), to: folder)
        let expected = try folder.write([UInt8](JSONEncoder().encode(texts)), to: "texts.json")
        let judged = try TestPython.run(
            """
            import json, sys
            from lxml import etree
            from xml.etree import ElementTree
            n = "{http://datacite.org/schema/kernel-4}"
            pairs, texts = json.load(open(sys.argv[1])), json.load(open(sys.argv[2]))
            for pair, text in zip(pairs, texts, strict=True):
                for parse in (etree.fromstring, ElementTree.fromstring):
                    root = parse(pair["xml"].encode())
                    assert root.find(f"{n}titles/{n}title").text == text, repr(text)
                    assert root.find(f"{n}descriptions/{n}description").text == text, repr(text)
                    assert root.find(f"{n}subjects/{n}subject").get("subjectScheme") == text, repr(text)
                record = json.loads(pair["json"])
                assert record["titles"][0]["title"] == text and record["descriptions"][0]["description"] == text
            print(len(texts), "came back")
            """, [records.path, expected.path])
        #expect(judged.standardOutput == "\(texts.count) came back\n")
    }

    /// The lists of terms are the schema's, neither more nor fewer.
    @Test(.enabled(if: TestPython.isAvailable("datacite"), "\(TestPython.absence)"))
    func theVocabulariesAreThoseOfTheSchema() throws {
        let lists: [String: [String]] = [
            "resourceTypeGeneral": ResourceKind.allCases.map(\.rawValue), "relationType": RelationType.allCases.map(\.rawValue),
            "contributorType": ContributorType.allCases.map(\.rawValue), "dateType": DateType.allCases.map(\.rawValue),
            "descriptionType": DescriptionType.allCases.map(\.rawValue), "titleType": TitleType.allCases.map(\.rawValue),
        ]
        let judged = try TestPython.run(
            """
            import json, sys
            from datacite import schema45
            for name, terms in json.loads(sys.argv[1]).items():
                assert sorted(terms) == sorted(schema45.validator.schema["definitions"][name]["enum"]), name
            print(len(json.loads(sys.argv[1])), "lists")
            """, [String(decoding: try JSONEncoder().encode(lists), as: UTF8.self)])
        #expect(judged.standardOutput == "\(lists.count) lists\n")
    }
}
