import Diagnostics
import Identifiers
import JSON
import Minting
import Testing

@Suite struct OrderTextTests {
    private func orders() throws -> [MintingOrder] {
        [
            .draft(try Repository.pid()), try .publish(Repository.record(full: true), at: Repository.page),
            try .update(Repository.record(title: "é \u{1F52C} \"q\" \\"), at: Repository.page), .hide(try Repository.pid()),
            try .hide(Repository.record(), at: Repository.page),
        ]
    }

    @Test func anOrderIsReadAsItWasWritten() throws {
        for order in try orders() {
            let text = order.json()
            #expect(try MintingOrder(json: text) == order)
            #expect(try MintingOrder(json: text).json() == text)
            #expect(text.contains(#""version":1"#))
        }
        #expect(Set(try orders()).count == 5)
    }

    @Test func theTextIsWhatOtherVersionsWillFind() throws {
        #expect(try MintingOrder.draft(Repository.pid()).json() == #"{"order":"draft","pid":"10.5072/ABC-1","version":1}"#)
        let publish = try MintingOrder.publish(Repository.record(), at: "https://data.example.org/p").json()
        #expect(publish.hasPrefix(#"{"address":"https://data.example.org/p","attributes":{"creators":["#))
        for word in ["\"doi\"", "\"url\"", "\"event\""] { #expect(!publish.contains(word), "\(word)") }
    }

    @Test(arguments: [
        "", "[]", "null", "{", #"{"order":"draft","pid":"10.5072/x"}"#, #"{"order":"draft","pid":"10.5072/x","version":0}"#,
        #"{"order":"draft","pid":"10.5072/x","version":2}"#, #"{"order":"draft","pid":"10.5072/x","version":"1"}"#,
        #"{"order":"delete","pid":"10.5072/x","version":1}"#, #"{"order":"draft","pid":"no pid","version":1}"#,
        #"{"order":"draft","pid":"10.5072/x","version":1,"then":"delete"}"#,
        #"{"order":"publish","pid":"10.5072/x","version":1}"#,
        #"{"order":"publish","pid":"10.5072/x","version":1,"address":"https://a"}"#,
        #"{"order":"draft","pid":"10.5072/x","version":1,"address":"https://a"}"#,
        #"{"order":"hide","pid":"10.5072/x","version":1,"attributes":{}}"#,
        #"{"order":"update","pid":"10.5072/x","version":1,"address":"https://a","attributes":[]}"#,
        #"{"order":"update","pid":"10.5072/x","version":1,"address":"https://a","attributes":"#
            + String(repeating: #"{"a":"#, count: 10_000),
    ])
    func whatIsNoOrderOfThisVersionIsRefused(text: String) throws {
        let error = #expect(throws: MintingError.self) { try MintingOrder(json: text) }
        #expect(error?.code == .malformed)
        #expect(error?.isRetryable == false)
    }

    @Test func whatTheOutboxHoldsCannotChooseAnotherEventOrDOI() throws {
        let text =
            #"{"order":"update","pid":"10.5072/x","version":1,"address":"https://a","attributes":{"event":"hide","doi":"10.1/y","sizes":[]}}"#
        guard case .update(let record, _) = try MintingOrder(json: text).deed else {
            Issue.record("not an update")
            return
        }
        #expect(record.attributes == ["sizes": .array([])])
    }
}
