import DataCiteStandIn
import Diagnostics
import Foundation
import Identifiers
import Minting
import TestSupport
import Testing

/// The password goes to the registry over a safe connection, and nowhere else.
@Suite struct SecretsTests {
    @Test func howeverALoginIsPrintedThePasswordIsNotInIt() throws {
        let login = try Repository.login()
        var dumped = ""
        dump(login, to: &dumped)
        let registry = try Repository.registry(ScriptedExchange(), login: login)
        var dumpedRegistry = ""
        dump(registry, to: &dumpedRegistry)
        let secrets = [Repository.account.password, login.authorization, String(login.authorization.dropFirst(6))]
        for text in ["\(login)", String(reflecting: login), "\([login])", dumped, "\(registry)", dumpedRegistry] {
            #expect(text.contains("TEST.OURS"))
            for secret in secrets { #expect(!text.contains(secret)) }
        }
    }

    @Test func noErrorRepeatsThePassword() async throws {
        let listener = try LoopbackPort()
        let secrets = [Repository.account.password, try Repository.login().authorization]
        let registry = try Repository.registry(
            NetworkExchange(timeLimit: .seconds(5)), address: "http://127.0.0.1:\(listener.number)")
        let error = await #expect(throws: MintingError.self) { try await registry.reserve(Repository.pid()) }
        let text = try #require(error).description
        for secret in secrets { #expect(!text.contains(secret)) }
        let echo = try Repository.registry(
            ScriptedExchange(HTTPResponseMessage(status: 401, headers: ["content-type": "text/plain"], body: Array("no".utf8))))
        let refusal = await #expect(throws: MintingError.self) { try await echo.reserve(Repository.pid()) }
        #expect(refusal.map { error in !secrets.contains { error.description.contains($0) } } == true)
    }

    @Test(arguments: ["http_proxy", "all_proxy", "ALL_PROXY"])
    func noProxySeesAPasswordThatIsNotEncrypted(name: String) async throws {
        let standIn = try DataCiteStandIn(repositories: [Repository.account])
        try await standIn.listen()
        func reserve(_ environment: [String: String]) async throws -> MintingErrorCode? {
            let exchange = NetworkExchange(timeLimit: .seconds(20), environment: environment)
            do { try await Repository.registry(exchange, address: standIn.address).reserve(Repository.pid()) } catch {
                return (error as? MintingError)?.code
            }
            return nil
        }
        for exceptions in ["", "example.org", "127.0.0.10", "localhost"] {
            let code = try await reserve([name: "http://proxy.example.org:3128", "no_proxy": exceptions])
            #expect(code == .misconfigured, "\(exceptions)")
        }
        #expect(standIn.service.log.isEmpty)
        for environment in [[:], [name: ""], [name: "x", "no_proxy": "a.org, 127.0.0.1"], [name: "x", "NO_PROXY": "*"]] {
            let code = try await reserve(environment)
            #expect(code == nil, "\(environment)")
        }
        try await standIn.close()
    }

    @Test(arguments: [
        "http://api.datacite.org", "ftp://localhost/", "http://localhost.evil.org", "http://127.0.0.1.evil.org", "http://127.1",
        "http://127.0.0.256", "https://user:hunter2@api.datacite.org", "https://user@api.datacite.org", "https://",
        "api.datacite.org",
        "https://api.datacite.org/?x=1", "https://api.datacite.org/#x", "", "http://0x7f000001", "http://128.0.0.1",
        "HTTP://api.datacite.org", "file:///etc/passwd",
    ])
    func anAddressThatIsNotSafeIsRefused(text: String) throws {
        let error = try #require(throws: MintingError.self) { try ServiceAddress(text) }
        #expect(error.code == .misconfigured)
        #expect(!error.description.contains("hunter2"))
    }

    @Test(arguments: [
        "https://api.datacite.org", "https://api.test.datacite.org/", "http://localhost:8080", "http://127.0.0.1:1/base",
        "http://[::1]:9",
    ])
    func anAddressThatIsSafeIsTaken(text: String) throws { #expect(try ServiceAddress(text).description == text) }

    @Test func loginsThatAreNoneAreRefused() {
        for (name, password) in [("", "p"), ("n", ""), ("a:b", "p"), ("a", "p\r\nX: y"), ("a\n", "p")] {
            let error = #expect(throws: MintingError.self) { try ServiceLogin(name: name, password: password) }
            #expect(error?.code == .misconfigured)
        }
    }

    @Test func aRedirectionIsNotFollowed() async throws {
        let elsewhere = try DataCiteStandIn(repositories: [Repository.account])
        try await elsewhere.listen()
        let place = elsewhere.address
        let listener = try LoopbackListener { accepted in
            while let connection = accepted() {
                var buffer = [UInt8](repeating: 0, count: 65_536)
                _ = recv(connection, &buffer, buffer.count, 0)
                let answer =
                    "HTTP/1.1 307 Temporary Redirect\r\nLocation: \(place)/dois\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                _ = send(connection, answer, answer.utf8.count, Int32(MSG_NOSIGNAL))
                close(connection)
            }
        }
        let registry = try Repository.registry(
            NetworkExchange(timeLimit: .seconds(10)), address: "http://127.0.0.1:\(listener.port)")
        let error = await #expect(throws: MintingError.self) { try await registry.state(of: Repository.pid()) }
        #expect(error?.isRetryable == true)
        #expect(error?.code == .unreadableAnswer, "\(String(describing: error))")
        #expect(elsewhere.service.log.isEmpty)
        try await elsewhere.close()
    }

    @Test func everyRequestSaysWhatItIs() async throws {
        let exchange = ScriptedExchange(HTTPResponseMessage(status: 503))
        let registry = try Repository.registry(exchange)
        _ = try? await registry.entry(of: Repository.pid())
        _ = try? await registry.reserve(Repository.pid())
        _ = try? await MintingOrder.publish(Repository.record(), at: Repository.page).carryOut(on: registry)
        let requests = exchange.requests
        #expect(
            requests.map { "\($0.method.rawValue) \($0.address)" } == [
                "GET http://localhost:1/dois/10.5072%2Fabc-1?publisher=true&affiliation=true", "POST http://localhost:1/dois",
                "PUT http://localhost:1/dois/10.5072%2Fabc-1",
            ])
        #expect(requests.allSatisfy { $0.headers["Accept"] == "application/vnd.api+json" && $0.headers["Authorization"] == nil })
        #expect(requests.dropFirst().allSatisfy { $0.headers["Content-Type"] == "application/vnd.api+json" })
        #expect(requests.allSatisfy { $0.login?.name == "TEST.OURS" })
    }
}
