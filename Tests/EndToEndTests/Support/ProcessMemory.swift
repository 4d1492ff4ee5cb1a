import Foundation
import TestSupport

extension ChildProcess {
    /// The most memory that a living process had at once, in bytes (VmHWM of proc(5)). The resource usage of a dead one will not do: it
    /// counts the test's own pages, which the child shared before it became another program.
    func highestMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
        else { throw ChildFailure(description: "no VmHWM of process \(processID)") }
        return kibibytes << 10
    }
}
