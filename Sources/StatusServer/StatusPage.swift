import Quantities
import RunModel
import WebText

/// The live page: whole without JavaScript, which then only fetches it again and puts the new parts in place of the old ones.
///
/// Texts come from detectors and proposal systems, so each is escaped where it enters the page (``HTMLText``).
struct StatusPage {
    let status: IngestStatus
    let rate: RateMeter.Rate
    /// Versions of the pictures (their ETags), so that a browser fetches one again only when it has changed; nil where there is none.
    let newest: String?
    let summed: String?
    /// nil without a live reduction.
    var reduction: LiveReductionStatus?
    var curve: String?

    var html: String {
        let head = """
            <noscript><meta http-equiv="refresh" content="5"></noscript>
            <script src="/page.js" defer></script>

            """
        return WebPage(title: "\(title) · faisceau", body: body, head: head, colours: "dark").html
    }

    private var body: String {
        """
        <header id="head" data-live class="\(status.state.rawValue)">
        <h1>\(status.state.rawValue)</h1>
        <p>for \(HTMLText(Readable.duration(max(0, status.time.seconds(since: status.since)))))</p>
        <p class="source">\(HTMLText(status.from))</p>
        </header>
        <p id="silence" hidden>This page has lost the ingest: what it shows is old.</p>
        <main>
        \(problem)
        \(run)
        \(figures)
        \(pictures)
        \(facts)
        </main>
        <footer id="foot" data-live>\(HTMLText("\(status.program) \(status.version)")) · <time>\(HTMLText(clock))</time> ·
        <a href="/status.json">status.json</a> · <a href="/metrics">metrics</a></footer>
        """
    }

    private var title: String {
        guard let run = status.run else { return status.state.rawValue }
        return "\(run.frames.received) \(status.state.rawValue)"
    }

    private var clock: String { String("\(status.time)".prefix(19)).replacing("T", with: " ") + " UTC" }

    private var problem: String {
        guard let problem = status.problem else { return #"<p id="problem" data-live hidden></p>"# }
        return #"<p id="problem" data-live role="alert">\#(HTMLText(problem))</p>"#
    }

    /// Name and progress of the open run.
    private var run: String {
        guard let run = status.run else {
            return
                #"<section id="run" data-live><h2>No run is open</h2><p class="path">next: \#(HTMLText(status.nextPath))</p></section>"#
        }
        let expected = run.frames.expected
        let progress = expected.map {
            "<progress max=\"\(max(1, $0))\" value=\"\(min(run.frames.received, $0))\">\(run.frames.received) of \($0)</progress>"
        }
        return """
            <section id="run" data-live>
            <h2>\(HTMLText(run.name))</h2>
            <p class="count"><b>\(Self.grouped(run.frames.received))</b>\(expected.map { " of " + Self.grouped($0) } ?? "") frames</p>
            \(progress ?? "")
            <p class="path">\(HTMLText(run.path))</p>
            </section>
            """
    }

    private var figures: String {
        let totals = status.totals
        let missing = status.run?.missingSoFar ?? 0
        let lost = totals.lostDetector + totals.lostHere + totals.invalid
        var reasons: [String] = []
        if missing > 0 { reasons.append("\(Self.grouped(missing)) missing so far") }
        if totals.lostDetector > 0 { reasons.append("\(Self.grouped(totals.lostDetector)) never came") }
        if totals.lostHere > 0 { reasons.append("\(Self.grouped(totals.lostHere)) dropped here") }
        if totals.invalid > 0 { reasons.append("\(Self.grouped(totals.invalid)) invalid") }
        let share = Self.share(status.pool)
        var room = "\(Readable.bytes(status.pool.usedBytes)) of \(Readable.bytes(status.pool.limitBytes)), at most "
        room += Readable.bytes(status.pool.highestBytes)
        if let spill = status.spill {
            room += "; spill file \(Readable.bytes(spill.usedBytes)) of \(Readable.bytes(spill.limitBytes))"
        }
        if totals.heldBack_s >= 0.1 { room += "; held back \(Readable.duration(totals.heldBack_s))" }
        let latency = status.acknowledgement.flatMap(\.percentile99_s).map { "99 % within \(Self.latency($0))" }
        return """
            <section id="figures" data-live>
            \(Self.figure("Rate", Readable.rate(rate.frames), Readable.byteRate(rate.bytes), isBad: false))
            \(Self.figure("Lost", Self.grouped(lost + missing), reasons.isEmpty ? "nothing so far" : reasons.joined(separator: ", "), isBad: lost + missing > 0))
            \(Self.figure("Pool", "\(Int((share * 100).rounded())) %", room, isBad: share > 0.8))
            \(Self.figure("Unacknowledged", Readable.bytes(status.unacknowledgedBytes), latency ?? "what a kill would take", isBad: false))
            </section>
            """
    }

    private static func share(_ pool: IngestStatus.Pool) -> Double {
        pool.limitBytes > 0 ? Double(pool.usedBytes) / Double(pool.limitBytes) : 0
    }

    private static func figure(_ name: String, _ value: String, _ detail: String, isBad: Bool) -> String {
        """
        <div class="\(isBad ? "figure bad" : "figure")"><h3>\(HTMLText(name))</h3><p class="value">\(HTMLText(value))</p><p>\(HTMLText(Self.joined(detail)))</p></div>
        """
    }

    private var pictures: String {
        """
        <section id="pictures">
        \(Self.picture("newest", "Newest frame", newest))
        \(Self.picture("summed", "Mean of the frames looked at", summed))
        \(curveFigure)
        </section>
        """
    }

    /// Always there, so that the page finds its place when a curve comes.
    private var curveFigure: String {
        guard let reduction else { return #"<figure id="curve" data-live hidden></figure>"# }
        guard let curve else {
            let reason = HTMLText(reduction.problem ?? "no curve yet")
            return
                #"<figure id="curve" data-live><div class="empty">\#(reason)</div><figcaption>Reduced live</figcaption></figure>"#
        }
        var words = "Reduced live: \(Self.grouped(reduction.reduced)) frames"
        if !reduction.isFinished { words += ", \(Readable.rate(reduction.rate))" }
        if reduction.skipped > 0 { words += ", \(Self.grouped(reduction.skipped)) skipped" }
        if reduction.failed > 0 { words += ", \(Self.grouped(reduction.failed)) failed" }
        return """
            <figure id="curve" data-live><a href="/curve.svg"><img src="/curve.svg?\(curve)" alt="Curve of the live reduction"></a><figcaption>\(HTMLText(words))</figcaption></figure>
            """
    }

    private static func picture(_ name: String, _ caption: String, _ version: String?) -> String {
        guard let version else {
            return
                #"<figure id="\#(name)" data-live><div class="empty">no frame yet</div><figcaption>\#(caption)</figcaption></figure>"#
        }
        return """
            <figure id="\(name)" data-live><a href="/\(name).png"><img src="/\(name).png?\(version)" alt="\(caption)"></a><figcaption>\(caption)</figcaption></figure>
            """
    }

    private var facts: String {
        let totals = status.totals
        var rows: [(String, String)] = []
        if let run = status.run { rows.append(("Identifier", "\(run.pid)")) }
        rows.append(("Next run", status.nextPath))
        if let next = status.nextRun { rows.append(("Announced", Self.words(next))) }
        if let last = status.lastRun { rows.append(("Last run", "\(last.path): \(last.verdict.rawValue)")) }
        rows.append(
            ("Runs", "\(totals.runs.complete) complete, \(totals.runs.partial) partial, \(totals.runs.failed) failed"))
        rows.append(("Frames", "\(Self.grouped(totals.framesWritten)) written, \(Readable.bytes(totals.bytesStored))"))
        if totals.duplicate + totals.reordered + totals.refusedMessages + totals.strayMessages > 0 {
            rows.append(
                (
                    "Odd messages",
                    "\(totals.duplicate) duplicate, \(totals.reordered) reordered, \(totals.refusedMessages) refused, \(totals.strayMessages) stray"
                ))
        }
        if totals.runsUnsealed + totals.seriesWithoutRun > 0 {
            rows.append(("Not sealed", "\(totals.runsUnsealed) runs, and \(totals.seriesWithoutRun) series without a run"))
        }
        if let free = status.freeBytes { rows.append(("Free space", "\(Readable.bytes(free)) in \(status.out)")) }
        let list = rows.map { "<dt>\(HTMLText($0.0))</dt><dd>\(HTMLText($0.1))</dd>" }.joined(separator: "\n")
        return "<dl id=\"facts\" data-live>\n\(list)\n</dl>"
    }

    private static func words(_ next: ArmMetadata) -> String {
        var words = [next.name, next.proposal.map { "\($0)" }, next.sample, next.session, next.technique].compactMap(\.self)
        words += next.keywords + (next.temperature.map { ["\($0)"] } ?? [])
        if !next.metadata.isEmpty { words.append(next.metadata.keys.sorted().joined(separator: ", ")) }
        return words.joined(separator: " · ")
    }

    private static func latency(_ seconds: Double) -> String {
        seconds < 1 ? "\(Readable.decimals(seconds * 1000, seconds < 0.01 ? 1 : 0)) ms" : "\(Readable.decimals(seconds, 1)) s"
    }

    /// A number stays on a line with its unit or its word.
    private static func joined(_ text: String) -> String {
        var result = ""
        for character in text { result.append(character == " " && result.last?.isNumber == true ? "\u{A0}" : character) }
        return result
    }

    /// `12 345`, with narrow no-break spaces.
    private static func grouped(_ number: Int) -> String {
        var text = ""
        for (place, digit) in String(number).reversed().enumerated() {
            if place > 0, place % 3 == 0, digit != "-" { text.append("\u{202F}") }
            text.append(digit)
        }
        return String(text.reversed())
    }
}
