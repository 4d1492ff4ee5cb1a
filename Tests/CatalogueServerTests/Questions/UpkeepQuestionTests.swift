import CatalogueLink
import CatalogueQuestions
import CatalogueServer
import Custody
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import JSON
import RunCatalogue
import RunModel
import Synchronization
import TestCatalogue
import Testing
import TestStore
import TestSupport

/// What its custodian does with a catalogue as a whole, asked over the network by an account with that role, and by nobody else.
struct UpkeepQuestionTests {
    private struct Desk {
        let test: TestCustodian
        let served: ServedCatalogue
        let kurt: LinkedCatalogue
        let token: String
        let pid: String

        init(patience: Duration = .seconds(2)) async throws {
            test = try UpkeepDesk.custodian()
            try await test.begin()
            try test.clock.set("2026-05-09T13:00:00Z")
            let run = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z")
            _ = try await test.custodian.register(run, by: .system)
            pid = "\(run.summary.pid)"
            served = try await ServedCatalogue(test, office: try UpkeepDesk.office(test), patience: patience)
            token = try await served.token("kurt", [.custodian])
            kurt = try served.linked(token)
        }

        func ask(_ name: QuestionName, _ arguments: JSONObject = [:]) async throws -> CatalogueAnswer {
            try await kurt.ask(CatalogueQuestion(name, arguments))
        }

        func raw(_ path: String, _ body: String, accept: String, token: String? = nil) async throws -> PlainHTTP.Answer {
            try await served.send(
                "POST /api/faisceau/v1/\(path) HTTP/1.1\r\n",
                headers: ["Accept": accept, "Authorization": "Bearer \(token ?? self.token)"], body: body)
        }
    }

    /// What is signed goes with the answer, and proves something when it comes back.
    @Test func aDayIsSignedThereAndCheckedAgainstWhatLeft() async throws {
        let desk = try await Desk()
        let signed = try await desk.ask(.checkpoint)
        #expect(signed.fields["day"] == "2026-05-09")
        let content = try #require(signed.fields["content"]?.text)
        let lying = try String(contentsOf: desk.test.folder.file("checkpoints/checkpoint-2026-05-09.txt"), encoding: .utf8)
        #expect(lying == content)
        #expect(try await desk.ask(.checkpoint).fields["new"] == false)
        #expect(try await desk.ask(.checkpoint, ["day": "2026-05-09"]).fields["content"]?.text == content)
        let key = try String(contentsOf: desk.test.folder.file("key.pub"), encoding: .utf8)
        let signedDay: JSONObject = ["checkpoint-2026-05-09.txt": .string(content)]
        let sound = try await desk.ask(.check, ["checkpoints": .object(signedDay), "public_key": .string(key)])
        #expect(sound.status == .done && sound.fields["days"] == ["2026-05-09"] && sound.fields["problems"] == [])
        // A day of which something was taken away; behind the catalogue's back.
        try desk.test.edit("DROP TRIGGER checkpoint_is_not_deleted; DELETE FROM checkpoint")
        let broken = try await desk.ask(.check, ["checkpoints": .object(signedDay), "public_key": .string(key)])
        #expect(broken.status == .verificationFailed && broken.fields["problems"]?.list?.isEmpty == false)
        // What is wrong is told in all words, as to whoever has the file.
        _ = try CheckpointKeys.make(file: desk.test.folder.file("other").path)
        let other = try String(contentsOf: desk.test.folder.file("other.pub"), encoding: .utf8)
        let error = await #expect(throws: AnsweredError.self) {
            try await desk.ask(.check, ["checkpoints": .object(signedDay), "public_key": .string(other)])
        }
        #expect(error?.what.contains("not signed by this key") == true && error?.exitStatus == .verificationFailed)
        for arguments: JSONObject in [
            ["checkpoints": .object(signedDay)], ["public_key": .string(key)],
            ["checkpoints": ["a": 1], "public_key": .string(key)],
            ["checkpoints": ["a": "no checkpoint"], "public_key": .string(key)],
        ] {
            await #expect(throws: AnsweredError.self) { try await desk.ask(.check, arguments) }
        }
    }

    @Test func aCopyIsLaidWhereTheFacilitySays() async throws {
        let desk = try await Desk()
        let copied = try await desk.ask(.backUp, ["name": "copy.sqlite"])
        let path = desk.test.folder.file("backups/copy.sqlite").path
        #expect(copied.fields["file"]?.text == path)
        let copy = try StoreUnderTest.open(at: path)
        #expect(
            try await copy.run(RunIdentifier(desk.pid), scope: .everything(tenant: desk.test.custodian.rules.tenant)).name != "")
        try copy.close()
        let again = await #expect(throws: AnsweredError.self) { try await desk.ask(.backUp, ["name": "copy.sqlite"]) }
        #expect(again?.what.contains("exists already") == true)
        for name in ["", "..", ".", "../copy", "/tmp/copy", "a/b", "a\u{7}b", String(repeating: "x", count: 201)] {
            let error = await #expect(throws: (any Error).self, "\(name)") {
                try await desk.ask(.backUp, ["name": .string(name)])
            }
            #expect((error as? any Diagnosed)?.codeName == "badRequest", "\(name)")
        }
        #expect(!FileManager.default.fileExists(atPath: desk.test.folder.file("copy").path))
    }

    /// By a clock of the asker's own: whoever sees another time than the machine has accepts nothing.
    @Test func aClockIsAcceptedByWhoSeesTheSameTime() async throws {
        let desk = try await Desk()
        try desk.test.clock.boot("second", wall: "2026-05-09T14:00:00Z", isSynchronised: false)
        #expect(try await desk.test.custodian.time.now().doubt != nil)
        let error = await #expect(throws: AnsweredError.self) {
            try await desk.ask(.acceptClock, ["now": "2026-05-09T13:58:59Z"])
        }
        #expect(error?.exitStatus == .refused && error?.got?.contains("2026-05-09T14:00:00Z") == true)
        #expect(try await desk.test.custodian.time.now().doubt != nil)
        #expect(try await desk.ask(.acceptClock, ["now": "2026-05-09T14:00:59Z"]).fields["trusted"] == true)
        #expect(try await desk.test.custodian.time.now().doubt == nil)
        await #expect(throws: AnsweredError.self) { try await desk.ask(.acceptClock, ["now": "soon"]) }
    }

    @Test func whoWaitsIsToldHowFarItIs() async throws {
        let desk = try await Desk(patience: .zero)
        let told = Mutex<[AnswerProgress]>([])
        let answer = try await desk.kurt.ask(CatalogueQuestion(.check)) { progress in told.withLock { $0.append(progress) } }
        #expect(answer.event == "checked" && answer.fields["runs"] == 1)
        #expect(told.withLock { !$0.isEmpty })
        let lines = try await desk.raw("upkeep/checks", "{}", accept: AnswerProgress.mediaType)
        #expect(lines.status == 200 && lines.headers["content-type"] == AnswerProgress.mediaType)
        // Between them stand the lengths of the pieces in which they came.
        let values = try lines.text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("{") }
            .map { try JSONValue(reading: Array($0.utf8)) }
        #expect(values.count > 1 && values.dropLast().allSatisfy { AnswerProgress($0) != nil })
        #expect(values.last?["problems"] == [])
        // Who does not ask for it is given the answer alone.
        let plain = try await desk.raw("upkeep/checks", "{}", accept: "application/json")
        #expect(plain.headers["content-type"]?.hasPrefix("application/json") == true)
        #expect(try plain.object()["runs"] as? Int == 1)
        // What goes wrong after that is told at the end.
        _ = try CheckpointKeys.make(file: desk.test.folder.file("other").path)
        let other = try String(contentsOf: desk.test.folder.file("other.pub"), encoding: .utf8)
        let content = try #require(try await desk.ask(.checkpoint).fields["content"]?.text)
        let question = CatalogueQuestion(.check, ["checkpoints": ["a": .string(content)], "public_key": .string(other)])
        told.withLock { $0 = [] }
        let error = await #expect(throws: AnsweredError.self) {
            try await desk.kurt.ask(question) { progress in told.withLock { $0.append(progress) } }
        }
        #expect(error?.what.contains("not signed by this key") == true && told.withLock { !$0.isEmpty })
    }

    @Test func nobodyElseIsAnswered() async throws {
        let desk = try await Desk()
        let everyone: [(String, Set<Account.Role>)] = [
            ("irene", [.member]), ("cleo", [.curator]), ("dora", [.director]), ("stan", [.staff]), ("host", [.ingestor]),
        ]
        for (name, roles) in everyone {
            let token = try await desk.served.token(name, roles, teams: ["team-20260001"], beamlines: ["PROXIMA-1"])
            for route in QuestionRoute.upkeep {
                let path = route.template.replacing("{record}", with: desk.pid.replacing("/", with: "%2F"))
                let arguments = UpkeepDesk.arguments(route.name, at: "2026-05-09T13:00:00Z")
                let answer = try await desk.served.send(
                    "\(route.method.rawValue) /api/faisceau/v1/\(path) HTTP/1.1\r\n",
                    headers: ["Authorization": "Bearer \(token)"],
                    body: route.method.hasBody ? JSONValue.object(arguments).line : "")
                #expect(answer.status == 403 && !answer.text.contains(desk.pid), "\(name): \(route.name) \(answer.text)")
            }
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: desk.test.folder.file("backups").path)
        #expect(names.isEmpty)
    }

    /// With the facility's key, and without being asked: each day once.
    @Test func aServerSignsEachDay() async throws {
        let test = try UpkeepDesk.custodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let served = try await ServedCatalogue(test, sweeps: true)
        for (day, time) in [("2026-05-09", "2026-05-09T13:00:00Z"), ("2026-05-10", "2026-05-10T09:00:00Z")] {
            try test.clock.set(time)
            let file = test.folder.file("checkpoints/checkpoint-\(day).txt")
            for _ in 0..<1200 where !FileManager.default.fileExists(atPath: file.path) {
                try await Task.sleep(for: .milliseconds(100))
            }
            let signed = try CheckpointFile(try Data(contentsOf: file), at: file.path)
            let key = try CheckpointKeys.verifyingKey(file: test.folder.file("key.pub").path)
            #expect(try await test.custodian.verify([signed], by: key).problems.isEmpty)
        }
        #expect(served.log.text.split(separator: "\n").count { $0.hasPrefix("notice signed") } == 2, "\(served.log.text)")
    }

    /// Each may read the whole catalogue.
    @Test func oneLongAnswerIsGivenAtATime() {
        let turn = WorkTurn()
        #expect(turn.take() && !turn.take())
        turn.end()
        #expect(turn.take())
    }

    /// A server that delivers nothing says so, and tells nobody anything.
    @Test func aServerWithoutAnOfficeDeliversNothing() async throws {
        let test = try UpkeepDesk.custodian()
        let served = try await ServedCatalogue(test)
        let kurt = try served.linked(try await served.token("kurt", [.custodian]))
        for name in [QuestionName.deliver, .drift, .readCitations] {
            let error = await #expect(throws: AnsweredError.self) { try await kurt.ask(CatalogueQuestion(name)) }
            #expect(error?.remedy?.contains("--no-delivery") == true && error?.exitStatus == .refused)
        }
        #expect(try await kurt.ask(CatalogueQuestion(.outbox)).fields["waiting"] == 0)
    }
}
