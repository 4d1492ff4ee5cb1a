import Foundation
import TestSupport

/// A detector simulator that others wrote, run by the interpreter of `.venv-peers` (`make peers`).
final class PeerProgram: Sendable {
    static let absence = "needs other people's detector simulators: run `make peers` (two minutes and 400 MB)"
    static let python = PackageRoot.file(".venv-peers/bin/python").path
    static let isInstalled = FileManager.default.isExecutableFile(atPath: python)

    /// What it says of its ports.
    private struct Ports: Decodable {
        let rest: Int?
        let v1: Port?
        let v2: Port?

        /// A number, or an address.
        enum Port: Decodable {
            case address(String)

            init(from decoder: any Decoder) throws {
                let value = try decoder.singleValueContainer()
                if let number = try? value.decode(Int.self) {
                    self = .address("tcp://127.0.0.1:\(number)")
                } else {
                    self = .address(try value.decode(String.self))
                }
            }

            var text: String {
                switch self {
                case .address(let text): text
                }
            }
        }
    }

    let process: ChildProcess
    private let ports: Ports

    /// Starts `Tests/Peers/<script>` and waits until it has told its ports.
    init(_ script: String, _ arguments: [String] = [], in folder: TemporaryFolder) throws {
        process = try ChildProcess(
            Self.python, [PackageRoot.file("Tests/Peers/\(script)").path] + arguments, in: folder.path)
        try process.waitFor("}\n", in: .output, seconds: 120)
        // Some of them print other things as well.
        let lines = process.standardOutput.split(separator: "\n").filter { $0.hasPrefix("{") }
        guard let line = lines.first else { throw ChildFailure(description: "no ports: \(process.standardOutput)") }
        ports = try JSONDecoder().decode(Ports.self, from: Data(line.utf8))
    }

    func address(_ version: String) throws -> String {
        guard let port = version == "v1" ? ports.v1 : ports.v2 else { throw ChildFailure(description: "no port for \(version)") }
        return port.text
    }

    /// Of its REST interface.
    var simplonAddress: String { "http://127.0.0.1:\(ports.rest ?? 0)" }

    /// Drives the detector by its REST interface (`Tests/Peers/simplon.py`); gives what it printed.
    @discardableResult
    func simplon(_ version: String, _ steps: String...) throws -> String {
        let output = try ChildProcess.run(
            Self.python,
            [PackageRoot.file("Tests/Peers/simplon.py").path, simplonAddress, version] + steps,
            seconds: 120)
        guard output.status == 0 else { throw ChildFailure(description: "SIMPLON: \(output.standardError)") }
        return output.standardOutput
    }
}
