import Glibc

/// One run of one side.
struct Sample: Encodable {
    /// In the comparison's unit.
    let rate: Double
    /// Of the whole process, per GB or per million frames. Other work on the machine moves it less than the rate.
    let processorSeconds: Double
}

/// Times a run of a known amount; the pusher's process is not counted.
struct Stopwatch {
    private let began = Self.wall()
    private let processorBegan = Self.processor()

    /// - Parameter amount: GB, or frames.
    func sample(amount: Double, wallSeconds: Double? = nil, isRate: Bool = false) -> Sample {
        Sample(
            rate: amount / (wallSeconds ?? Self.wall() - began),
            processorSeconds: processorSeconds / amount * (isRate ? 1e6 : 1))
    }

    /// Since the beginning, of all threads of the process.
    var processorSeconds: Double { Self.processor() - processorBegan }

    private static func wall() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }

    private static func processor() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
}
