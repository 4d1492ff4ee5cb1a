import CatalogueLink
import CatalogueQuestions
import Custody
import Diagnostics
import Foundation
import Identifiers
import JSON
import RunFetch
import TestCatalogue
import TestSupport
import Testing
import WebExchange

/// This program's own client by https: whom it believes, and what nobody is told before.
@Suite(.enabled(if: TestAuthority.isAvailable, "\(TestAuthority.absence)"))
struct TrustedServerTests {
    private static let token = "fsctoken_canary"
    private let authority: TestAuthority

    init() throws { authority = try TestAuthority() }

    private func served(_ issued: TestAuthority.Issued) async throws -> (served: ServedCatalogue, token: String) {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test, encryption: issued.files)
        return (served, try await served.token("irma", teams: ["team-20260001"]))
    }

    private func linked(
        _ port: Int, host: String = "localhost", token: String, trust: ServerTrust?, environment: [String: String] = [:]
    ) throws -> LinkedCatalogue {
        LinkedCatalogue(
            try CatalogueAddress("https://\(host):\(port)"), token: try CatalogueToken(token), program: "faisceau/test",
            environment: environment, trust: trust)
    }

    private func refusal(_ port: Int, host: String = "localhost", trust: ServerTrust?, environment: [String: String] = [:])
        async throws -> LinkError
    {
        let error = await #expect(throws: LinkError.self) {
            try await self.linked(port, host: host, token: Self.token, trust: trust, environment: environment).ask(
                CatalogueQuestion(.search))
        }
        let told = try #require(error)
        #expect(told.code == .untrusted && told.exitStatus == .environment && !told.isRetryable, "\(told)")
        #expect(!"\(told)".contains(Self.token))
        return told
    }

    @Test func whomTheRightAuthorityVouchesForIsAsked() async throws {
        let (served, token) = try await served(authority.issue("server"))
        for host in ["localhost", "127.0.0.1"] {
            for trust in [ServerTrust.authorities(try authority.text), .file(authority.certificate)] {
                let answer = try await linked(served.port, host: host, token: token, trust: trust).ask(CatalogueQuestion(.search))
                #expect(answer.fields["runs"]?.list?.count == 1)
            }
        }
        let named = try linked(
            served.port, token: token, trust: nil, environment: ["SSL_CERT_FILE": authority.certificate])
        #expect(try await named.ask(CatalogueQuestion(.search)).fields["runs"]?.list?.count == 1)
    }

    @Test func whomNobodyKnownVouchesForIsToldNothing() async throws {
        let (served, _) = try await served(authority.issue("server"))
        let other = try TestAuthority()
        for trust in [ServerTrust.authorities(try other.text), .file(other.certificate), .system] {
            let told = try await refusal(served.port, trust: trust)
            #expect(told.got == ServerDistrust.unknownAuthority.words, "\(told)")
            #expect(told.remedy?.contains("--ca FILE") == true && told.remedy?.contains("SSL_CERT_FILE") == true)
        }
        let (own, _) = try await self.served(authority.selfSigned("alone"))
        #expect(try await refusal(own.port, trust: .authorities(authority.text)).got == ServerDistrust.unknownAuthority.words)
        // No request came so far.
        for server in [served, own] { #expect(!server.log.text.contains("answered")) }
    }

    @Test func aCertificateThatVouchesForItselfIsBelievedWhenItIsNamed() async throws {
        let issued = try authority.selfSigned("alone")
        let (served, token) = try await served(issued)
        let answer = try await linked(served.port, token: token, trust: .file(issued.certificate)).ask(CatalogueQuestion(.search))
        #expect(answer.fields["runs"]?.list?.count == 1)
    }

    @Test func anotherHostsCertificateIsRefused() async throws {
        let (served, _) = try await served(authority.issue("other", for: ["DNS:catalogue.example.org", "IP:127.0.0.2"]))
        for host in ["localhost", "127.0.0.1"] {
            let told = try await refusal(served.port, host: host, trust: .authorities(authority.text))
            #expect(told.got == ServerDistrust.otherHost.words, "\(told)")
        }
        #expect(!served.log.text.contains("answered"))
    }

    @Test func anExpiredCertificateIsRefused() async throws {
        let (served, _) = try await served(authority.issue("old", days: -1))
        let told = try await refusal(served.port, trust: .authorities(authority.text))
        #expect(told.got == ServerDistrust.expired.words, "\(told)")
        #expect(!served.log.text.contains("answered"))
    }

    @Test func authoritiesThatCannotBeReadAreNoAuthorities() async throws {
        let (served, _) = try await served(authority.issue("server"))
        let absent = authority.folder.file("absent.pem").path
        var told = try await refusal(served.port, trust: nil, environment: ["SSL_CERT_FILE": absent])
        #expect(told.what.contains("cannot be read") && told.remedy?.contains("SSL_CERT_FILE") == true, "\(told)")
        told = try await refusal(served.port, trust: .authorities("nothing of this kind"))
        #expect(told.what.contains("cannot be read"), "\(told)")
        for text in ["", "no certificate", String(repeating: "x", count: AuthorityFile.mostBytes + 1)] {
            let file = try authority.folder.write(text, to: "wrong.pem").path
            #expect(throws: LinkError.self) { try AuthorityFile.read(file) }
        }
        #expect(throws: LinkError.self) { try AuthorityFile.read(absent) }
        let issued = try authority.issue("server")
        let both = try authority.folder.write(
            String(contentsOfFile: issued.certificate, encoding: .utf8) + String(contentsOfFile: issued.key, encoding: .utf8),
            to: "both.pem")
        #expect(throws: LinkError.self) { try AuthorityFile.read(both.path) }
        #expect(try AuthorityFile.read(authority.certificate) == authority.text)
    }

    /// A server with a certificate of nobody known, which tells what it hears of three connections.
    private static let listening = """
        import socket, ssl, sys
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        listener = socket.create_server(("127.0.0.1", 0))
        print("port", listener.getsockname()[1], flush=True)
        for _ in range(3):
            connection, _ = listener.accept()
            try:
                with context.wrap_socket(connection, server_side=True) as stream:
                    print("heard", stream.recv(65536) or "nothing", flush=True)
            except OSError:
                print("heard nothing", flush=True)
        """

    /// Whoever listens hears the beginning of a handshake, and not a letter of what was to be said.
    @Test func nothingIsSaidBeforeTheServerIsKnown() async throws {
        let unknown = try TestAuthority()
        let issued = try unknown.issue("server")
        let python = try #require(ChildProcess.find("python3"))
        let thief = try ChildProcess(python, ["-c", Self.listening, issued.certificate, issued.key])
        try thief.waitFor("port ", in: .output)
        let port = try #require(thief.standardOutput.split(separator: "\n").first.flatMap { Int($0.dropFirst(5)) })
        let trust = ServerTrust.authorities(try authority.text)
        _ = try await refusal(port, trust: trust)
        let signIn = CatalogueSignIn(
            try CatalogueAddress("https://localhost:\(port)"), program: "faisceau/test", environment: [:], trust: trust)
        let error = await #expect(throws: LinkError.self) { try await signIn.signIn("irma", password: "canary pass") }
        #expect(error?.code == .untrusted)
        let files = CatalogueFiles(
            "10.5072/000000003rj076", at: try CatalogueAddress("https://localhost:\(port)"),
            token: try CatalogueToken(Self.token),
            link: nil, program: "faisceau/test", trust: trust)
        let folder = try TemporaryFolder("fetched")
        let fetcher = RunFetcher(files, into: try TargetFolder(folder.file("run").path), retries: 0, wait: .zero)
        let fetching = await #expect(throws: FetchError.self) { _ = try await fetcher.fetch([]) { _ in } }
        #expect(fetching?.code == .untrusted && fetching?.remedy?.contains("--ca FILE") == true)
        // It ends with the third connection.
        let output = try await onThread { try thief.wait() }
        #expect(
            output.standardOutput.components(separatedBy: "heard nothing").count == 4,
            "\(output.standardOutput)\(output.standardError)")
        // And who speaks no encryption at all.
        let heard = LogLines()
        let listener = try LoopbackListener { accepted in
            guard let connection = accepted() else { return }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(connection, &buffer, buffer.count, 0)
            heard.add(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self))
            shutdown(connection, Int32(SHUT_RDWR))
            close(connection)
        }
        _ = try await refusal(Int(listener.port), trust: trust)
        #expect(heard.text.hasPrefix("\u{16}") && !heard.text.contains("canary"))
    }

    // MARK: redirections

    @Test(arguments: ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"])
    func nobodyIsFollowedAnywhere(status: String) async throws {
        let thief = try StrangeServer { _, _ in
            StrangeServer.answer("200 OK", ["Content-Type": "application/json"], Array("{}".utf8))
        }
        let (safe, _) = try await served(authority.issue("server"))
        let trust = ServerTrust.authorities(try authority.text)
        // To plain HTTP, to another port, and to a server that would be believed.
        for place in [
            "http://127.0.0.1:\(thief.port)/", "http://localhost:\(thief.port)/", "https://localhost:\(safe.port)/ready",
        ] {
            let sender = try StrangeServer { _, _ in StrangeServer.answer(status, ["Location": place]) }
            let address = try CatalogueAddress("http://127.0.0.1:\(sender.port)")
            let linked = LinkedCatalogue(
                address, token: try CatalogueToken(Self.token), program: "faisceau/test", environment: [:], trust: trust)
            let asking = await #expect(throws: LinkError.self) { try await linked.ask(CatalogueQuestion(.search)) }
            #expect(asking?.code == .redirected)
            let signIn = CatalogueSignIn(address, program: "faisceau/test", environment: [:], trust: trust)
            let signing = await #expect(throws: LinkError.self) { try await signIn.signIn("irma", password: "canary pass") }
            #expect(signing?.code == .redirected)
            let files = CatalogueFiles(
                "10.5072/000000003rj076", at: address, token: try CatalogueToken(Self.token), link: nil, program: "faisceau/test",
                trust: trust)
            let folder = try TemporaryFolder("fetched")
            let fetcher = RunFetcher(files, into: try TargetFolder(folder.file("run").path), retries: 0, wait: .zero)
            await #expect(throws: FetchError.self) { _ = try await fetcher.fetch([]) { _ in } }
            #expect(sender.requests.count == 3)
        }
        #expect(thief.requests.isEmpty && !safe.log.text.contains("answered"))
    }
}
