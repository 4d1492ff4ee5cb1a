import Diagnostics
import Foundation
import Quantities
import RunModel

/// What a scientist types to find runs, read into a ``RunFilter``:
///
///     technique:SAXS energy:8..12keV sample:lysozyme state:open "silver behenate" after:2026-03-01
///
/// - Terms stand between blanks, and all of them must hold. An empty question is about every run.
/// - `field:value` is one of ``fields``, in any case of letters. A value with blanks stands in quotation marks: `sample:"silver behenate"`.
/// - `key:8..12keV` is a range of a metadata value, both ends included: `8keV..`, `..12keV`; `10keV` is what rounds to it, 9.5 to 10.5 keV.
///   The key is a short name of ``RunValueKeys`` or the value's own (`sample/pressure:1..2bar`). Energy and wavelength are two views of one
///   beam: a range of either finds the runs of that beam.
/// - `after:` and `before:` are about the start of the run: a day of the facility's zone, which `after:` includes and `before:` does not, or
///   an RFC 3339 time.
/// - Everything else is words, each of which may be the beginning of one. A quoted word is never a field: `"state:open"`. Quoted words must all
///   occur; their order is not looked at.
/// - `\"`, `\\`, `\:` and a backslash before a blank are these signs themselves. Nothing is a sign of the search engine or of the database.
public struct RunQuestion: Sendable, Hashable {
    public let filter: RunFilter

    /// - Parameter zone: the facility's, in which days begin.
    /// - Throws: `badRequest`, with the column of the term (in characters, from 1), what was expected there, and the nearest known name.
    public init(_ text: String, zone: TimeZone) throws(CatalogueError) {
        var scanner = try QuestionScanner(text)
        var reader = QuestionReader(zone: zone)
        for term in try scanner.terms() { try reader.add(term) }
        filter = try reader.finished()
    }

    /// A field of the question, for help texts.
    public struct Field: Sendable, Hashable {
        public let name: String
        /// A sentence without its full stop.
        public let meaning: String
    }

    public static let fields =
        QuestionField.allCases.map { Field(name: $0.rawValue, meaning: $0.meaning) }
        + RunValueKeys.all.map { Field(name: $0.shortName, meaning: "\($0.meaning), a range") }
}

/// The words before a colon that are no metadata values.
enum QuestionField: String, CaseIterable {
    case technique, beamline, instrument, proposal, session, sample, keyword, person, kind, state, after, before, name

    var meaning: String {
        switch self {
        case .technique: "The experimental technique, such as SAXS"
        case .beamline, .instrument: "The beamline or instrument by its name"
        case .proposal: "The proposal's number"
        case .session: "The session (beam time) by its name"
        case .sample: "The sample by its whole name"
        case .keyword: "One of the run's keywords"
        case .person: "Somebody of the proposal's team, as \"Family\" or \"Family, Given\""
        case .kind: "One of \(RunKind.allCases.map(\.rawValue).joined(separator: ", "))"
        case .state: "Who may read it: \(AccessState.allCases.map(\.word).joined(separator: ", "))"
        case .after: "Begun on this day or later, or at this time or later"
        case .before: "Begun before this day or time"
        case .name: "A piece of the run's name, title or sample, three letters at least"
        }
    }

    /// What a second term of it would contradict: a run has one instrument, whatever it is called.
    var subject: String { self == .beamline ? Self.instrument.rawValue : rawValue }
}
