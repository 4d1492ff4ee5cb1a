import Foundation
import RunModel
import WebText

/// What is served at which path. Everything is made anew for each request; nothing waits for the frame path.
struct StatusRoutes: Sendable {
    let control: any IngestControl
    let images: any LiveImages
    private let meter = RateMeter()

    init(control: any IngestControl, images: any LiveImages) {
        self.control = control
        self.images = images
    }

    /// - Parameters:
    ///   - path: without the query.
    ///   - knownTag: of `If-None-Match`.
    func answer(path: String, knownTag: String?) -> StatusAnswer {
        switch path {
        case "/": return page()
        case "/status.json": return json()
        case "/metrics":
            return StatusAnswer(
                contentType: MetricsText.contentType, body: Data(IngestMetrics.text(of: control.status()).utf8))
        case "/health": return health()
        case "/newest.png": return picture(images.newestPNG(), knownTag)
        case "/summed.png": return picture(images.summedPNG(), knownTag)
        case "/curve.svg": return picture(images.curveSVG(), knownTag, type: "image/svg+xml")
        case "/page.css":
            return StatusAnswer(contentType: "text/css; charset=utf-8", body: Data(PackageResources.page_css))
        case "/page.js":
            return StatusAnswer(contentType: "text/javascript; charset=utf-8", body: Data(PackageResources.page_js))
        default:
            return .text(
                "There is no such page. There are /, /status.json, /metrics, /health, /newest.png, /summed.png, /curve.svg.\n",
                .notFound)
        }
    }

    private func page() -> StatusAnswer {
        let status = control.status()
        let page = StatusPage(
            status: status, rate: meter.rate(at: status), newest: images.newestPNG().map(PictureTag.of),
            summed: images.summedPNG().map(PictureTag.of), reduction: images.liveReduction(),
            curve: images.curveSVG().map(PictureTag.of))
        return StatusAnswer(contentType: "text/html; charset=utf-8", body: Data(page.html.utf8))
    }

    private func json() -> StatusAnswer {
        do {
            return StatusAnswer(contentType: "application/json", body: try control.status().json() + Data("\n".utf8))
        } catch {
            return .text("The status has no JSON form: \(error)\n", .unavailable)
        }
    }

    /// 200 while frames would be recorded, 503 when not: for load balancers and watchdogs that know no more than that.
    private func health() -> StatusAnswer {
        let status = control.status()
        switch status.state {
        case .armed, .recording, .stalled, .sealing: return .text("\(status.state.rawValue)\n")
        case .failed, .stopped:
            return .text("\(status.state.rawValue): \(status.problem ?? "no reason was given")\n", .unavailable)
        }
    }

    private func picture(_ data: Data?, _ knownTag: String?, type: String = "image/png") -> StatusAnswer {
        guard let data else { return .text("There is no frame yet.\n", .notFound) }
        let tag = "\"\(PictureTag.of(data))\""
        guard knownTag != tag else { return StatusAnswer(outcome: .notModified, contentType: type, tag: tag) }
        return StatusAnswer(contentType: type, body: data, tag: tag)
    }
}
