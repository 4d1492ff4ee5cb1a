import Custody
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import Testing
import TestSupport

/// The documents that people write: proposals and the facility's rules, with their schemas.
struct DocumentsTests {
    private static let proposals = """
        {"schema": "faisceau.proposals.1", "proposals": [
          {"id": "20260001", "kind": "in-house", "title": "Structure", "abstract": "Long", "abstract_public": false, "team": "crystals",
           "persons": [{"role": "deputy", "family_name": "Joliot", "given_name": "Frédéric", "orcid": "0000-0002-1825-0097",
                        "email": "Frederic@Example.org"}],
           "sessions": [{"name": "a", "beamline": "SWING", "begins": "2026-05-01T00:00:00Z", "ends": "2026-05-02T00:00:00Z"}]}]}
        """

    @Test func everyKeyOfAProposalIsRead() throws {
        let entry = try #require(try ProposalDocument(json: Data(Self.proposals.utf8)).entries.first)
        #expect(entry.proposal.kind == .inHouse)
        #expect(entry.proposal.team == "crystals")
        #expect(entry.proposal.abstract == "Long" && !entry.proposal.abstractIsPublic)
        let member = try #require(entry.proposal.persons.first)
        #expect(member.role == .deputy)
        #expect(member.person.name == "Joliot, Frédéric")
        #expect(member.person.orcid?.description == "0000-0002-1825-0097")
        // Addresses are compared in small letters.
        #expect(member.person.email == "frederic@example.org")
        #expect(entry.sessions.first?.name == "a" && entry.sessions.first?.beamline == "SWING")
    }

    @Test(arguments: [
        (#""kind": "in-house""#, #""kind": "secret""#, "kind"), (#""title""#, #""titel""#, "titel"),
        (#""role": "deputy""#, #""role": "boss""#, "role"), ("0000-0002-1825-0097", "0000-0002-1825-0098", "orcid"),
        ("Frederic@Example.org", "nobody", "email"), (#""team": "crystals""#, #""team": "everyone""#, "team"),
        ("2026-05-02T00:00:00Z", "tomorrow", "ends"), (#""title": "Structure""#, #""title": "  ""#, "title"),
        ("faisceau.proposals.1", "faisceau.proposals.9", "schema"),
    ])
    func aSlipIsRefusedWithItsPlace(_ right: String, _ wrong: String, _ place: String) throws {
        let text = Self.proposals.replacing(right, with: wrong)
        #expect(text != Self.proposals)
        let error = #expect(throws: CatalogueError.self) { try ProposalDocument(json: Data(text.utf8)) }
        #expect(error?.code == .badRequest)
        #expect(error?.description.contains(place) == true, "\(error?.description ?? "")")
    }

    @Test(.enabled(if: TestPython.isAvailable("jsonschema"), "\(TestPython.absence)"))
    func theSchemaOfProposalsAcceptsWhatIsReadAndRefusesSlips() throws {
        let folder = try TemporaryFolder("proposals")
        let file = try folder.write(Self.proposals, to: "p.json")
        let refused = try SchemaJudge.judge(
            schema: "schemas/proposals.schema.json", documents: [file],
            refusing: [
                #"d["proposals"][0].pop("kind")"#, #"d["proposals"][0].update(kind="secret")"#,
                #"d["proposals"][0].update(titel="x")"#, #"d["proposals"][0]["persons"][0].update(role="boss")"#,
                #"d["proposals"][0]["persons"][0].update(email="nobody")"#, #"d["proposals"][0]["sessions"][0].pop("ends")"#,
                #"d.update(schema="faisceau.proposals.9")"#,
            ])
        #expect(refused == 7)
    }

    private static let facility = """
        database: /srv/catalogue.sqlite
        facility: {name: Example, tenant: example, ror: "https://ror.org/01ydb3330", timezone: Pacific/Auckland, contact: data@example.org}
        policy: {version: 2026-01, embargoYears: 2, thirdExtension: true, askingDeadlineDays: 30, grace: open, objectionDays: 21,
                 retentionYears: 10, purgeNoticeDays: 120, access: registered, licence: CC0-1.0}
        clock: {trust: system}
        pid: {prefix: "21.T11998"}
        pages: https://data.example.org/datasets/
        mail: {spool: /var/spool/faisceau, warningDays: [60, 365]}
        oai: {pageSize: 500}
        files: {roots: [{path: /data/}, {path: /spool, account: ingestor-1}]}
        tls: {certificate: /etc/ssl/served.pem, key: /etc/ssl/private/served.key}
        proxies: [10.0.0.7, "::1"]
        """

    @Test func everyKeyOfTheFacilitysRulesIsRead() throws {
        let settings = try CatalogueConfiguration(yaml: Self.facility, file: "f")
        let rules = settings.rules
        #expect(settings.database == "/srv/catalogue.sqlite" && settings.delivery.mail == .spool("/var/spool/faisceau"))
        #expect(rules.facility == "Example" && rules.tenant == "example" && rules.contact == "data@example.org")
        #expect(rules.ror?.description.contains("01ydb3330") == true)
        let roots = [FileRoot(path: "/data", account: nil), FileRoot(path: "/spool", account: "ingestor-1")]
        #expect(settings.server.roots == roots.compactMap(\.self))
        #expect(rules.zone.identifier == "Pacific/Auckland")
        #expect(rules.policy.version == "2026-01" && rules.policy.embargoYears == 2 && rules.policy.allowsThirdExtension)
        #expect(rules.policy.askingDeadlineDays == 30 && rules.policy.grace == .open && rules.policy.objectionDays == 21)
        #expect(rules.policy.retentionYears == 10 && rules.policy.purgeNoticeDays == 120)
        #expect(rules.policy.access == .registered && rules.policy.licence == "CC0-1.0")
        #expect(rules.trust == .system && rules.prefix == "21.T11998")
        #expect(rules.page(of: "21.T11998/x") == "https://data.example.org/datasets/21.T11998%2Fx")
        #expect(rules.warningDays == [365, 60])
        #expect(settings.server.harvestPage == 500)
    }

    @Test(arguments: [
        "facility: {timezone: Europe/Pariss}", "policy: {version: ''}", "policy: {version: a, grace: never}",
        "policy: {version: a, access: secret}", "policy: {version: a, objectionDays: 3}", "clock: {trust: me}",
        "pid: {prefix: \"no prefix\"}", "pages: ftp://x/", "polizy: {}", "facility: {ror: nothing}", "mail: {warningDays: [0]}",
        "files: {roots: [{path: data}]}", "files: {roots: [{path: /a/../b}]}", "files: {roots: [{account: a}]}",
        "files: {root: /a}",
        "tls: {certificate: /a.pem}", "tls: {certificate: a.pem, key: /a.key}", "tls: {certificate: /a.pem, key: a.key}",
        "tls: {}",
        "tls: {certificate: /a.pem, key: /a.key, version: 3}", "proxies: [proxy.example.org]", "proxies: [10.0.0.0/8]",
        "oai: {pageSize: 0}", "oai: {pageSize: 1001}", "oai: {size: 10}",
    ])
    func aWrongRuleIsRefused(_ yaml: String) throws {
        let error = #expect(throws: (any Error).self) { try CatalogueConfiguration(yaml: yaml, file: "f.yaml") }
        let told = try #require(error as? any Diagnosed)
        #expect(told.exitStatus == .invalidInput, "\(told)")
        #expect(told.description.contains("f.yaml") || told.description.contains("policy"), "\(told)")
    }

    @Test(arguments: [
        ("listen: 127.0.0.1:9000", "http://127.0.0.1:9000/datasets/"), ("listen: '[::1]:9000'", "http://[::1]:9000/datasets/"),
        ("listen: 127.0.0.1:0", "http://127.0.0.1:8080/datasets/"),
        ("listen: 127.0.0.1:9000\ntls: {certificate: /a.pem, key: /a.key}", "https://127.0.0.1:9000/datasets/"),
        ("listen: 127.0.0.1:9000\npages: https://data.example.org/datasets/", "https://data.example.org/datasets/"),
    ])
    func pagesAreWhereTheyAreServedUntilTheFileSaysOtherwise(yaml: String, pages: String) throws {
        #expect(try CatalogueConfiguration(yaml: yaml, file: "f").rules.pages == pages)
    }

    /// As scripts write it: four numbers, and no name.
    @Test func aPolicyThatIsNotNamedIsNamedByItsNumbers() throws {
        func policy(_ yaml: String) throws -> EmbargoPolicy {
            try CatalogueConfiguration(yaml: "policy: " + yaml, file: "f").rules.policy
        }
        let plain = try policy("{embargoYears: 3, retentionYears: 5, access: open, grace: grace}")
        #expect(
            plain.version
                == "3 years + 2, grace 30 days, objection 14 days, kept 5 years, purge notice 90 days, open, CC-BY-4.0")
        #expect(plain.grace == .days(30) && plain.embargoYears == 3)
        #expect(try policy("{grace: 30}") == plain)
        let others = [
            "{embargoYears: 2}", "{thirdExtension: true}", "{askingDeadlineDays: 1}", "{grace: open}", "{grace: 29}",
            "{objectionDays: 15}", "{retentionYears: 10}", "{purgeNoticeDays: 91}", "{access: registered}", "{licence: CC0-1.0}",
        ]
        #expect(Set(try others.map { try policy($0).version } + [plain.version]).count == others.count + 1)
    }

    @Test func encryptionAndProxiesAreRead() throws {
        let plain = try CatalogueConfiguration(yaml: "listen: 127.0.0.1:9000", file: "f").server
        #expect(plain.encryption == nil && plain.proxies == nil && plain.scheme == "http")
        let yaml = "tls: {certificate: /etc/a.pem, key: /etc/a.key}\nproxies: [10.0.0.7, 'FD00:0::7']"
        let server = try CatalogueConfiguration(yaml: yaml, file: "f").server
        #expect(server.encryption == EncryptionFiles(certificate: "/etc/a.pem", key: "/etc/a.key") && server.scheme == "https")
        #expect(server.proxies == ["10.0.0.7", "fd00::7"])
        #expect(try CatalogueConfiguration(yaml: "proxies: []", file: "f").server.proxies == [])
    }

    @Test(.enabled(if: TestPython.isAvailable("jsonschema", "yaml"), "\(TestPython.absence)"))
    func theSchemaOfRulesAcceptsWhatIsReadAndRefusesSlips() throws {
        let folder = try TemporaryFolder("rules")
        let file = try folder.write(Self.facility, to: "f.yaml")
        let refused = try SchemaJudge.judge(
            schema: "schemas/catalogue.schema.json", documents: [file],
            refusing: [
                #"d["policy"].update(version=7)"#, #"d["policy"].update(grace=31)"#, #"d["policy"].update(access="secret")"#,
                #"d.update(polizy={})"#, #"d["clock"].update(trust="me")"#, #"d["policy"].update(objectionDays=3)"#,
                #"d["oai"].update(pageSize=1001)"#, #"d["files"]["roots"][0].pop("path")"#,
                #"d["files"]["roots"][0].update(path="x")"#, #"d["tls"].pop("key")"#, #"d["tls"].update(key="served.key")"#,
                #"d["tls"].update(version="1.3")"#, #"d.update(proxies=7)"#,
            ])
        #expect(refused == 13)
    }
}
