import DataCiteStandIn
import Foundation
import JSON
import Minting
import Testing

/// The judge is judged: each slip that DataCite refuses, the stand-in refuses.
@Suite struct StandInTests {
    private let service = StandInService(repositories: [Repository.account, Repository.other])
    private static let metadata =
        #""creators":[{"name":"N"}],"titles":[{"title":"T"}],"publisher":{"name":"P"},"publicationYear":2028,"#
        + #""types":{"resourceTypeGeneral":"Dataset"},"schemaVersion":"http://datacite.org/schema/kernel-4""#

    private func ask(
        _ method: String, _ path: String, _ attributes: String? = nil, login: StandInRepository? = Repository.account,
        type: String = "application/vnd.api+json", query: String = ""
    ) -> StandInAnswer {
        var headers = ["content-type": type]
        if let login { headers["authorization"] = "Basic " + Data("\(login.name):\(login.password)".utf8).base64EncodedString() }
        let body = attributes.map { #"{"data":{"type":"dois","attributes":{\#($0)}}}"# } ?? ""
        return service.answer(StandInRequest(method, path, query: query, headers: headers, body: Array(body.utf8)))
    }

    private func state(_ doi: String = "10.5072/x") -> String? { service.entries[doi]?.state }
    private func make(_ event: String) -> StandInAnswer {
        ask("PUT", "/dois/10.5072%2FX", #""url":"https://data.example.org/x","event":"\#(event)",\#(Self.metadata)"#)
    }

    @Test func eventsMoveAsTheyDoAtDataCite() {
        let moves: [(String, [String: String])] = [
            ("draft", ["register": "registered", "publish": "findable", "hide": "draft", "show": "draft", "explode": "draft"]),
            (
                "registered",
                [
                    "register": "registered", "publish": "findable", "show": "findable", "hide": "registered",
                    "draft": "registered",
                ]
            ),
            (
                "findable",
                ["register": "findable", "publish": "findable", "show": "findable", "hide": "registered", "draft": "findable"]
            ),
        ]
        for (before, events) in moves {
            for (event, after) in events {
                _ = make("register")
                service.set("10.5072/x", state: before)
                #expect(make(event).status == 200)
                #expect(state() == after, "\(before) –\(event)")
            }
        }
    }

    @Test func makingAndMakingAgain() {
        #expect(ask("POST", "/dois", #""doi":"10.5072/X""#).status == 201)
        #expect(ask("POST", "/dois", #""doi":"10.5072/x""#).status == 422)
        #expect(ask("PUT", "/dois/10.5072/x", #""url":"https://data.example.org/""#).status == 200)
        #expect(ask("PUT", "/dois/10.5072/y", "").status == 201)
        #expect(ask("POST", "/dois", #""prefix":"10.5072""#).status == 201)
        #expect(service.entries.count == 3)
        #expect(service.entries.keys.contains { $0.utf8.count == "10.5072/0000-0000".utf8.count })
    }

    @Test func loginsAndRights() {
        let wrong = StandInRepository(name: Repository.account.name, password: "no", prefixes: [])
        for method in ["POST", "PUT", "GET", "DELETE"] {
            #expect(
                ask(method, method == "POST" ? "/dois" : "/dois/10.5072/x", #""doi":"10.5072/x""#, login: wrong).status == 401)
        }
        #expect(ask("POST", "/dois", #""doi":"10.5072/x""#, login: nil).status == 401)
        #expect(ask("POST", "/dois", #""doi":"10.9999/x""#).status == 403)
        #expect(ask("PUT", "/dois/10.9999/x", "").status == 403)
        #expect(ask("POST", "/dois", "").status == 403)
        #expect(service.entries.isEmpty)
        #expect(make("register").status == 201)
        #expect(ask("PUT", "/dois/10.5072/x", "", login: Repository.other).status == 403)
        #expect(ask("DELETE", "/dois/10.5072/x", login: Repository.other).status == 403)
        #expect(ask("GET", "/dois/10.5072/x", login: Repository.other).status == 404)
        #expect(ask("GET", "/dois/10.5072/x", login: nil).status == 404)
        #expect(ask("GET", "/dois/10.5072/x").status == 200)
        _ = make("publish")
        #expect(ask("GET", "/dois/10.5072/x", login: nil).status == 200)
    }

    @Test func onlyADraftIsRemoved() {
        #expect(ask("DELETE", "/dois/10.5072/x").status == 404)
        _ = ask("POST", "/dois", #""doi":"10.5072/x""#)
        #expect(ask("DELETE", "/dois/10.5072/X").status == 204)
        #expect(state() == nil)
        for event in ["publish", "hide"] {
            _ = make(event)
            let answer = ask("DELETE", "/dois/10.5072/x")
            #expect(answer.status == 405)
            #expect(answer.headers["allow"]?.contains("DELETE") == false)
            #expect(state() != nil)
        }
    }

    @Test(arguments: ["publish", "register"])
    func whatIsPublicNeedsAllThatIsMandatory(event: String) {
        let url = #""url":"https://data.example.org/x""#
        func put(_ text: String) -> Int { ask("PUT", "/dois/10.5072/x", #""event":"\#(event)",\#(text)"#).status }
        let pieces = [
            #""creators":[{"name":"N"}]"#, #""titles":[{"title":"T"}]"#, #""publisher":"P""#, #""publicationYear":"2028""#,
            #""types":{"resourceTypeGeneral":"Dataset"}"#, url,
        ]
        for index in pieces.indices {
            var some = pieces
            some.remove(at: index)
            #expect(put(some.joined(separator: ",")) == 422, "without \(pieces[index])")
        }
        #expect(service.entries.isEmpty)
        #expect(put(pieces.joined(separator: ",")) == 201)
    }

    @Test func aDraftNeedsNothingAndIsStillNoNonsense() {
        func put(_ text: String) -> Int { ask("PUT", "/dois/10.5072/x", text).status }
        #expect(put(#""titles":["bare"]"#) == 422)
        #expect(put(#""url":"no address""#) == 422)
        #expect(put(#""contributors":[{"name":"N","contributorType":"Boss"}]"#) == 422)
        #expect(put(#""language":"e_n""#) == 422)
        #expect(ask("PUT", "/dois/10.5072/a+b", "").status == 422)
        #expect(service.entries.isEmpty)
        #expect(put(#""url":"https://elsewhere.org/","publicationYear":"soon""#) == 201)
        #expect(put(#""event":"publish""#) == 422)
        #expect(state() == "draft")
    }

    @Test(arguments: [
        #""types":{"resourceTypeGeneral":"dataset"}"#, #""publicationYear":"20x8""#, #""url":"https://elsewhere.org/""#,
        #""url":"https://xdata.example.org/""#, #""creators":[{}]"#, #""creators":[{"name":"N","nameType":"Robot"}]"#,
        #""relatedIdentifiers":[{"relatedIdentifier":"10.1/x","relatedIdentifierType":"DOI","relationType":"Likes"}]"#,
        #""relatedIdentifiers":[{"relatedIdentifier":"10.1/x","relatedIdentifierType":"DOI"}]"#,
        #""relatedIdentifiers":[{"relatedIdentifierType":"DOI","relationType":"Cites"}]"#,
        #""dates":[{"date":"2028","dateType":"Opened"}]"#, #""titles":[{"title":"T","titleType":"Nick"}]"#,
        #""descriptions":[{"description":"d","descriptionType":"Long"}]"#, #""fundingReferences":[{"awardNumber":"1"}]"#,
        #""schemaVersion":"http://datacite.org/schema/kernel-3""#,
    ])
    func oneSlipInAPublicRecordIsRefusedAndChangesNothing(slip: String) {
        #expect(make("publish").status == 201)
        let before = service.entries
        let answer = ask("PUT", "/dois/10.5072/x", slip)
        #expect(answer.status == 422)
        #expect((try? JSONValue(reading: answer.body))?["errors"]?.list?.first?["source"]?.text != nil)
        #expect(service.entries == before)
    }

    @Test func bodiesThatAreNone() {
        #expect(ask("PUT", "/dois/10.5072/x", nil).status == 400)
        #expect(ask("PUT", "/dois/10.5072/x", #""a":"#).status == 400)
        #expect(ask("PUT", "/dois/10.5072/x", "", type: "text/plain").status == 400)
        #expect(ask("GET", "/clients/x").status == 404)
        #expect(ask("GET", "/dois/%ZZ").status == 400)
        #expect(ask("PUT", "/dois", "").status == 404)
    }

    @Test func whatIsNotNamedStays() {
        _ = make("publish")
        _ = ask("PUT", "/dois/10.5072/x", #""sizes":["1 GB"],"viewCount":7"#)
        _ = ask("PUT", "/dois/10.5072/x", #""formats":["a/b"]"#)
        #expect(service.entries["10.5072/x"]?.attributes["sizes"] == .array([.string("1 GB")]))
        #expect(service.entries["10.5072/x"]?.attributes["viewCount"] == nil)
        _ = ask("PUT", "/dois/10.5072/x", #""sizes":[]"#)
        #expect(service.entries["10.5072/x"]?.attributes["sizes"] == .array([]))
    }

    @Test func thePublisherIsAnObjectForThoseWhoAsk() {
        _ = make("publish")
        func publisher(_ query: String) -> JSONValue? {
            try? JSONValue(reading: ask("GET", "/dois/10.5072/x", query: query).body)["data"]?["attributes"]?["publisher"]
        }
        #expect(publisher("") == .string("P"))
        #expect(publisher("publisher=true") == .object(["name": .string("P")]))
    }
}
