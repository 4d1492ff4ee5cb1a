import Foundation
import Glibc

/// Seconds since some instant that never runs back.
func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func timed<Value>(_ body: () async throws -> Value) async rethrows -> (Value, seconds: Double) {
    let began = seconds()
    let value = try await body()
    return (value, seconds() - began)
}

/// Of this whole process. Other work on the machine moves it less than it moves the time.
func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

/// Of 1, 5 and 15 minutes: other work on the machine makes figures worthless.
func loadAverage() -> String {
    let text = FileManager.default.contents(atPath: "/proc/loadavg").map { String(decoding: $0, as: UTF8.self) } ?? "unknown"
    return text.split(separator: " ").prefix(3).joined(separator: " ")
}

/// Times of many calls, seconds.
struct Times: Encodable {
    let count: Int
    let median: Double
    let p99: Double
    let most: Double

    init(_ values: [Double]) {
        let sorted = values.sorted()
        count = sorted.count
        median = sorted.isEmpty ? .nan : sorted[(sorted.count - 1) / 2]
        p99 = sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int((Double(sorted.count) * 0.99).rounded(.up)) - 1)]
        most = sorted.last ?? .nan
    }
}

/// One row of the report.
struct Row: Encodable {
    let name: String
    /// Seconds a call, where calls were timed one by one.
    var times: Times?
    /// Runs a second, or whatever `name` says; one a round.
    var rates: [Double]?
    /// Seconds in all; one a round.
    var seconds: [Double]?
    /// Of the processor, for one run; one a round.
    var processor: [Double]?
    /// The slowest calls, in words.
    var slowest: [String]?
    var note: String?
    let load = loadAverage()
}
