import Custody
import Quantities
import RunCatalogue
import RunModel
import WebText

/// The part of a page that the holder of a link sees beside what everyone does: a run's files, or a session's runs. Its addresses are of this server,
/// so that they hold behind a proxy too, and show the link again.
struct SharedSection {
    /// Of more, programs ask for the list.
    static let most = 100

    let html: String

    init(_ shared: SharedRecord, of identifier: String, link: String) {
        let query = "?share=" + link.addingPercentEncoding(withAllowed: "-._~")
        let addresses = Addresses(query: query)
        let ends = shared.ends.map { " until \(HTMLText(Self.time($0))) UTC" } ?? ""
        let content =
            switch shared.content {
            case .run(let run, let files, let isServed): Self.run(run, files, isServed, addresses, identifier)
            case .session(let runs, let count): Self.session(runs, count, addresses)
            }
        html = """
            <section class="shared">
            <h2>Shared with you</h2>
            <p>Whoever has this page's address reads what follows\(ends), before it opens. It is not public: pass it on to nobody.</p>
            \(content)
            </section>
            """
    }

    private struct Addresses {
        let query: String

        func page(_ pid: String) -> String { RecordPage.path(of: pid) + query }
        func record(_ pid: String, _ rest: String) -> String { "/api/v4" + RecordPage.path(of: pid) + rest + query }
    }

    private static func run(
        _ run: RunRecord, _ files: [RunFile], _ isServed: Bool, _ addresses: Addresses, _ pid: String
    ) -> String {
        let rows = files.map { file in
            let name =
                isServed
                ? link(addresses.record(pid, "/files/" + file.path.addingPercentEncoding(withAllowed: "-._~/")), file.path)
                : "\(HTMLText(file.path))"
            return "<li>\(name) <span class=\"faint\">\(size(file.bytes))</span></li>"
        }
        let more = run.fileCount - Int64(files.count)
        let rest = more > 0 ? "<p class=\"forms\">and \(more) more: see the list</p>" : ""
        let all =
            isServed
            ? "\(link(addresses.record(pid, "/files.tar"), "all in one archive")) · "
                + "\(link(addresses.record(pid, "/files.meta4"), "metalink")) · " : "not served here; "
        return """
            <p><strong>\(HTMLText(run.title ?? run.name))</strong>, \(describing(run))</p>
            <ul class="files">
            \(rows.joined(separator: "\n"))
            </ul>
            \(rest)
            <p class="forms">Files: \(all)\(link(addresses.record(pid, "/files"), "list")) · \
            \(link(addresses.record(pid, ""), "metadata"))</p>
            """
    }

    private static func session(_ runs: [RunRecord], _ count: BoundedCount, _ addresses: Addresses) -> String {
        let rows = runs.map { run in
            "<li>\(link(addresses.page("\(run.pid)"), run.title ?? run.name)) <span class=\"faint\">\(describing(run))</span></li>"
        }
        let rest =
            switch count {
            case .exactly(let all): all > runs.count ? "<p class=\"forms\">and \(all - runs.count) more</p>" : ""
            case .atLeast(let all): "<p class=\"forms\">and more than \(all - runs.count) more</p>"
            }
        return "<ul class=\"files\">\n\(rows.joined(separator: "\n"))\n</ul>\n\(rest)"
    }

    private static func describing(_ run: RunRecord) -> String {
        "\(time(run.startedAt)) UTC, \(run.fileCount) \(run.fileCount == 1 ? "file" : "files"), \(size(run.bytes))"
    }

    private static func size(_ bytes: Int64) -> String { "\(HTMLText(Readable.bytes(Double(bytes))))" }

    /// `2026-05-09 12:00`.
    private static func time(_ time: Timestamp) -> String { String("\(time)".prefix(16)).replacing("T", with: " ") }

    private static func link(_ address: String, _ text: String) -> String {
        "<a href=\"\(HTMLText(address))\">\(HTMLText(text))</a>"
    }
}
