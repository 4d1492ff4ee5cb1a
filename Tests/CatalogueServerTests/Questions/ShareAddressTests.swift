import CatalogueAnswers
import CatalogueQuestions
import Custody
import EmbargoClock
import Foundation
import Identifiers
import JSON
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// A link is an address that a reviewer opens, where it is known where pages are.
struct ShareAddressTests {
    @Test(arguments: [true, false])
    func theAddressIsThatOfTheFacilitysFile(isTold: Bool) async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let file = isTold ? "pages: https://data.example.org/datasets/\n" : "listen: 127.0.0.1:8080\n"
        var rules = test.custodian.rules
        let told = try CatalogueConfiguration(yaml: file, file: "facility.yaml").rules
        (rules.pages, rules.pagesAreTold) = (told.pages, told.pagesAreTold)
        let custodian = Custodian(store: test.store, rules: rules, clock: test.clock)
        let catalogue = CatalogueAnswerer(custodian, as: .custodian, isAtTheFile: true)
        let session = try #require(try await test.store.session(TestCustodian.session, tenant: rules.tenant).pid)
        for (record, name) in [(pid, pid), ("20260001/2026-05", "\(session)")] {
            let answer = try await catalogue.ask(
                CatalogueQuestion(.share, of: record, ["link": true, "until": "2026-12-01T00:00:00Z"]))
            let secret = try #require(answer.fields["link"]?.text)
            #expect(secret.hasPrefix("fsclink_") && answer.fields["pid"]?.text == name)
            let address = "https://data.example.org/datasets/\(name.replacing("/", with: "%2F"))?share=\(secret)"
            #expect(answer.fields["address"]?.text == (isTold ? address : nil))
            #expect(answer.told == [.line(isTold ? address : secret)])
        }
        // The address opens at the server.
        guard isTold else { return }
        let served = try await ServedCatalogue(test)
        let secret = try await custodian.shareByLink(
            .session(TestCustodian.session), until: Timestamp(try Instant("2026-12-01T00:00:00Z")), by: .custodian)
        let page = try await served.get("/datasets/\(pid.replacing("/", with: "%2F"))?share=\(secret.text)")
        #expect(page.status == 200 && page.headers["cache-control"] == "private, no-store")
    }
}
