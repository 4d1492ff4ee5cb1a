import Foundation
import TestSupport
import Testing

/// A catalogue that `faisceau serve` serves, and the program called on its address: each person with a token that a log-in keeps.
final class ServedDesk {
    let desk: CatalogueDesk
    private let process: ChildProcess
    let address: String
    var config: String { desk.folder.file("config").path }

    init(_ desk: CatalogueDesk, port: UInt16 = 0, delivers: Bool = false) throws {
        self.desk = desk
        process = try FaisceauProgram.start(
            ["serve", "--listen", "127.0.0.1:\(port)", "--json", "--log-format", "json"] + (delivers ? [] : ["--no-delivery"]),
            environment: desk.environment)
        try process.waitFor("\"serving\"")
        let line = try #require(process.standardError.split(separator: "\n").first { $0.contains("\"serving\"") })
        let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        address = String(try #require(event["address"] as? String).dropLast())
    }

    deinit { process.signal(SIGKILL) }

    var log: String { process.standardError }

    var environment: [String: String] {
        ["FAISCEAU_CATALOGUE": address, "XDG_CONFIG_HOME": config, "FAISCEAU_FACILITY": "", "FAISCEAU_TOKEN": ""]
    }

    /// The program with a line on its standard input.
    func call(_ words: [String], input: String, environment: [String: String]? = nil) throws -> ChildOutput {
        let path = try #require(FaisceauProgram.path)
        let line = ([path] + words).map { "'\($0)'" }.joined(separator: " ")
        return try ChildProcess(
            "/bin/sh", ["-c", "printf '%s\\n' \"$LINE\" | \(line)"],
            environment: (environment ?? self.environment).merging(["NO_COLOR": "1", "LINE": input]) { $1 }
        ).wait()
    }

    /// A token of an account, made where the file is.
    func token(_ name: String, _ scopes: [String] = ["read", "ingest", "decide"]) throws -> String {
        let made = try desk.done(["user", "token", "new", name, "--label", "test"] + scopes.flatMap { ["--scope", $0] })
        return try #require(made.json["token"] as? String)
    }

    func logIn(_ name: String) throws {
        let output = try call(["login", address, "--token-stdin"], input: try token(name))
        #expect(output.status == 0, "\(output.standardError)")
    }

    func plain(_ words: [String], environment more: [String: String] = [:]) throws -> ChildOutput {
        try FaisceauProgram.run(words, environment: environment.merging(more) { $1 })
    }

    func call(_ words: [String], environment more: [String: String] = [:]) throws -> CatalogueDesk.Answer {
        let output = try plain(words + ["--json"], environment: more)
        let object = try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8)) as? [String: Any]
        return .init(status: output.status, json: object ?? [:], errors: output.standardError, text: output.standardOutput)
    }

    @discardableResult
    func done(_ words: [String]) throws -> CatalogueDesk.Answer {
        let answer = try call(words)
        #expect(answer.status == 0, "\(words): \(answer.errors)")
        return answer
    }

    /// The same words on the file and at the server: the same text, the same object, the same ending.
    func isAlike(_ words: [String], as name: String) throws {
        for more in [[], ["--json"]] {
            let all = words + ["--as", name] + more
            let (file, server) = (try desk.plain(all), try plain(all))
            #expect(file.status == server.status, "\(all): \(file.status), \(server.status) \(server.standardError)")
            guard file.status == 0 else { continue }
            #expect(Self.steady(file.standardOutput) == Self.steady(server.standardOutput), "\(all)")
            #expect(file.standardError == server.standardError, "\(all)")
        }
    }

    /// Without the moment at which a calendar was written.
    private static func steady(_ text: String) -> String {
        text.replacing(/DTSTAMP:[0-9TZ]+/, with: "DTSTAMP")
    }
}
