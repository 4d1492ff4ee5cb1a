import DataCite
import Diagnostics
import Foundation
import Identifiers
import Testing

/// Whole citations, written by hand from the styles' own descriptions.
@Suite struct CitationTests {
    static let slice = "#frames=100-199&sha256=" + String(repeating: "0123456789abcdef", count: 4)

    static func record(
        _ creators: [DataCiteRecord.Party]? = nil, title: String = "Ice growth in porous media",
        publisher: String = "Synchrotron Ünïon"
    ) throws -> DataCiteRecord {
        var record = DataCiteRecord(
            doi: try DOI("10.5072/000000003rj076"), types: .init(.dataset, "Raw beamline data"),
            creators: creators ?? [
                .person(family: "Curie", given: "Irène"), .person(family: "van der Meer", given: "Jan-Piet A."),
                .person(family: "Nemo"),
                .organisation("Team & Co"),
            ], titles: [.init(title, lang: "en")], publisher: .init(publisher), publicationYear: 2028)
        record.version = "1"
        record.language = "en"
        return record
    }

    @Test func theBibTeXIsThis() throws {
        #expect(
            try Self.record().citation(.bibtex) == #"""
                @misc{10.5072/000000003rj076,
                  author       = {Curie, Irène and van der Meer, Jan-Piet A. and Nemo and {Team \& Co}},
                  title        = {{Ice growth in porous media}},
                  publisher    = {Synchrotron Ünïon},
                  year         = {2028},
                  howpublished = {Data set},
                  version      = {1},
                  doi          = {10.5072/000000003rj076},
                  url          = {https://doi.org/10.5072/000000003rj076},
                }

                """#)
    }

    /// Its identifier is told, and not as a DOI: programs would make an address of it that leads nowhere.
    @Test func whatNoResolverKnowsOfIsCitedByItsPage() throws {
        let page = "https://data.example.org/datasets/10.5072%2F000000003rj076"
        let record = try Self.record()
        #expect(
            try record.citation(.apa, at: page).hasSuffix(
                "Ice growth in porous media (10.5072/000000003rj076; Version 1) [Data set]. Synchrotron Ünïon. \(page)"))
        let bibtex = try record.citation(.bibtex, at: page)
        #expect(bibtex.contains("  number       = {10.5072/000000003rj076},") && bibtex.contains("{\(page)}"))
        #expect(!bibtex.contains("doi"))
        let csl = try record.citation(.cslJSON, at: page)
        #expect(csl.contains("\"number\" : \"10.5072/000000003rj076\"") && csl.contains("\"URL\" : \"\(page)\""))
        #expect(!csl.contains("DOI") && !csl.contains("doi.org"))
    }

    @Test func theAPAReferenceIsThis() throws {
        #expect(
            try Self.record().citation(.apa)
                == "Curie, I., van der Meer, J.-P. A., Nemo, & Team & Co. (2028). Ice growth in porous media (Version 1) [Data set]. "
                + "Synchrotron Ünïon. https://doi.org/10.5072/000000003rj076")
    }

    @Test func theCSLIsThis() throws {
        #expect(
            try Self.record([.person(family: "Curie", given: "Irène"), .organisation("Team")]).citation(.cslJSON) == """
                [
                  {
                    "DOI" : "10.5072/000000003rj076",
                    "URL" : "https://doi.org/10.5072/000000003rj076",
                    "author" : [
                      {
                        "family" : "Curie",
                        "given" : "Irène"
                      },
                      {
                        "literal" : "Team"
                      }
                    ],
                    "id" : "https://doi.org/10.5072/000000003rj076",
                    "issued" : {
                      "date-parts" : [
                        [
                          2028
                        ]
                      ]
                    },
                    "language" : "en",
                    "publisher" : "Synchrotron Ünïon",
                    "title" : "Ice growth in porous media",
                    "type" : "dataset",
                    "version" : "1"
                  }
                ]

                """)
    }

    @Test func aSliceIsCitedWithItsFramesAndItsDigest() throws {
        let slice = try SliceFragment(Self.slice)
        let record = try Self.record()
        let apa = try record.citation(.apa, slice: slice)
        #expect(
            apa.hasSuffix(
                " (Version 1; frames 100–199) [Data set]. Synchrotron Ünïon. https://doi.org/10.5072/000000003rj076\(Self.slice)")
        )
        let bibtex = try record.citation(.bibtex, slice: slice)
        #expect(bibtex.hasPrefix("@misc{10.5072/000000003rj076:100-199,\n"))
        #expect(bibtex.contains("  note         = {frames 100--199},\n"))
        #expect(bibtex.contains("  url          = {https://doi.org/10.5072/000000003rj076\(Self.slice)},\n"))
        let csl = try record.citation(.cslJSON, slice: slice)
        #expect(csl.contains(#""URL" : "https://doi.org/10.5072/000000003rj076\#(Self.slice)""#))
        #expect(!csl.contains(#""DOI""#))
        for text in [apa, String(csl.split(separator: "\"").first { $0.hasPrefix("https://doi.org/") } ?? "")] {
            let address = text.split(separator: " ").last.map(String.init) ?? ""
            let parts = try SliceFragment.separated(from: address)
            #expect(parts.fragment == slice)
        }
    }

    @Test(arguments: CitationStyle.allCases)
    func theShortestAndTheWidestSliceAreCitedToo(_ style: CitationStyle) throws {
        let digest = String(repeating: "0", count: 64)
        let one = try Self.record().citation(style, slice: SliceFragment(frames: 7...7, sha256: digest))
        #expect(one.contains("frame 7"))
        let widest = try Self.record().citation(style, slice: SliceFragment(frames: 0...Int.max, sha256: digest))
        #expect(widest.contains("#frames=0-9223372036854775807&sha256=\(digest)"))
    }

    @Test(arguments: [1, 2, 19, 20, 21, 22, 100])
    func apaNamesUpToTwentyAuthors(_ count: Int) throws {
        let people = (1...count).map { DataCiteRecord.Party.person(family: "F\($0)", given: "Given") }
        let text = try Self.record(people).citation(.apa)
        let authors = String(text[..<(text.range(of: " (2028)")?.lowerBound ?? text.startIndex)])
        let names = (1...count).map { "F\($0), G." }
        switch count {
        case 1: #expect(authors == "F1, G.")
        case ...20: #expect(authors == names.dropLast().joined(separator: ", ") + ", & F\(count), G.")
        default: #expect(authors == names.prefix(19).joined(separator: ", ") + ", … F\(count), G.")
        }
    }

    @Test(arguments: [
        ("Jean-Paul Marie", "J.-P. M."), ("A.B.", "A. B."), ("A. B.", "A. B."), ("é", "é."), ("Łukasz", "Ł."), ("Юрий", "Ю."),
        ("明", "明"),
        ("李 明", "李 明"), (" Ana  Maria ", "A. M."),
    ])
    func givenNamesBecomeInitials(_ given: String, _ initials: String) throws {
        let text = try Self.record([.person(family: "F", given: given)]).citation(.apa)
        #expect(text.hasPrefix(initials.hasSuffix(".") ? "F, \(initials) (2028)." : "F, \(initials). (2028)."))
    }

    @Test func aPublisherThatIsTheAuthorIsNamedOnce() throws {
        let text = try Self.record([.organisation("Synchrotron Ünïon")]).citation(.apa)
        #expect(
            text
                == "Synchrotron Ünïon. (2028). Ice growth in porous media (Version 1) [Data set]. https://doi.org/10.5072/000000003rj076"
        )
    }

    @Test func titlesAreOneLineWithTheirSubtitle() throws {
        var record = try Self.record([.organisation("Team")])
        record.version = nil
        record.titles = [
            .init("Alternative", type: .alternativeTitle), .init(" Main\n title\t"), .init("with a subtitle", type: .subtitle),
        ]
        let text = try record.citation(.apa)
        #expect(
            text
                == "Team. (2028). Main title: with a subtitle [Data set]. Synchrotron Ünïon. https://doi.org/10.5072/000000003rj076"
        )
    }

    /// What stands in the record and is not public before the opening is in no citation, and the year is that of the opening.
    @Test(arguments: CitationStyle.allCases)
    func everyRecordOfEveryStateCanBeCited(_ style: CitationStyle) throws {
        for record in try Examples.all() {
            let text = try record.citation(style)
            #expect(text.contains("\(record.publicationYear)"))
            #expect(text.contains("https://doi.org/\(record.doi)"))
            #expect(!text.contains("sha256"))
        }
        let embargoed = try Examples.run(Examples.states()[0]).citation(style)
        #expect(embargoed.contains("2028"))
        #expect(!embargoed.contains("secret"))
    }

    @Test func namesThatBibTeXWouldTakeApartStandInBraces() throws {
        let people: [DataCiteRecord.Party] = [
            .person(family: "Smith and Sons", given: "X"), .person(family: "Doe, Jr.", given: "John"),
            .person(family: "others", given: " \n"),
            .person(family: "von Ohne"), .organisation("A and B"), .person(family: "Band", given: "Andy"),
        ]
        let text = try Self.record(people).citation(.bibtex)
        #expect(
            text.contains(
                "= {{Smith and Sons}, X and {Doe, Jr.}, John and {others} and {von Ohne} and {A and B} and Band, Andy},\n"))
    }

    @Test func signsOfLaTeXBecomeCommands() throws {
        let text = try Self.record([.organisation("Team")], title: #"50% of {x}_1 & $y^2$ #3 ~ \n <z> | "é""#).citation(.bibtex)
        #expect(
            text.contains(
                ##"{{50\% of \textbraceleft{}x\textbraceright{}\_1 \& \$y\textasciicircum{}2\$ \#3 \textasciitilde{} \textbackslash{}n "##
                    + ##"\textless{}z\textgreater{} \textbar{} "é"}},"##))
    }

    @Test func aRecordThatCannotBeWrittenCannotBeCited() throws {
        var record = try Self.record()
        record.creators = []
        let error = #expect(throws: DataCiteError.self) { try record.citation(.apa) }
        #expect(error?.code == .missing)
    }
}
