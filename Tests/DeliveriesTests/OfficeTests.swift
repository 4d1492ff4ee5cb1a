import ConfigurationText
import Custody
import DataCiteStandIn
import Deliveries
import Diagnostics
import EmbargoClock
import Foundation
import Minting
import Notices
import RunCatalogue
import Testing
import TestSupport

/// The facility's file: registry, password, mail.
struct OfficeTests {
    private let facility = "pages: https://data.example.org/datasets/\n"

    private func settings(_ yaml: String) throws -> CatalogueConfiguration {
        try CatalogueConfiguration(yaml: yaml, file: "facility.yaml")
    }

    @Test func withoutAWordNobodyIsAskedAndMailsLieBesideTheCatalogue() throws {
        let settings = try CatalogueConfiguration()
        let office = try DeliveryOffice(settings.delivery, catalogue: "/srv/data/catalogue.sqlite", agent: "test")
        #expect(office.registry is BuiltInRegistry)
        #expect((office.mail as? SpoolFolder)?.path == "/srv/data/mail")
        #expect(settings.rules.domain == "faisceau.invalid")
    }

    @Test func aWholeFileIsRead() throws {
        let folder = try TemporaryFolder("office")
        try folder.write("päss wörd\nsecond line\n", to: "password")
        let file = folder.file("password").path
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let settings = try settings(
            """
            facility: {contact: data@example.org, domain: data.example.org}
            pid: {prefix: "10.80000"}
            pages: https://data.example.org/datasets/
            registry:
              service: datacite
              url: https://api.test.datacite.org
              repository: INST.SYNC
              prefixes: ["10.80000", "10.80001"]
              passwordFile: \(file)
            mail: {sendmail: [/usr/bin/msmtp, -t], from: catalogue@example.org, warningDays: [30, 7]}
            """)
        let office = try DeliveryOffice(settings.delivery, catalogue: "c.sqlite", agent: "test")
        let registry = try #require(office.registry as? DataCiteRegistry)
        #expect(registry.prefixes == ["10.80000", "10.80001"])
        #expect((office.mail as? SendmailCommand)?.words == ["/usr/bin/msmtp", "-t"])
        #expect(office.sender == "catalogue@example.org")
        #expect(settings.rules.domain == "data.example.org" && settings.rules.warningDays == [30, 7])
        // However it is printed, the password is not in it.
        var text = ""
        dump(office, to: &text)
        dump(settings, to: &text)
        #expect(!text.contains("päss"))
    }

    @Test(arguments: [
        ("registry: {service: datacite, url: https://api.datacite.org, repository: A.B, passwordFile: /p}", "pages"),
        ("registry: {service: datacite}", "passwordFile"), ("registry: {service: lanternfish}", "service"),
        ("registry: {}\nregistry2: {}", "registry2"), ("registry: {service: built-in, url: https://x.org}", "url"),
        ("registry: {service: datacite, password: x}", "password"),
        ("registry: {service: datacite, url: https://x.org, repository: A.B, passwordFile: p}", "passwordFile"),
        (
            "registry: {service: datacite, url: https://x.org, repository: A.B, prefixes: [\"10.1234\"], passwordFile: /p}",
            "prefixes"
        ),
        ("mail: {spool: /a, sendmail: [b]}", "sendmail"), ("mail: {from: nobody}", "from"),
        ("mail: {warningDays: [7, 7]}", "warningDays"), ("facility: {domain: \"a b\"}", "domain"),
    ])
    func whatCannotBeIsRefusedWithItsKey(_ yaml: String, _ key: String) throws {
        let pages = key == "pages" ? "" : facility
        let error = #expect(throws: (any Error).self) { try settings(pages + yaml) }
        let said = error.map { "\($0)" } ?? ""
        #expect(said.contains(key), "\(said)")
    }

    @Test(arguments: [(0o640, "secret\n"), (0o604, "secret\n"), (0o600, ""), (0o600, "\nsecret")])
    func aPasswordThatOthersMayReadOrThatIsNoneIsNotUsed(_ mode: Int, _ text: String) throws {
        let folder = try TemporaryFolder("office")
        try folder.write(text, to: "password")
        let file = folder.file("password").path
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        let error = #expect(throws: DeliveryError.self) { try office(file) }
        #expect(error?.code == .passwordFile)
        #expect(error.map { !"\($0)".contains("secret") } == true)
    }

    @Test func aPasswordThatIsNotThereOrNoFileIsNamed() throws {
        let folder = try TemporaryFolder("office")
        for path in [folder.file("nothing").path, folder.path] {
            let error = #expect(throws: DeliveryError.self) { try office(path) }
            #expect(error?.place == path)
        }
    }

    private func office(_ file: String) throws -> DeliveryOffice {
        let settings = try settings(
            facility
                + "registry: {service: datacite, url: https://api.test.datacite.org, repository: A.B, passwordFile: \"\(file)\"}")
        return try DeliveryOffice(settings.delivery, catalogue: "c.sqlite", agent: "test")
    }

    /// Over a socket, as in production: the stand-in at a port, an account and its password from a file.
    @Test func aSessionIsRegisteredOverTheNetwork() async throws {
        let standIn = try DataCiteStandIn(repositories: [TestFacility.repository])
        try await standIn.listen()
        let test = try TestFacility()
        try test.folder.write("pass\n", to: "password")
        let file = test.folder.file("password").path
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let settings = try settings(
            facility
                + "registry: {service: datacite, url: \"\(standIn.address)\", repository: TEST.OURS, passwordFile: \"\(file)\"}")
        let office = try DeliveryOffice(settings.delivery, catalogue: test.path, agent: "test")
        let session = try await test.closed()
        let report = try await Deliverer(test.custodian, office: office, holder: "net").deliver()
        #expect(report.failures == [])
        #expect(standIn.service.entries["\(session.pid!)".lowercased()]?.state == "findable")
        try await standIn.close()
        // It is away: what waits says why, and is tried again.
        try await test.decide(.holdSet(.legal, reason: "zqreason", reviewOn: try LocalDate("2026-09-01")))
        let away = try await Deliverer(test.custodian, office: office, holder: "net").deliver()
        #expect(away.failures.first?.next != nil)
        #expect(away.pauses.first?.topic == "datacite")
    }
}
