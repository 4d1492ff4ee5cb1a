import Foundation
import TestSupport
import Testing

/// A proxy that facilities have, started by its own program with the configuration that comes with the server, at a port of this machine.
final class RealProxy: Sendable {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case nginx, apache

        var program: String? {
            let name = self == .nginx ? "nginx" : "apache2"
            return ChildProcess.find(name) ?? ["/usr/sbin/\(name)"].first { access($0, X_OK) == 0 }
        }
        var testDescription: String { rawValue }
    }

    static let installed = Kind.allCases.filter { $0.program != nil }
    static let absence = "nginx or Apache are not installed (Debian: nginx-light apache2-bin)"

    let kind: Kind
    let port: Int
    let authority: TestAuthority
    private let folder: TemporaryFolder
    private let place: LoopbackPort
    private let process: ChildProcess

    /// - Parameter served: at which port the catalogue listens.
    init(_ kind: Kind, before served: Int) throws {
        self.kind = kind
        authority = try TestAuthority()
        let issued = try authority.issue("proxy")
        folder = try TemporaryFolder("proxy")
        place = try LoopbackPort()
        port = Int(place.number)
        let site = try String(
            contentsOf: PackageRoot.file("Sources/CatalogueServer/Deployment/\(kind.rawValue).conf"), encoding: .utf8
        )
        .replacing("/etc/ssl/certs/catalogue.pem", with: issued.certificate)
        .replacing("/etc/ssl/private/catalogue.key", with: issued.key).replacing("127.0.0.1:8080", with: "127.0.0.1:\(served)")
        .replacing("listen 443 ssl", with: "listen 127.0.0.1:\(port) ssl").replacing("*:443", with: "*:\(port)")
        guard let program = kind.program else { throw ChildFailure(description: Self.absence) }
        switch kind {
        case .nginx:
            let file = try folder.write(Self.nginx(folder.path, site), to: "nginx.conf")
            process = try ChildProcess(program, ["-p", folder.path, "-c", file.path, "-e", "stderr"])
        case .apache:
            let file = try folder.write(Self.apache(folder.path, port, site), to: "apache.conf")
            // One process: nothing of it outlives its end, which a test that fails brings about by force.
            process = try ChildProcess(program, ["-d", folder.path, "-f", file.path, "-X"])
        }
        try waitUntilItListens()
    }

    deinit {
        process.signal(SIGTERM)
        _ = try? process.wait(seconds: 20)
    }

    private static func nginx(_ folder: String, _ site: String) -> String {
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(folder)/\($0);" }
        return """
            daemon off;
            master_process off;
            pid \(folder)/nginx.pid;
            error_log stderr notice;
            events {}
            http {
            access_log off;
            \(temporary.joined(separator: "\n"))
            \(site)
            }
            """
    }

    /// What Debian's own file does around a site, as far as it takes part.
    private static func apache(_ folder: String, _ port: Int, _ site: String) -> String {
        let modules = ["mpm_event", "authz_core", "ssl", "proxy", "proxy_http", "headers", "socache_shmcb"].map {
            "LoadModule \($0)_module /usr/lib/apache2/modules/mod_\($0).so"
        }
        return """
            ServerRoot \(folder)
            DefaultRuntimeDir \(folder)
            PidFile \(folder)/apache.pid
            Listen 127.0.0.1:\(port)
            ServerName localhost
            User #\(getuid() == 0 ? 65_534 : getuid())
            Group #\(getuid() == 0 ? 65_534 : getgid())
            ErrorLog /dev/stderr
            LogLevel warn
            \(modules.joined(separator: "\n"))
            \(site)

            """
    }

    private func waitUntilItListens() throws {
        for _ in 0..<3000 {
            guard process.isRunning else { throw ChildFailure(description: "the proxy ended: \(process.standardError)") }
            if (try? LoopbackSocket(port: port)) != nil { return }
            usleep(20_000)
        }
        throw ChildFailure(description: "the proxy does not listen: \(process.standardError)")
    }

    var errors: String { process.standardError }

    /// By curl, which sends an address as it stands.
    func curl(_ path: String, _ words: [String] = [], body: String? = nil) throws -> Answer {
        guard let curl = ChildProcess.find("curl") else {
            throw ChildFailure(description: "curl is not installed (Debian: curl)")
        }
        let place = folder.file("answer-\(UUID().uuidString)").path
        var all = [
            "--silent", "--show-error", "--max-time", "300", "--http1.1", "--noproxy", "*", "--cacert", authority.certificate,
            "--path-as-is",
            "--globoff",
            "--output", place, "--dump-header", place + ".head",
        ]
        if let body { all += ["--data-binary", "@\(try folder.write(body, to: "body-\(UUID().uuidString)").path)"] }
        let output = try ChildProcess.run(curl, all + words + ["https://localhost:\(port)\(path)"])
        guard output.status == 0 || output.status == 18, let head = try? String(contentsOfFile: place + ".head", encoding: .utf8)
        else { throw ChildFailure(description: "curl: \(output.status) \(output.standardError)\(errors)") }
        // The last one: before it there may be 100 Continue.
        let lines =
            head.replacing("\r\n", with: "\n").components(separatedBy: "\n\n").last { !$0.isEmpty }?.split(separator: "\n") ?? []
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return Answer(status: status, headers: headers, body: (try? Data(contentsOf: URL(fileURLWithPath: place))) ?? Data())
    }

    struct Answer: Sendable {
        let status: Int
        let headers: [String: String]
        let body: Data
        var text: String { String(decoding: body, as: UTF8.self) }
    }
}
