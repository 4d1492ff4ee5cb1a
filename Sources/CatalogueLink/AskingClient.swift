import CatalogueQuestions
import Diagnostics
import Identifiers
import JSON
import RunModel

/// The other transport of ``CatalogueClient``: by questions, wherever they are answered.
public struct AskingClient: CatalogueClient {
    private let ask: @Sendable (CatalogueQuestion) async throws -> CatalogueAnswer
    private let register: @Sendable (String) async throws -> CatalogueAnswer

    /// - Parameters:
    ///   - ask: puts a question; each call may find another token, as when somebody signs in anew meanwhile.
    ///   - register: hands the run in a folder over; nil: as a question, with what the run says of itself.
    public init(
        _ ask: @escaping @Sendable (CatalogueQuestion) async throws -> CatalogueAnswer,
        register: (@Sendable (String) async throws -> CatalogueAnswer)? = nil
    ) {
        self.ask = ask
        self.register = register ?? { try await ask(.handOver(folder: $0)) }
    }

    public init(_ catalogue: any CatalogueAsking) { self.init { try await catalogue.ask($0) } }

    public func handOver(runAt folder: String) async throws -> CatalogueReceipt {
        let answer = AnswerFields(try await register(folder).fields)
        return CatalogueReceipt(
            pid: try answer.run("pid"), isNew: answer["new"] == true, state: Self.word(try answer.text("state")),
            opens: answer["opens"]?.text, notes: answer["notes"]?.list?.compactMap(\.text) ?? [])
    }

    public func reserve(for holder: String, hours: Int) async throws -> ReservedIdentifier {
        let answer = AnswerFields(
            try await ask(.init(.reserve, ["holder": .string(holder), "hours": .integer(Int64(hours))])).fields)
        return try answer.reservation()
    }

    public func reservations() async throws -> [ReservedIdentifier] {
        let answer = AnswerFields(try await ask(.init(.reservations)).fields)
        return try answer.list("reservations").map { try $0.reservation() }
    }

    public func takeLease(on record: String, holder: String, hours: Int) async throws -> RunLease {
        let answer = AnswerFields(
            try await ask(.init(.lease, of: record, ["holder": .string(holder), "hours": .integer(Int64(hours))])).fields)
        return RunLease(
            pid: try answer.run("pid"), folder: try answer.text("folder"), holder: try answer.text("holder"),
            until: try answer.time("until"))
    }

    public func releaseLease(on record: String, holder: String) async throws {
        _ = try await ask(.init(.releaseLease, of: record, ["holder": .string(holder)]))
    }

    public func search(_ question: String, after cursor: String?, limit: Int) async throws -> FoundRuns {
        let answer = AnswerFields(
            try await ask(
                .init(.search, ["q": .string(question), "after": JSONValue(cursor), "limit": .integer(Int64(limit))])
            ).fields)
        let count = AnswerFields(answer["count"]?.object ?? [:])
        return FoundRuns(
            runs: try answer.list("runs").map { try $0.foundRun() }, next: answer["next"]?.text,
            count: Int(clamping: try count.whole("runs")), isExact: count["exact"] == true, zone: try answer.text("zone"))
    }

    public func share(_ record: String, with holder: ShareWith, until: Timestamp) async throws -> ShareReceipt {
        var arguments: JSONObject = ["until": .string("\(until)")]
        switch holder {
        case .account(let name): arguments["with"] = .string(name)
        case .link: arguments["link"] = true
        }
        let answer = AnswerFields(try await ask(.init(.share, of: record, arguments)).fields)
        return ShareReceipt(record: try answer.text("clock"), until: try answer.time("until"), secret: answer["link"]?.text)
    }

    public func hold(_ record: String, on ground: HoldGround, reason: String, review: String) async throws -> ClockReceipt {
        try await decided(
            .init(
                .hold, of: record,
                ["kind": .string(ground.rawValue), "reason": .string(reason), "review": .string(review)]))
    }

    public func lift(_ record: String, hold: Int?, reason: String) async throws -> ClockReceipt {
        try await decided(.init(.lift, of: record, ["hold": JSONValue(hold), "reason": .string(reason)]))
    }

    private func decided(_ question: CatalogueQuestion) async throws -> ClockReceipt {
        let answer = AnswerFields(try await ask(question).fields)
        return ClockReceipt(
            record: try answer.text("clock"), state: Self.word(try answer.text("state")), opens: answer["opens"]?.text)
    }

    /// The word of `AccessState` for what people are told: `embargoed, extended 1x` is `embargoed`.
    private static func word(_ state: String) -> String {
        if state == "embargoed, extension pending" { return "extension-pending" }
        return String(state.prefix { $0 != "," && $0 != " " })
    }
}

/// The fields of an answer, as far as they are what they are said to be.
struct AnswerFields {
    private let fields: JSONObject

    init(_ fields: JSONObject) { self.fields = fields }

    subscript(name: String) -> JSONValue? { fields[name] }

    private func refused(_ name: String) -> LinkError {
        LinkError(
            .unreadableAnswer, "The answer is none of a catalogue of this version", at: name,
            got: "'\((fields[name]?.line ?? "nothing").prefix(80).printable)'")
    }

    func text(_ name: String) throws(LinkError) -> String {
        guard let text = fields[name]?.text else { throw refused(name) }
        return text
    }

    func whole(_ name: String) throws(LinkError) -> Int64 {
        guard let number = fields[name]?.integer else { throw refused(name) }
        return number
    }

    func run(_ name: String) throws(LinkError) -> RunIdentifier {
        let text = try text(name)
        do { return try RunIdentifier(text) } catch { throw refused(name) }
    }

    func time(_ name: String) throws(LinkError) -> Timestamp {
        let text = try text(name)
        guard let time = try? Timestamp(text) else { throw refused(name) }
        return time
    }

    func list(_ name: String) throws(LinkError) -> [AnswerFields] {
        guard let list = fields[name]?.list else { throw refused(name) }
        return list.map { AnswerFields($0.object ?? [:]) }
    }

    func reservation() throws(LinkError) -> ReservedIdentifier {
        ReservedIdentifier(pid: try run("pid"), holder: try text("holder"), lapses: try time("lapses"))
    }

    func foundRun() throws(LinkError) -> FoundRun {
        guard let verdict = Verdict(rawValue: try text("verdict")) else { throw refused("verdict") }
        return FoundRun(
            pid: try run("pid"), kind: try text("kind"), name: try text("name"), title: self["title"]?.text, verdict: verdict,
            team: self["team"]?.text, beamline: self["beamline"]?.text, proposal: self["proposal"]?.text,
            session: self["session"]?.text, sample: self["sample"]?.text, technique: self["technique"]?.text,
            started: try time("started"), ended: self["ended"]?.text == nil ? nil : try time("ended"),
            folder: self["folder"]?.text, files: try whole("files"), bytes: try whole("bytes"), state: try text("state"),
            opens: self["opens"]?.text, keywords: self["keywords"]?.list?.compactMap(\.text) ?? [], change: try whole("change"))
    }
}
