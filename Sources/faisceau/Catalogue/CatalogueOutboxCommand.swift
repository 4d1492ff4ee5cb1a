import ArgumentParser
import CommandLineSupport
import Custody
import Deliveries
import Diagnostics
import JSON
import RunCatalogue

/// `faisceau catalogue outbox`
struct CatalogueOutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox", abstract: "List what is to be told outside and has not arrived.",
        usage: "faisceau catalogue outbox [--retry] [<options>]",
        discussion: """
            A message says what has changed, not what is told: that follows from the catalogue at the moment of its delivery. --retry lets go \
            what waits for a person, and tries every way out again. Ends with 4 while something waits for a person.

            Examples:
              faisceau catalogue outbox
              faisceau catalogue outbox --retry
            """)

    @Flag(help: "What was refused is due again.") var retry = false
    @Option(help: "Messages that are listed, 1 to 100000.") var limit = 100
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...100_000).contains(limit) else { throw ValidationError("--limit is 1 to 100000") }
    }

    func run() async throws {
        let (retry, limit) = (retry, limit)
        try await catalogue.with(output) { custodian, console in
            try await custodian.requireCustody(catalogue.actor(custodian), "Looking after the outbox")
            let released = try await retry ? Deliverer.retry(custodian) : 0
            let messages = try await custodian.store.undeliveredMessages(
                topic: nil, tenant: custodian.rules.tenant, limit: 100_000)
            var table = TextTable([
                .init("message", isNumber: true), .init("topic"), .init("about", least: 24), .init("tries", isNumber: true),
                .init("next", least: 20), .init("error", least: 20),
            ])
            for message in messages.prefix(limit) {
                table.add([
                    "\(message.number)", message.topic, message.payload, "\(message.attempts)",
                    message.due.map(UTCSeconds.text) ?? "waits for you", message.lastError ?? "",
                ])
            }
            console.data(table)
            let pauses = try await Deliverer.pauses(custodian)
            for pause in pauses { console.message(pause.words, .warning) }
            let stuck = messages.count { $0.due == nil }
            if retry { console.message("\(released) messages are due again.") }
            console.data("\(messages.count - stuck) wait, \(stuck) wait for a person")
            return CommandOutcome(
                stuck > 0 || pauses.contains { $0.until == nil } ? .refused : .done, event: "listed",
                [
                    "waiting": .integer(Int64(messages.count - stuck)), "stuck": .integer(Int64(stuck)),
                    "released": .integer(Int64(released)),
                    "messages": .array(
                        messages.prefix(limit).map {
                            .object([
                                "message": .integer($0.number), "topic": .string($0.topic), "about": .string($0.payload),
                                "attempts": .integer(Int64($0.attempts)), "next": JSONValue($0.due.map(UTCSeconds.text)),
                                "error": JSONValue($0.lastError),
                            ])
                        }),
                ])
        }
    }
}
