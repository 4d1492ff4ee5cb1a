import Diagnostics
import Identifiers

/// The forms in which a record is cited.
public enum CitationStyle: String, Sendable, CaseIterable {
    /// An entry `@misc` for BibTeX, biber and reference managers, UTF-8.
    case bibtex
    /// One line of text as the Publication Manual of the American Psychological Association, 7th edition, has it (chapter 10.9, data sets).
    case apa
    /// A list of one item of CSL-JSON (https://docs.citationstyles.org, data schema 1.0), for pandoc, Zotero and citeproc.
    case cslJSON = "csl-json"
}

extension DataCiteRecord {
    /// The record as others cite it, also while its opening lies ahead: the year is the record's own.
    ///
    /// - Parameters:
    ///   - slice: some of a run's frames and their digest; they follow the address as a fragment.
    ///   - page: where it is found while no resolver knows of its DOI: then that is told as its number, and
    ///     not as a DOI, of which programs make an address that leads nowhere.
    /// - Throws: what ``check()`` throws.
    public func citation(
        _ style: CitationStyle, slice: SliceFragment? = nil, at page: String? = nil
    ) throws(DataCiteError) -> String {
        try check()
        let facts = CitationFacts(self, slice, page)
        return switch style {
        case .bibtex: BibTeX.entry(facts)
        case .apa: APA.reference(facts)
        case .cslJSON: try CSL.list(facts)
        }
    }
}

/// What every style tells, each text in one line.
struct CitationFacts {
    enum Author {
        case person(family: String, given: String?)
        case organisation(String)
    }

    let doi: DOI
    /// Whether the DOI leads to it.
    let isResolved: Bool
    /// What it is called while the DOI leads nowhere: a number of its publisher.
    var number: String? { isResolved ? nil : doi.description }
    /// With the fragment of a slice.
    let address: String
    let authors: [Author]
    /// With its subtitle.
    let title: String
    let publisher: String
    let year: Int
    let version: String?
    let language: String?
    /// What the thing is, in the words of citations: 'Data set'.
    let medium: String
    let isData: Bool
    let slice: SliceFragment?

    init(_ record: DataCiteRecord, _ slice: SliceFragment?, _ page: String?) {
        doi = record.doi
        isResolved = page == nil
        address = (page ?? record.doi.address ?? "https://doi.org/\(record.doi)") + (slice.map { "\($0)" } ?? "")
        authors = record.creators.map { party in
            guard party.kind == .personal, let family = party.familyName else { return .organisation(party.name.inOneLine) }
            let given = party.givenName?.inOneLine ?? ""
            return .person(family: family.inOneLine, given: given.isEmpty ? nil : given)
        }
        let main = record.titles.first { $0.titleType == nil } ?? record.titles.first
        let subtitle = record.titles.first { $0.titleType == .subtitle }
        title = [main?.title, subtitle?.title].compactMap { $0?.inOneLine }.joined(separator: ": ")
        publisher = record.publisher.name.inOneLine
        year = record.publicationYear
        version = record.version?.inOneLine
        language = record.language
        isData = [.dataset, .collection].contains(record.types.resourceTypeGeneral)
        medium = isData ? "Data set" : record.types.resourceType.inOneLine
        self.slice = slice
    }

    /// `frames 100–199`, with the dash of the style; `frame 7`.
    func frames(dash: String) -> String? {
        slice.map { slice in
            // Not by their number: the widest range has more frames than an Int counts.
            let (first, last) = (slice.frames.lowerBound, slice.frames.upperBound)
            return first == last ? "frame \(first)" : "frames \(first)\(dash)\(last)"
        }
    }
}

extension String {
    /// One blank for each run of white space and control characters, none at the ends.
    var inOneLine: String { printable.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
