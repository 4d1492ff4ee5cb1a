import CatalogueServer
import Custody
import Diagnostics
import Foundation
import NIOCore
import NIOEmbedded
import TestCatalogue
import TestSupport
import Testing
import WebExchange

/// `tls` in the facility's file: the server speaks https, and harms itself by nothing that anybody sends there.
@Suite(.enabled(if: TestAuthority.isAvailable, "\(TestAuthority.absence)"))
struct EncryptedServerTests {
    private let authority: TestAuthority

    init() throws { authority = try TestAuthority() }

    private func served(_ issued: TestAuthority.Issued, sweeps: Bool = false) async throws -> ServedCatalogue {
        let (test, _) = try await TestCustodian.embargoed()
        try test.clock.set(Self.now)
        return try await ServedCatalogue(test, sweeps: sweeps, encryption: issued.files)
    }

    /// Certificates are judged by the time of today.
    private static var now: String { Date().ISO8601Format() }

    @Test func itAnswersByHTTPS() async throws {
        let served = try await served(authority.issue("server"))
        let health = try await served.asked("/health", by: authority)
        let text = String(decoding: health.body, as: UTF8.self)
        #expect(health.status == 200 && text.contains("\"status\":\"ok\""), "\(text)")
        #expect(text.contains("\"days_left\":19") && text.contains("\"ends\":\"2"), "\(text)")
        let metrics = try await served.asked("/metrics", by: authority)
        let line = String(decoding: metrics.body, as: UTF8.self).split(separator: "\n").first {
            $0.hasPrefix("faisceau_tls_certificate_expiry_timestamp_seconds ")
        }
        let ends = try #require(line?.split(separator: " ").last.flatMap { Double($0) })
        #expect(abs(ends - Date().timeIntervalSince1970 - 20 * 86_400) < 3600)
        // A name is asked by https from then on; this machine has other servers.
        #expect(health.headers["strict-transport-security"] == nil)
        let named = try await served.asked("/health", by: authority, headers: ["Host": "catalogue.example.org:8443"])
        #expect(named.headers["strict-transport-security"] == "max-age=15552000")
        for host in ["127.0.0.1:1", "[::1]:1", "localhost"] {
            let numbered = try await served.asked("/health", by: authority, headers: ["Host": host])
            #expect(numbered.headers["strict-transport-security"] == nil, "\(host)")
        }
        let plain = try await ServedCatalogue(served.test)
        #expect(
            try await plain.get("/health", headers: ["X-Forwarded-Proto": "https"]).headers["strict-transport-security"] == nil)
    }

    @Test func itAgreesOnTLS12AndAboveAndOnHTTP11() async throws {
        let served = try await served(authority.issue("server"))
        let openssl = try #require(TestAuthority.openssl)
        let (port, file) = (served.port, authority.certificate)
        func talk(_ words: [String]) async throws -> ChildOutput {
            try await onThread {
                try ChildProcess.run(
                    openssl,
                    [
                        "s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", file, "-verify_return_error", "-cipher",
                        "DEFAULT@SECLEVEL=0",
                    ]
                        + words)
            }
        }
        for (version, name) in [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")] {
            let output = try await talk([version, "-alpn", "h2,http/1.1"])
            #expect(output.status == 0 && output.standardOutput.contains(name), "\(output.standardError)")
            #expect(output.standardOutput.contains("ALPN protocol: http/1.1"))
        }
        for version in ["-tls1", "-tls1_1"] {
            let output = try await talk([version])
            #expect(output.status != 0 && output.standardError.contains("alert protocol version"), "\(output.standardError)")
        }
    }

    // MARK: what is no handshake

    @Test func plainHTTPIsToldSo() async throws {
        let served = try await served(authority.issue("server"))
        let answer = try await served.get("/health")
        #expect(answer.status == 400 && answer.text.contains("https://"), "\(answer.text)")
        #expect(answer.headers["connection"] == "close")
        let long = try await served.send(
            "POST /api/v3/auth/login HTTP/1.1\r\n", body: String(repeating: "x", count: 300_000))
        #expect(long.status == 400)
        #expect(try await served.asked("/ready", by: authority).status == 200)
    }

    @Test func httpsAtAPlainPortEndsInWords() async throws {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        await #expect(throws: WebFailure.notEncrypted) { try await served.asked("/health", by: authority) }
        #expect(try await served.get("/health").status == 200)
    }

    @Test func whatIsNeitherIsClosedAndHarmsNobody() async throws {
        let served = try await served(authority.issue("server"))
        // The beginning of a handshake, and then nothing, or nonsense.
        let hello: [UInt8] = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03]
        var held: [LoopbackSocket] = []
        for number in 0..<50 {
            let connection = try LoopbackSocket(port: served.port)
            connection.send(hello)
            if number.isMultiple(of: 2) { connection.send([UInt8](repeating: 0xFF, count: 4096)) }
            held.append(connection)
        }
        for bytes: [UInt8] in [[0x00], [0x80, 0x2E, 0x01], [0xFF], Array("ssh-2.0\r\n".utf8)] {
            let connection = try LoopbackSocket(port: served.port)
            connection.send(bytes)
            let answer = try await onThread { connection.read() }
            #expect(answer.isEmpty, "\(bytes)")
        }
        #expect(try await served.asked("/ready", by: authority).status == 200)
        withExtendedLifetime(held) {}
    }

    @Test func aHandshakeThatNeverEndsIsEnded() throws {
        let channel = EmbeddedChannel(handler: EncryptedPortGuard(limit: .seconds(10)))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try channel.writeInbound(ByteBuffer(bytes: [0x16, 0x03]))
        channel.embeddedEventLoop.advanceTime(by: .seconds(6))
        // A byte now and then is no handshake either.
        try channel.writeInbound(ByteBuffer(bytes: [0x01]))
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(3999))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!channel.isActive)
        #expect(try channel.finish(acceptAlreadyClosed: true).hasLeftOvers)
    }

    /// Whoever has come so far is asked for a request, and no handshake's limit ends it.
    @Test func theLimitEndsWithTheHandshake() async throws {
        let served = try await served(authority.issue("server"))
        let stream = WebStream(idleLimit: .seconds(60), trust: .authorities(try authority.text))
        for _ in 0..<3 {
            try await stream.get(
                WebRequest("GET", try #require(URL(string: "https://localhost:\(served.port)/health"))),
                to: .init(head: { $0.status == 200 }, piece: { _ in }))
        }
    }

    // MARK: renewal

    @Test func aCertificateThatIsRenewedIsUsedFromThenOn() async throws {
        let first = try authority.issue("server")
        let served = try await served(first, sweeps: true)
        #expect(try await served.asked("/ready", by: authority).status == 200)
        let other = try TestAuthority()
        let second = try other.issue("server")
        // One file and then the other: between them nothing of it is used.
        try Self.replace(first.key, with: second.key)
        let told = try await served.healthSaying("The renewed certificate is not used", by: authority)
        #expect(told.contains("does not belong to the certificate") && told.contains("degraded"), "\(told)")
        #expect(served.log.text.contains("the renewed certificate is not used"))
        try Self.replace(first.certificate, with: second.certificate)
        // Its time begins when it was made.
        try served.test.clock.set(Self.now)
        let renewed = try await served.healthSaying("\"status\":\"ok\"", by: other)
        #expect(renewed.contains("\"problems\":[]"))
        await #expect(throws: WebFailure.untrusted(.unknownAuthority)) { try await served.asked("/ready", by: authority) }
        #expect(served.log.text.contains("the certificate was renewed"))
    }

    private static func replace(_ path: String, with other: String) throws {
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: other, toPath: path)
        if path.hasSuffix(".key") { try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path) }
    }

    // MARK: at the start

    @Test func anExpiredCertificateIsServedWithAWarning() async throws {
        let served = try await served(authority.issue("old", days: -1))
        #expect(served.log.text.contains("warning The server's certificate expired on 2"), "\(served.log.text)")
        await #expect(throws: WebFailure.untrusted(.expired)) { try await served.asked("/health", by: authority) }
        let curl = try #require(ChildProcess.find("curl"))
        let port = served.port
        let health = try await onThread {
            try ChildProcess.run(curl, ["--silent", "--insecure", "--noproxy", "*", "https://127.0.0.1:\(port)/health"])
        }
        #expect(health.standardOutput.contains("degraded") && health.standardOutput.contains("certificate expired on 2"))
        #expect(health.standardOutput.contains("\"days_left\":-2"), "\(health.standardOutput)")
    }

    private func refusal(_ certificate: String, _ key: String) async throws -> ServerError {
        let (test, _) = try await TestCustodian.embargoed()
        let error = await #expect(throws: ServerError.self) {
            try await ServedCatalogue(test, encryption: EncryptionFiles(certificate: certificate, key: key))
        }
        let told = try #require(error)
        #expect(told.code == .certificate && told.exitStatus == .environment)
        return told
    }

    @Test func filesThatCannotBeUsedAreNamed() async throws {
        let (one, other) = (try authority.issue("one"), try authority.issue("other"))
        let absent = authority.folder.file("absent.pem").path
        var told = try await refusal(absent, one.key)
        #expect(told.place == absent && told.what.contains("certificate cannot be read"), "\(told)")
        told = try await refusal(one.certificate, absent)
        #expect(told.place == absent && told.what.contains("key cannot be read"), "\(told)")
        told = try await refusal(one.certificate, other.key)
        #expect(told.what.contains("does not belong to the certificate") && told.place == other.key, "\(told)")
        let nonsense = try authority.folder.write(
            "-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n", to: "n.pem")
        for file in [nonsense.path, try authority.folder.write("", to: "empty.pem").path, one.key] {
            told = try await refusal(file, one.key)
            #expect(told.what.contains("no chain of certificates") || file == one.key, "\(told)")
        }
        told = try await refusal(authority.folder.path, one.key)
        #expect(told.what.contains("no plain file"), "\(told)")
        try authority.run(["pkey", "-in", "one.key", "-aes128", "-passout", "pass:geheim", "-out", "locked.key"])
        for (name, text) in [("locked.key", nil as String?), ("nonsense.key", "nonsense")] {
            if let text { try authority.folder.write(text, to: name) }
            let path = authority.folder.file(name).path
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            told = try await refusal(one.certificate, path)
            #expect(told.what.contains("no private key that can be used") && told.expected?.contains("passphrase") == true)
        }
    }

    @Test(arguments: [0o644, 0o604, 0o620, 0o666]) func aKeyThatOthersReadIsRefused(mode: Int) async throws {
        let issued = try authority.issue("server")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: issued.key)
        let told = try await refusal(issued.certificate, issued.key)
        #expect(told.what == "Others may read the server's key" && told.place == issued.key)
        #expect(told.got?.contains("mode 0\(String(mode, radix: 8))") == true)
        // Together with the certificate it stays a key.
        let both =
            try String(contentsOfFile: issued.certificate, encoding: .utf8) + String(contentsOfFile: issued.key, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: issued.key)
        let combined = try authority.folder.write(both, to: "both.pem").path
        #expect(try await refusal(combined, issued.key).what.contains("holds a private key"))
    }

    /// As Debian keeps keys: of root, for a group that root has let in.
    @Test(.enabled(if: geteuid() == 0, "only root makes a file of root")) func aGroupThatRootLetInMayReadIt() async throws {
        let issued = try authority.issue("server")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: issued.key)
        let served = try await served(issued)
        #expect(try await served.asked("/ready", by: authority).status == 200)
    }
}

extension TestAuthority.Issued {
    var files: EncryptionFiles { EncryptionFiles(certificate: certificate, key: key) }
}

extension ServedCatalogue {
    /// By https, as a client that trusts this authority and no other.
    func asked(_ path: String, by authority: TestAuthority, headers: [String: String] = [:]) async throws -> WebAnswer {
        let url = try #require(URL(string: "https://localhost:\(port)\(path)"))
        return try await WebExchange(timeLimit: .seconds(60), mostBytes: 1 << 20, trust: .authorities(authority.text)).send(
            WebRequest("GET", url, headers: headers))
    }

    /// Asks until health says so.
    func healthSaying(_ words: String, by authority: TestAuthority) async throws -> String {
        var text = ""
        for _ in 0..<600 {
            text = (try? await asked("/health", by: authority)).map { String(decoding: $0.body, as: UTF8.self) } ?? "no answer"
            if text.contains(words) { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(text.contains(words), "\(text)")
        return text
    }
}
