import Custody
import Dispatch
import Foundation
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

extension ServedCatalogue {
    /// - Parameter query: as it stands in the address.
    func oai(_ query: String) async throws -> PlainHTTP.Answer { try await get("/oai?\(query)") }

    func oai(posting form: String) async throws -> PlainHTTP.Answer {
        let port = port
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result {
                        try PlainHTTP(port: port).send(
                            "POST /oai HTTP/1.1\r\n",
                            headers: [
                                "Content-Type": "application/x-www-form-urlencoded", "Content-Length": "\(form.utf8.count)",
                            ], body: form)
                    })
            }
        }
    }
}

extension PlainHTTP.Answer {
    /// Of the first element of that name; nil: there is none.
    func element(_ name: String) -> String? {
        guard let start = text.range(of: "<\(name)(?: [^>]*)?>", options: .regularExpression),
            let end = text.range(of: "</\(name)>", range: start.upperBound..<text.endIndex)
        else { return nil }
        return String(text[start.upperBound..<end.lowerBound])
    }

    /// Of all elements of that name.
    func elements(_ name: String) -> [String] {
        text.components(separatedBy: "</\(name)>").dropLast().compactMap { part in
            part.range(of: "<\(name)(?: [^>]*)?>", options: [.regularExpression, .backwards]).map {
                String(part[$0.upperBound...])
            }
        }
    }

    var error: String? {
        text.range(of: "<error code=\"[A-Za-z]+\"", options: .regularExpression).map {
            String(text[$0].dropFirst(13).dropLast())
        }
    }

    /// What the judge finds wrong with an answer.
    func faults() throws -> String {
        let folder = try TemporaryFolder("oai")
        let file = folder.file("answer.xml")
        try body.write(to: file)
        return try TestPython.run(script: PackageRoot.file("Tests/Judges/oai_answers.py"), [file.path]).standardOutput
    }
}

extension TestCustodian {
    /// A session that is closed or not, with runs that have no session beside it: each with a day of its own, from 2026-05-02 on.
    static func harvested(runs: Int, closed: Bool = true) async throws -> (test: TestCustodian, pids: [String]) {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-06-20T13:00:00Z")
        var pids: [String] = []
        for number in 0..<runs {
            let day = number + 2
            let run = try TestCustodian.run(
                number + 100, ended: "2026-05-\(day < 10 ? "0" : "")\(day)T12:00:00Z", session: nil)
            pids.append("\(try await test.custodian.register(run, by: .system).pid)")
        }
        _ = try await test.custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .system)
        if closed { _ = try await test.custodian.closeSession(TestCustodian.session, by: .custodian) }
        return (test, pids)
    }
}
