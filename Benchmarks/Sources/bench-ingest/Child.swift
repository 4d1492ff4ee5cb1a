import Foundation

/// A program that runs to its end and prints its figures.
enum Child {
    static let ownProgram = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path

    /// Its standard output; standard error goes where ours goes.
    static func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws -> Data {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchError("\(program) \(arguments.first ?? "") ended with \(process.terminationStatus)")
        }
        return data
    }
}
