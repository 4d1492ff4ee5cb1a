import ArgumentParser
import CommandLineSupport
import Custody
import Deliveries
import Diagnostics
import JSON
import RunCatalogue
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
        try await catalogue.with(output) { custodian, console in
            try await custodian.requireCustody(catalogue.actor(custodian), "Delivering")
            let deliverer = Deliverer(custodian, office: try catalogue.office(), holder: MachineClock.hostAndProcess)
            let wait = InterruptibleWait()
            let interrupts = watch ? Interrupts { wait.end() } : nil
            defer { interrupts?.cancel() }
            var total = DeliveryReport()
            var report: DeliveryReport
            repeat {
                report = try await Self.deliver(deliverer, console)
                total.count(report)
                guard watch, await wait.pass(seconds: every) else { break }
            } while true
            total.waiting = report.waiting
            total.stuck = report.stuck
            total.pauses = report.pauses
            for pause in report.pauses { console.message(pause.words, .warning) }
            console.data(
                "\(total.sent.count) sent, \(total.overtaken) had nothing to tell, \(report.waiting) wait, \(report.stuck) wait for a person"
            )
            return CommandOutcome(total.status, event: "delivered", total.fields)
        }
    }

    private static func deliver(_ deliverer: Deliverer, _ console: Console) async throws -> DeliveryReport {
        let line = ProgressLine("delivering", unit: "messages", on: console)
        let report = try await deliverer.deliver { line.update(ProgressState(done: $0)) }
        line.finish(saying: false)
        if report.isHeldElsewhere { console.message("Another process delivers at present.") }
        if report.hasNoTime {
            console.message("The clock cannot be trusted: nobody knows what is due. See faisceau embargo clock", .warning)
        }
        for sent in report.sent.prefix(1000) { console.data("sent  \(sent)") }
        for failure in report.failures.prefix(1000) {
            console.message(
                "message \(failure.number) (\(failure.topic)): \(failure.saying)", failure.next == nil ? .error : .warning)
        }
        return report
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

extension TopicPause {
    /// For people.
    var words: String {
        guard let until else {
            return "\(topic): nothing is sent until somebody lets it go (faisceau catalogue outbox --retry): \(saying)"
        }
        return "\(topic): tried again at \(UTCSeconds.text(until)): \(saying)"
    }
}

extension DeliveryReport {
    /// Of several passes.
    mutating func count(_ other: DeliveryReport) {
        sent += other.sent
        overtaken += other.overtaken
        failures = other.failures
        isHeldElsewhere = other.isHeldElsewhere
        hasNoTime = other.hasNoTime
    }

    fileprivate var status: ExitStatus {
        if stuck > 0 || pauses.contains(where: { $0.until == nil }) { return .refused }
        return hasNoTime || !failures.isEmpty || !pauses.isEmpty ? .environment : .done
    }

    fileprivate var fields: JSONObject {
        [
            "sent": .array(sent.map(JSONValue.string)), "overtaken": .integer(Int64(overtaken)),
            "waiting": .integer(Int64(waiting)),
            "stuck": .integer(Int64(stuck)), "elsewhere": .bool(isHeldElsewhere),
            "failures": .array(
                failures.map {
                    .object([
                        "message": .integer($0.number), "topic": .string($0.topic), "error": .string($0.saying),
                        "next": JSONValue($0.next.map(UTCSeconds.text)),
                    ])
                }),
            "pauses": .array(
                pauses.map {
                    .object([
                        "topic": .string($0.topic), "until": JSONValue($0.until.map(UTCSeconds.text)),
                        "error": .string($0.saying),
                    ])
                }),
        ]
    }
}
