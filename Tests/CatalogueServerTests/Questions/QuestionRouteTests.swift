import CatalogueAnswers
import CatalogueLink
import CatalogueQuestions
import Diagnostics
import Identifiers
import JSON
import RunModel
import Testing

/// What may be asked, and where: one table, read by who asks and by who answers.
struct QuestionRouteTests {
    @Test func everyQuestionHasOneRoute() {
        #expect(QuestionRoute.all.map(\.name.rawValue).sorted() == QuestionName.allCases.map(\.rawValue).sorted())
        let addresses = QuestionRoute.all.map { "\($0.method.rawValue) \($0.template)" }
        #expect(Set(addresses).count == addresses.count)
        // What changes something is asked by an account; reading needs no more than a token for reading.
        for route in QuestionRoute.all {
            #expect(route.method == .get || route.needsAccount, "\(route.name)")
            #expect(route.method != .get || route.scope == .read, "\(route.name)")
        }
    }

    /// Also where a proxy has divided the identifier at its slash.
    @Test(arguments: QuestionName.allCases, ["10.5072/000000003rj076", "20260001/2026-05", "https://doi.org/10.5072/plan-1"])
    func anAddressAsksWhatItWasMadeOf(name: QuestionName, record: String) throws {
        let isAboutOne = CatalogueQuestion(name).route.parts.contains(.record)
        var arguments: JSONObject = [:]
        for part in CatalogueQuestion(name).route.parts {
            if case .argument(let name) = part { arguments[name] = name == "name" ? "a picture.png" : 17 }
        }
        let question = CatalogueQuestion(name, of: isAboutOne ? record : nil, arguments)
        let path = question.route.path(of: question)
        let divided = path.flatMap { $0.split(separator: "/", omittingEmptySubsequences: false).map(String.init) }
        for parts in [path, divided] {
            let found = try #require(QuestionRoute.question(question.route.method.rawValue, parts, [:]))
            #expect(found.question == question)
        }
        let other = try #require(QuestionRoute.question("PUT", path, [:]))
        #expect(other.question == nil && other.methods.contains(question.route.method))
    }

    @Test func whatIsNoPathIsNone() {
        for path in [[], ["run"], ["runs", "10.5072/0", "file"], ["facets", "x"], ["runs", "a", "marks", "1", "2", "3", "x"]] {
            let found = QuestionRoute.question("GET", path, [:])
            // A record may have any number of slashes: then it is one that nobody has.
            #expect(found == nil || path.first == "runs", "\(path)")
        }
    }

    @Test func allThatIsWrongIsToldAtOnce() throws {
        let question = CatalogueQuestion(
            .hold, of: "x", ["reasn": "typo", "review": 7, "purge_only": "yes", "review_of": 1.5])
        let error = #expect(throws: QuestionError.self) { try question.check() }
        let told = try #require(error?.got)
        for text in [
            "reasn is not known here", "review must be a text", "purge_only must be true or false", "review_of must be",
            "reason is missing",
        ] {
            #expect(told.contains(text), "\(told)")
        }
        #expect(error?.expected?.contains("reason, review, kind, review_of, purge_only") == true)
    }

    @Test func anAnswerReadsBackAsItWasWritten() throws {
        var lines = AnswerLines()
        var table = AnswerTable([.init("PID", least: 22), .init("runs", isNumber: true), .init("name")])
        table.add(["10.5072/1", "17", "lysozyme \u{1B}[31m"])
        lines.data(table)
        lines.data("one\ntwo")
        lines.message("beside")
        lines.warning("look out")
        let answer = lines.answer("found", ["runs": [["pid": "x"]], "next": nil, "count": 1])
        let read = try JSONValue(reading: Array(answer.json.line.utf8))
        #expect(CatalogueAnswer(read) == answer)
        for text in [
            "[]", "{}", #"{"event":1,"answer":{},"told":[]}"#, #"{"event":"x","answer":[],"told":[]}"#,
            #"{"event":"x","answer":{},"told":[{}]}"#, #"{"event":"x","answer":{},"told":[{"columns":[{}],"rows":[]}]}"#,
            #"{"event":"x","answer":{},"told":[{"columns":[],"rows":[1]}]}"#,
        ] {
            #expect(CatalogueAnswer(try JSONValue(reading: Array(text.utf8))) == nil, "\(text)")
        }
    }

    @Test func anErrorKeepsItsWordsAndItsExitStatus() throws {
        let error = AnsweredError(
            code: "clockRefuses", "Not now", at: "the place", got: "a", expected: "b", remedy: "wait", exitStatus: .refused)
        let read = try #require(AnsweredError(try JSONValue(reading: Array(error.json.line.utf8))))
        #expect("\(read)" == "\(error)" && read.exitStatus == .refused && read.codeName == "clockRefuses")
        // One that says that all went well, or something that nobody knows, is not believed.
        for status in ["0", "77", "-1", "1e99", "\"2\""] {
            let text = #"{"error":{"code":"x","what":"y"},"exit_code":\#(status)}"#
            #expect(AnsweredError(try JSONValue(reading: Array(text.utf8)))?.exitStatus == .environment)
        }
    }
}
