import Diagnostics
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue

/// What the store answered: the whole of it, with every field, or the whole error.
enum Answer: Equatable {
    case said(String)
    case refused(CatalogueErrorCode, String)

    init<Value>(_ body: () async throws(CatalogueError) -> Value) async {
        var text = ""
        do {
            dump(try await body(), to: &text)
            self = .said(text)
        } catch {
            dump(error, to: &text)
            self = .refused(error.code, "\(error)\n\(text)")
        }
    }

    var text: String {
        switch self {
        case .said(let text), .refused(_, let text): text
        }
    }

    var isSaid: Bool { if case .said = self { true } else { false } }

    func replacing(_ pid: RunIdentifier, by other: RunIdentifier) -> Answer {
        switch self {
        case .said(let text): .said(text.replacing("\(pid)", with: "\(other)"))
        case .refused(let code, let text): .refused(code, text.replacing("\(pid)", with: "\(other)"))
        }
    }
}

/// Every output of the store that a reader's scope decides.
///
/// A list that has no next page is counted whole, so one page tells the count too.
struct WalkedOutputs {
    let store: any CatalogueStore
    let scope: ReaderScope

    /// Belongs to the short record: whether the world knows of an identifier.
    static let registration = "registration"

    /// That of the short record first.
    func ofRun(_ pid: RunIdentifier) async -> [(name: String, answer: Answer)] {
        [
            ("short record", await Answer { () throws(CatalogueError) in try await store.shortRecord(of: pid, scope: scope) }),
            ("run", await Answer { () throws(CatalogueError) in try await store.run(pid, scope: scope) }),
            (
                "files",
                await Answer { () throws(CatalogueError) in try await store.files(of: pid, scope: scope, from: 0, limit: 10) }
            ),
            (
                "files beyond",
                await Answer { () throws(CatalogueError) in try await store.files(of: pid, scope: scope, from: 7, limit: 1) }
            ),
            ("values", await Answer { () throws(CatalogueError) in try await store.values(of: pid, scope: scope) }),
            (
                "other names",
                await Answer { () throws(CatalogueError) in try await store.alternates(of: pid, scope: scope) }
            ),
            ("history", await Answer { () throws(CatalogueError) in try await store.history(of: pid, scope: scope) }),
            (
                Self.registration,
                await Answer { () throws(CatalogueError) in try await store.registration(of: pid, scope: scope) }
            ),
        ]
    }

    /// The run that a name elsewhere leads to.
    func named(_ text: String) async -> Answer {
        await Answer { () throws(CatalogueError) in try await store.run(named: text, scope: scope) }
    }

    func ofList(_ filter: RunFilter) async -> [(name: String, answer: Answer)] {
        [
            (
                "page",
                await Answer { () throws(CatalogueError) in
                    try await store.page(filter, scope: scope, after: nil, limit: 10, countLimit: 0)
                }
            ), ("facets", await Answer { () throws(CatalogueError) in try await store.facets(filter, scope: scope, limit: 10) }),
        ]
    }

    /// Completions of everything that the walked run has, and of what begins like it.
    func completions() async -> [(field: CompletedField, answer: Answer)] {
        var answers: [(CompletedField, Answer)] = []
        for field in CompletedField.allCases {
            let answer = await Answer { () throws(CatalogueError) in
                try await store.completions(of: field, beginning: "", scope: scope, limit: 100)
            }
            answers.append((field, answer))
        }
        return answers
    }

    /// Every filter, and whether a walked run passes it.
    static func filters(_ walk: Walk) throws -> [(filter: RunFilter, passes: Bool)] {
        let start = walk.run.startedAt
        var filters: [(RunFilter, Bool)] = [
            (RunFilter(), true), (RunFilter(technique: "MX"), true), (RunFilter(instrument: "PROXIMA-1"), true),
            (RunFilter(proposal: "20260001"), true), (RunFilter(session: "2026-05"), walk.isSession),
            (RunFilter(sample: "zqsample"), true), (RunFilter(sample: "another"), false), (RunFilter(kind: .raw), true),
            (RunFilter(kind: .derived), false), (RunFilter(started: start..<start.advanced(bySeconds: 1)), true),
            (RunFilter(started: start.advanced(bySeconds: 2)..<start.advanced(bySeconds: 3)), false),
            (RunFilter(ranges: [try NumericRange("beam/incident_energy", from: 7, to: 8, unit: "keV")]), true),
            (RunFilter(ranges: [try NumericRange("frames/written", from: 0, to: 1, unit: "")]), false),
            (RunFilter(sample: "zqsample", text: "zqtitle", fragment: "qnam"), true),
        ]
        var keyword = RunFilter()
        keyword.keyword = "zqkeyword"
        var person = RunFilter()
        person.person = "curie"
        filters += [(keyword, true), (person, true)]
        for state in AccessState.allCases { filters.append((RunFilter(state: state), state == walk.state.shown)) }
        for word in ["zqname", "zqtitle", "zqsample", "zqkeyword", "zqvalue", "zqv", "MX", "20260001"] {
            filters.append((RunFilter(text: word), true))
        }
        for word in ["zqreason", "zqdetail", "zqfolder"] { filters.append((RunFilter(text: word), false)) }
        for piece in ["qnam", "qtitl", "qsamp"] { filters.append((RunFilter(fragment: piece), true)) }
        return filters
    }
}
