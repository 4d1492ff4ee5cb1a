import CatalogueServer
import Custody
import Foundation
import Identifiers
import RunCatalogue
import TestCatalogue
import TestSupport
import Testing

/// A proxy that decodes `%2F` on its way divides an identifier at its slash: each route answers as if it had not.
@Suite struct ProxyTests {
    @Test func bothSpellingsOfAnIdentifierAreOneAtEveryRoute() async throws {
        let files = try await ServedFiles()
        _ = try await files.test.custodian.attach(
            Attachment(name: "note.txt", type: .text, caption: "A note", bytes: Array("hello".utf8)),
            to: try RunIdentifier(files.pid), by: .custodian)
        let served = files.served
        let routes = served.routes.filter { $0.hasPrefix("GET ") && ($0.contains("{pid}") || $0.contains("{doi}")) }
        #expect(routes.count > 20)
        for route in routes {
            let template = String(route.dropFirst(4)).replacing("{aid}", with: "note.txt").replacing(
                "{path}", with: "run_master.h5"
            )
            .replacing("{form}", with: "citation.bib").replacing("{doi}", with: "{pid}")
            let whole = try await served.get(
                template.replacing("{pid}", with: files.pid.replacing("/", with: "%2F")), token: Self.token(files, route))
            let divided = try await served.get(template.replacing("{pid}", with: files.pid), token: Self.token(files, route))
            #expect(whole.status == divided.status && whole.body == divided.body, "\(route): \(whole.status) \(divided.status)")
            #expect([200, 403].contains(whole.status), "\(route): \(whole.status)")
        }
        // And so where something is asked for, and refused for the same reason.
        for route in [
            "PATCH /api/v4/datasets/{pid}", "POST /api/v4/datasets/{pid}/embargo/extensions", "DELETE /api/v3/datasets/{pid}",
        ] {
            let whole = try await served.send(
                "\(route.replacing("{pid}", with: files.pid.replacing("/", with: "%2F"))) HTTP/1.1\r\n")
            let divided = try await served.send("\(route.replacing("{pid}", with: files.pid)) HTTP/1.1\r\n")
            #expect(whole.status == 401 && divided.status == 401 && whole.body == divided.body, "\(route)")
        }
    }

    /// Public pages are asked for by nobody in particular.
    private static func token(_ files: ServedFiles, _ route: String) -> String? {
        route.contains("/api/") && !route.contains("public") && !route.contains("publisheddata") ? files.token : nil
    }
}
