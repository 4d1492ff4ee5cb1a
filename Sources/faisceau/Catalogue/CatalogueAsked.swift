import CatalogueAnswers
import CatalogueLink
import CatalogueQuestions
import CommandLineSupport
import Custody
import Diagnostics
import JSON
import RunCatalogue
import RunModel

extension CatalogueOptions {
    private static var program: String { "faisceau/\(Faisceau.version)" }

    /// The server that is meant; nil for a file.
    /// - Throws: `badAddress`.
    func server(named text: String?) throws -> CatalogueAddress? {
        guard let text, CatalogueAddress.isMeant(by: text) else { return nil }
        return try CatalogueAddress(text)
    }

    /// Whether a server is meant, and no file.
    var isServed: Bool { given.map(CatalogueAddress.isMeant) ?? false }

    /// Runs a command with the catalogue, wherever it is: its file, opened and closed again, in the name that was given, or a server.
    /// - Parameter adapting: what a command was told otherwise than the facility's file says; a server goes by its own.
    func asking(
        _ output: OutputOptions, adapting: (inout FacilityRules) -> Void = { _ in },
        _ body: (any CatalogueAsking, Console) async throws -> CommandOutcome
    ) async throws {
        if let server = try server(named: given) {
            return try await runReporting(output) { console in try await body(try linked(server), console) }
        }
        try await with(output, adapting: adapting) { custodian, console in
            try await body(try await answerer(custodian), console)
        }
    }

    /// Puts a question, and prints what is answered.
    func ask(_ output: OutputOptions, _ question: @autoclosure () throws -> CatalogueQuestion) async throws {
        try await asking(output) { asked, console in try await asked.ask(try question()).outcome(on: console) }
    }

    /// The same, of a question that takes its time: people are shown how far it is.
    func ask(
        _ output: OutputOptions, showing verb: String, of unit: String, _ question: @autoclosure () throws -> CatalogueQuestion
    ) async throws {
        try await asking(output) { asked, console in
            try await showing(verb, of: unit, console) { try await asked.ask(question(), progress: $0) }.outcome(on: console)
        }
    }

    /// How far an answer is, on one line, until it is there.
    func showing(
        _ verb: String, of unit: String, _ console: Console,
        _ ask: (@escaping @Sendable (AnswerProgress) -> Void) async throws -> CatalogueAnswer
    ) async throws -> CatalogueAnswer {
        let line = ProgressLine(verb, unit: unit, total: nil, on: console)
        defer { line.finish(saying: false) }
        return try await ask { line.update(ProgressState(done: $0.done, total: $0.total)) }
    }

    /// The catalogue's file, in the name that was given.
    func answerer(_ custodian: Custodian) async throws -> CatalogueAnswerer {
        CatalogueAnswerer(
            custodian, as: try await reader(custodian), isAtTheFile: true,
            means: DeliveryMeans(holder: MachineClock.hostAndProcess) { try office() })
    }

    private func linked(_ server: CatalogueAddress) throws -> LinkedCatalogue {
        let environment = ProcessEnvironment.variables
        let credentials = CatalogueCredentials(environment: environment)
        return LinkedCatalogue(
            server, token: try credentials.token(for: server, account: account),
            program: Self.program, environment: environment, trust: try credentials.trust(for: server, account: account))
    }

    /// The token of somebody else who has signed in here; nil where the catalogue is a file.
    func token(of account: String) throws -> CatalogueToken? {
        guard let server = try server(named: given) else { return nil }
        return try CatalogueCredentials(environment: ProcessEnvironment.variables).token(for: server, account: account)
    }

    /// The catalogue as a program asks it that runs for long. Opened for each call: between beam times nobody holds a file, a share that was not
    /// mounted may be there the next time, and so may a newer token.
    func client() -> any CatalogueClient {
        if CatalogueAddress.isMeant(by: given ?? "") {
            return AskingClient { question in
                try await self.linked(CatalogueAddress(self.given ?? "")).ask(question)
            }
        }
        return AskingClient(
            { question in try await self.opened { try await $0.ask(question) } },
            register: { folder in try await self.opened { try await $0.handOver(SealedRun(folder: folder)) } })
    }

    private func opened(_ body: (CatalogueAnswerer) async throws -> CatalogueAnswer) async throws -> CatalogueAnswer {
        let custodian = try open()
        defer { try? custodian.store.close() }
        return try await body(try await answerer(custodian))
    }
}

extension CatalogueAnswer {
    /// For people: data, tables as wide as the terminal, and what stands beside them.
    func show(on console: Console) {
        for one in told {
            switch one {
            case .line(let text): console.data(text)
            case .note(let text, let isWarning): console.message(text, isWarning ? .warning : .info)
            case .table(let answered):
                var table = TextTable(
                    answered.columns.map { TextTable.Column($0.title, isNumber: $0.isNumber, least: $0.least) })
                for row in answered.rows { table.add(row) }
                console.data(table)
            }
        }
    }

    func outcome(on console: Console) -> CommandOutcome {
        show(on: console)
        return CommandOutcome(status, event: event, fields)
    }
}
