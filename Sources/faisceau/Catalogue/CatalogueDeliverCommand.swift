import ArgumentParser
import CatalogueQuestions
import CommandLineSupport
import Diagnostics
import JSON
import Synchronization

/// `faisceau catalogue deliver`
struct CatalogueDeliverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliver",
        abstract: "Tell the registry of identifiers and the teams what has changed.",
        usage: "faisceau catalogue deliver [--watch] [<options>]",
        discussion: """
            Every change writes what is to be told into the catalogue's outbox; this sends it: identifiers to the registry of the facility's \
            file, mails to its folder or mail program. What fails is tried again, after a minute, then ever more seldom; what is refused \
            waits for a person (faisceau catalogue outbox). One process at a time sends, however many are started.

            A server delivers by itself; asked here it does so at once.

            Ends with 0 when nothing is left that failed, with 1 when something will be tried again, with 4 when something waits for a person. \
            --watch goes on until SIGTERM or Ctrl-C, and ends with the same.

            Examples:
              faisceau catalogue deliver --facility facility.yaml
              faisceau catalogue deliver --watch --every 60
            """)

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp("Send what is due, and end: what is done without --watch.", visibility: .hidden))
    var once = true
    @Flag(help: "Go on, and look again and again.") var watch = false
    @Option(help: ArgumentHelp("How often --watch looks, seconds, 1 to 3600.", valueName: "S")) var every = 15
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...3600).contains(every) else { throw ValidationError("--every is 1 to 3600 seconds") }
    }

    func run() async throws {
        let (watch, every) = (watch, every)
        try await catalogue.asking(output) { asked, console in
            let wait = InterruptibleWait()
            let interrupts = watch ? Interrupts { wait.end() } : nil
            defer { interrupts?.cancel() }
            var passes = DeliveryPasses()
            repeat {
                do {
                    let answer = try await catalogue.showing("delivering", of: "messages", console) {
                        try await asked.ask(CatalogueQuestion(.deliver), progress: $0)
                    }
                    // A pass that had nothing to do is not told again and again.
                    if !watch || passes.isNews(answer) { answer.show(on: console) }
                    passes.add(answer)
                } catch let error as any Diagnosed {
                    // A server that is busy, or begins anew, is there the next time.
                    guard watch, error.isRetryable else { throw error }
                    console.message("\(error)", .warning)
                }
                guard watch, await wait.pass(seconds: every) else { break }
            } while true
            return passes.outcome
        }
    }
}

/// What several passes came to: all that was sent, and what was left after the last one.
private struct DeliveryPasses {
    private var sent: [JSONValue] = []
    private var overtaken: Int64 = 0
    private var last: CatalogueAnswer?

    func isNews(_ answer: CatalogueAnswer) -> Bool { answer.fields["sent"]?.list?.isEmpty == false || answer.told != last?.told }

    mutating func add(_ answer: CatalogueAnswer) {
        sent += answer.fields["sent"]?.list ?? []
        overtaken += answer.fields["overtaken"]?.integer ?? 0
        last = answer
    }

    var outcome: CommandOutcome {
        var fields = last?.fields ?? [:]
        fields["sent"] = .array(sent)
        fields["overtaken"] = .integer(overtaken)
        return CommandOutcome(last?.status ?? .done, event: "delivered", fields)
    }
}

/// A wait that somebody ends from another thread. What is being delivered meanwhile is not disturbed.
private final class InterruptibleWait: Sendable {
    private let state = Mutex<(isOver: Bool, sleep: Task<Void, Never>?)>((false, nil))

    func end() {
        state.withLock {
            $0.isOver = true
            $0.sleep?.cancel()
        }
    }

    /// False when the end is wanted.
    func pass(seconds: Int) async -> Bool {
        let sleep = Task { _ = try? await Task.sleep(for: .seconds(seconds)) }
        let isOver = state.withLock {
            $0.sleep = sleep
            return $0.isOver
        }
        if isOver { sleep.cancel() }
        await sleep.value
        return state.withLock { !$0.isOver }
    }
}
