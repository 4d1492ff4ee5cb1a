import DataCiteStandIn
import Diagnostics
import Foundation
import Identifiers
import Minting
import TestSupport
import Testing

/// A registry by https: the password is sent to whom the facility trusts, and to nobody else.
@Suite(.enabled(if: TestAuthority.isAvailable, "\(TestAuthority.absence)"))
struct TrustedRegistryTests {
    /// Answers every request with a page, which is none of DataCite's.
    private static func server(_ issued: TestAuthority.Issued) throws -> (process: ChildProcess, address: String) {
        let process = try ChildProcess(
            TestAuthority.openssl ?? "openssl",
            ["s_server", "-accept", "127.0.0.1:0", "-cert", issued.certificate, "-key", issued.key, "-www"])
        try process.waitFor("ACCEPT 127.0.0.1:", in: .output)
        let text = process.standardOutput
        let port = try #require(text.split(separator: "ACCEPT 127.0.0.1:").last.flatMap { Int($0.prefix { $0.isNumber }) })
        return (process, "https://localhost:\(port)")
    }

    private func code(_ address: String, _ exchange: NetworkExchange) async throws -> MintingErrorCode? {
        let registry = try Repository.registry(exchange, address: address)
        do { _ = try await registry.state(of: Repository.pid()) } catch let error as MintingError {
            #expect(!"\(error)".contains(Repository.account.password))
            if error.code == .unreachable { #expect("\(error)".contains("nothing was sent to it")) }
            return error.code
        }
        return nil
    }

    @Test func itIsAskedWhenItsAuthorityIsTrusted() async throws {
        let (authority, other) = (try TestAuthority(), try TestAuthority())
        let (process, address) = try Self.server(try authority.issue("registry"))
        let limit = Duration.seconds(60)
        let trusting = NetworkExchange(timeLimit: limit, environment: [:], authorities: authority.certificate)
        #expect(try await code(address, trusting) == .unreadableAnswer)
        let named = NetworkExchange(timeLimit: limit, environment: ["SSL_CERT_FILE": authority.certificate])
        #expect(try await code(address, named) == .unreadableAnswer)
        for exchange in [
            NetworkExchange(timeLimit: limit, environment: [:], authorities: other.certificate),
            NetworkExchange(timeLimit: limit, environment: ["SSL_CERT_FILE": other.certificate]),
            NetworkExchange(
                timeLimit: limit, environment: ["SSL_CERT_FILE": authority.certificate], authorities: other.certificate),
            NetworkExchange(timeLimit: limit, environment: [:]),
        ] {
            #expect(try await code(address, exchange) == .unreachable)
        }
        withExtendedLifetime(process) {}
    }

    @Test func anotherHostsCertificateIsRefused() async throws {
        let authority = try TestAuthority()
        let (process, address) = try Self.server(try authority.issue("other", for: ["DNS:api.example.org"]))
        let exchange = NetworkExchange(timeLimit: .seconds(60), environment: [:], authorities: authority.certificate)
        #expect(try await code(address, exchange) == .unreachable)
        withExtendedLifetime(process) {}
    }
}
