import Foundation
import RunCatalogue
import Testing

struct QuestionCompletionTests {
    @Test(arguments: [
        ("sample:lys", "", "sample:", "lys", CompletedField.sample), ("beamline:PRO", "", "beamline:", "PRO", .instrument),
        ("technique:SAXS Sample:lys", "technique:SAXS ", "Sample:", "lys", .sample),
        ("state:open sample:\"silver be", "state:open ", "sample:", "silver be", .sample),
        ("\"a b:c\" keyword:x", "\"a b:c\" ", "keyword:", "x", .keyword), ("sample:a\\ b", "", "sample:", "a b", .sample),
        ("sample:a:b", "", "sample:", "a:b", .sample), ("person:", "", "person:", "", .person),
    ])
    func theLastTermIsCompleted(
        _ question: String, _ before: String, _ field: String, _ beginning: String, _ completed: CompletedField
    ) throws {
        let typed = try QuestionCompletion(question)
        #expect(typed.before == before && typed.field == field && typed.beginning == beginning)
        #expect(typed.completed == completed)
    }

    @Test func namesOfFieldsAndWordsNeedNoCatalogue() throws {
        #expect(try QuestionCompletion("te").knownWords == ["technique:", "temperature:"])
        #expect(try QuestionCompletion("x state:E").knownWords == ["embargoed", "extension-pending"])
        #expect(try QuestionCompletion("kind:d").knownWords == ["derived"])
        #expect(try QuestionCompletion("energy:8").knownWords == [])
        #expect(try QuestionCompletion("energy:8").completed == nil)
        let long = try? QuestionCompletion(String(repeating: "x", count: 3000))
        #expect(long == nil)
    }

    /// What is proposed can be asked, and asks for that very name.
    @Test(arguments: ["lysozyme", "silver behenate", "a\"b\\c d", "x:y", "“quoted”", "tab\tin"])
    func aCandidateIsAskedAsItIsCalled(_ name: String) throws {
        let zone = try #require(TimeZone(identifier: "Europe/Paris"))
        let question = try QuestionCompletion("kind:raw sample:x").question(with: name)
        let filter = try RunQuestion(question, zone: zone).filter
        #expect(filter.sample == name && filter.kind == .raw)
    }
}
