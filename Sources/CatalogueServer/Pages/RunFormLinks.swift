import Custody
import WebText

/// Links of a page to the crate, and to the files of an open run. HTML, of this server, so that they hold behind a proxy too.
struct RunFormLinks {
    private let page: RecordPage

    init(_ page: RecordPage) { self.page = page }

    var crate: String {
        page.kind.isData ? " · <a href=\"\(HTMLText(RecordPage.path(of: page.identifier)))/\(ROCrate.name)\">RO-Crate</a>" : ""
    }

    var files: String {
        guard page.kind == .run, page.access.isOpenData else { return "" }
        let record = HTMLText("/api/v4" + RecordPage.path(of: page.identifier))
        return """
            <p class="forms">Files: <a href="\(record)/files.tar">all in one archive</a> · \
            <a href="\(record)/\(RunForm.metalink.rawValue)">metalink</a> · <a href="\(record)/files">list</a></p>
            """
    }
}
