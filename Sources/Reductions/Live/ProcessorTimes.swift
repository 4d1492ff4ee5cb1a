import Foundation
import Glibc

/// What the processors did, as Linux counts it.
enum ProcessorTimes {
    /// Now; nil where /proc does not say.
    static func look() -> LivePace.Look? {
        guard let idle_s = idleSeconds() else { return nil }
        return LivePace.Look(
            time_s: seconds(CLOCK_MONOTONIC), idle_s: idle_s, own_s: seconds(CLOCK_PROCESS_CPUTIME_ID))
    }

    static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }

    /// Idle and waiting for a disk, all processors together (proc_stat(5), the line `cpu`).
    private static func idleSeconds() -> Double? {
        guard let text = FileManager.default.contents(atPath: "/proc/stat") else { return nil }
        let words = String(decoding: text.prefix(200), as: UTF8.self).split(separator: "\n")[0].split(separator: " ")
        guard words.count > 5, words[0] == "cpu", let idle = Double(words[4]), let waiting = Double(words[5]) else { return nil }
        return (idle + waiting) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
