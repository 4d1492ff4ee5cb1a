import Foundation
import Glibc

/// What the processors did, as Linux counts it.
package enum ProcessorTimes {
    /// Now; nil where /proc does not say.
    static func look() -> LivePace.Look? {
        // Of a machine with hundreds of processors and thousands of interrupts, a few hundred kilobytes.
        guard let status = text("/proc/self/status"), let stat = text("/proc/stat"),
            let idle = idleTicks(in: stat, of: allowed(in: status))
        else { return nil }
        return LivePace.Look(
            time_s: seconds(CLOCK_MONOTONIC), idle_s: idle / Double(sysconf(Int32(_SC_CLK_TCK))),
            own_s: seconds(CLOCK_PROCESS_CPUTIME_ID))
    }

    static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The processors that a process may run on: a line like `Cpus_allowed_list: 0-3,8` of proc_pid_status(5). nil where it is not there, or not
    /// like that.
    package static func allowed(in status: String) -> [ClosedRange<Int>]? {
        let label = "Cpus_allowed_list:"
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(label) }) else { return nil }
        var ranges: [ClosedRange<Int>] = []
        for part in line.dropFirst(label.count).split(separator: ",") {
            let ends = part.split(separator: "-").map { Int($0.filter { !$0.isWhitespace }) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], 0 <= first, first <= last
            else {
                return nil
            }
            ranges.append(first...last)
        }
        return ranges.isEmpty ? nil : ranges
    }

    /// Idle and waiting for a disk, in clock ticks, all processors together that a process may run on: what others leave idle is not to be had
    /// (proc_stat(5), the lines `cpu0`, `cpu1` …; without a list of processors the line `cpu`).
    package static func idleTicks(in stat: String, of allowed: [ClosedRange<Int>]?) -> Double? {
        var sum: Double?
        // They are the first lines.
        for line in stat.split(separator: "\n").prefix(while: { $0.hasPrefix("cpu") }) {
            let words = line.split(separator: " ")
            guard words.count > 5, let idle = Double(words[4]), let waiting = Double(words[5]) else { return nil }
            let number = Int(words[0].dropFirst(3))
            let isCounted = allowed.map { ranges in number.map { number in ranges.contains { $0.contains(number) } } ?? false }
            if isCounted ?? (number == nil) { sum = (sum ?? 0) + idle + waiting }
        }
        return sum
    }
}
