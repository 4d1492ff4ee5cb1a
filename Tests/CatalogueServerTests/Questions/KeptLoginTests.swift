import CatalogueAnswers
import CatalogueLink
import CatalogueQuestions
import Diagnostics
import Foundation
import Identifiers
import RunModel
import TestSupport
import Testing

/// Addresses and tokens: kept for their owner alone, and given to nobody else.
struct KeptLoginTests {
    @Test func anAddressIsOneServer() throws {
        let same = try ["https://cat.example.org", "HTTPS://Cat.Example.org:443/", "https://cat.example.org//"].map {
            try CatalogueAddress($0)
        }
        #expect(Set(same).count == 1 && "\(same[0])" == "https://cat.example.org")
        #expect("\(try CatalogueAddress("http://[::1]:8080/catalogue/"))" == "http://[::1]:8080/catalogue")
        for text in [
            "https://", "https://irene:geheim@cat.example.org", "ftp://cat.example.org", "https://cat.example.org/?a=b",
            "https://cat.example.org/#x", "https://cat.example.org:99999", "catalogue.sqlite", "",
        ] {
            let error = #expect(throws: LinkError.self) { try CatalogueAddress(text) }
            #expect(error?.code == .badAddress && error?.got?.contains("geheim") != true)
        }
        #expect(CatalogueAddress.isMeant(by: "HTTP://x") && !CatalogueAddress.isMeant(by: "/data/http/catalogue.sqlite"))
        let url = try CatalogueAddress("https://h/x").url(["runs", "10.5072/a b", ".."], query: [("q", "a&b=ü+")])
        #expect(url.absoluteString == "https://h/x/runs/10.5072%2Fa%20b/%2E%2E?q=a%26b%3D%C3%BC%2B")
    }

    @Test func tokensAreKeptForTheirOwnerAlone() throws {
        let folder = try TemporaryFolder("logins")
        let logins = KeptLogins(environment: ["XDG_CONFIG_HOME": folder.file("config").path])
        #expect(try logins.all() == [])
        let server = try CatalogueAddress("https://cat.example.org")
        for name in ["irene", "cleo", "irene"] {
            try logins.keep(
                .init(server: server, account: name, token: try CatalogueToken("fsctoken_\(name)"), isInsecure: false))
        }
        #expect(try logins.all().map(\.account) == ["irene", "cleo"])
        #expect(try logins.login(at: server, account: nil)?.account == "irene")
        #expect(try logins.login(at: server, account: "cleo")?.token == CatalogueToken("fsctoken_cleo"))
        #expect(try logins.login(at: CatalogueAddress("https://other.example.org"), account: nil) == nil)
        let attributes = try FileManager.default.attributesOfItem(atPath: logins.path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("config/faisceau").path) == ["logins.json"])
        #expect(try logins.forget(at: server, account: "cleo").map(\.account) == ["cleo"])
        #expect(try logins.all().map(\.account) == ["irene"])
        let token = try CatalogueToken("fsctoken_irene")
        #expect(!"\(token) \(String(reflecting: token)) \([token])".contains("irene"))
        var dumped = ""
        dump(token, to: &dumped)
        #expect(!dumped.contains("irene"))
    }

    @Test func aFileThatOthersReadIsRefused() throws {
        let folder = try TemporaryFolder("logins")
        let logins = KeptLogins(path: folder.file("logins.json").path)
        let server = try CatalogueAddress("https://cat.example.org")
        try logins.keep(.init(server: server, account: "irene", token: try CatalogueToken("fsctoken_x"), isInsecure: false))
        for mode in [0o640, 0o604, 0o660, 0o620] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: logins.path)
            let error = #expect(throws: LinkError.self) { try logins.all() }
            #expect(error?.code == .loginsUnsafe)
        }
        try FileManager.default.removeItem(atPath: logins.path)
        try FileManager.default.createSymbolicLink(atPath: logins.path, withDestinationPath: "/etc/hostname")
        #expect(throws: LinkError.self) { try logins.all() }
        try FileManager.default.removeItem(atPath: logins.path)
        for text in [
            "", "{}", "[]", #"{"schema":"faisceau.logins.2","logins":[]}"#, #"{"schema":"faisceau.logins.1","logins":[{}]}"#,
        ] {
            try folder.write(text, to: "logins.json")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: logins.path)
            #expect(throws: LinkError.self) { try logins.all() }
        }
    }

    @Test func aTokenTravelsEncrypted() throws {
        let folder = try TemporaryFolder("logins")
        let environment = ["XDG_CONFIG_HOME": folder.url.path]
        let plain = try CatalogueAddress("http://cat.example.org")
        let own = try CatalogueAddress("http://127.0.0.1:8080")
        let logins = KeptLogins(environment: environment)
        for server in [plain, own] {
            try logins.keep(.init(server: server, account: "irene", token: try CatalogueToken("kept"), isInsecure: false))
        }
        let kept = CatalogueCredentials(environment: environment)
        #expect(try kept.token(for: own, account: nil) == CatalogueToken("kept"))
        #expect(try kept.token(for: own, account: "anonymous") == nil)
        #expect(throws: LinkError.self) { try kept.token(for: own, account: "cleo") }
        #expect(throws: LinkError.self) { try kept.token(for: plain, account: nil) }
        try logins.keep(.init(server: plain, account: "irene", token: try CatalogueToken("kept"), isInsecure: true))
        #expect(try kept.token(for: plain, account: nil) == CatalogueToken("kept"))
        // The environment's counts before all.
        var given = CatalogueCredentials(environment: environment.merging(["FAISCEAU_TOKEN": "given"]) { $1 })
        #expect(try given.token(for: own, account: nil) == CatalogueToken("given"))
        #expect(throws: LinkError.self) { try given.token(for: plain, account: nil) }
        given = CatalogueCredentials(environment: ["FAISCEAU_TOKEN": "given", "FAISCEAU_INSECURE": "1"])
        #expect(try given.token(for: plain, account: nil) == CatalogueToken("given"))
        for host in ["http://127.0.0.1.example.org", "http://localhost.example.org", "http://192.168.1.1"] {
            #expect(throws: LinkError.self) {
                try CatalogueCredentials.requirePrivate(CatalogueAddress(host), isInsecure: false)
            }
        }
    }
}
