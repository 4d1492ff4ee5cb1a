import ChunkFile
import Foundation
import Frames

/// Where figures were taken: nobody can judge them without.
struct Machine: Encodable {
    let processor: String
    let cores: Int
    let kernel: String
    let folder: String
    let fileSystem: String
    let instructionLevel: String
    let loadBefore: String

    init(folder: String) throws {
        self.folder = folder
        fileSystem = try LocalFileSystem().statistics(folder).kind.name
        processor =
            Self.text("/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }
            .map { $0.drop { $0 != ":" }.dropFirst(2) }.map(String.init) ?? "unknown"
        cores = ProcessInfo.processInfo.activeProcessorCount
        kernel = Self.text("/proc/sys/kernel/osrelease")
        instructionLevel = "\(try InstructionLevel.chosen())"
        loadBefore = Self.load
    }

    var description: String {
        """
        \(processor), \(cores) cores, kernel \(kernel), kernels for \(instructionLevel)
        \(folder) on \(fileSystem); load average \(loadBefore)
        """
    }

    /// Of 1, 5 and 15 minutes: other work on the machine makes figures worthless.
    static var load: String { text("/proc/loadavg").split(separator: " ").prefix(3).joined(separator: " ") }

    /// Of this process, bytes: `VmHWM` of proc(5).
    static var largestResidentMemory: Int {
        let line = text("/proc/self/status").split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (Int(line.filter(\.isNumber)) ?? 0) << 10
    }

    private static func text(_ path: String) -> String {
        guard let data = FileManager.default.contents(atPath: path) else { return "unknown" }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
