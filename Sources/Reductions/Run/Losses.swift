import RunModel

/// The frames without a result, by number.
struct Losses {
    private(set) var missing: [Int] = []
    /// The first hundred, as run.json has them.
    private(set) var invalid: [RunSummary.InvalidFrame] = []

    /// The reason of a missing frame, as the result has it.
    static let notInInput = "not in the input"

    /// Those of the frames that were done before a reduction went on, from their reasons in the file.
    /// - Throws: `cannotRead`, `unsupported`.
    init(before rows: Int, of file: ReductionFile) throws(ReductionFileError) {
        guard rows > 0 else { return }
        let result = try ReductionReader(file.placeToRead)
        let (statuses, problems, numbers) = (try result.statuses(), try result.problems(), try result.frameNumbers())
        for row in 0..<min(rows, statuses.count, problems.count, numbers.count) where statuses[row] == .failed {
            take(numbers[row], problems[row] == Self.notInInput ? .missing : .failed(problems[row]))
        }
    }

    mutating func take(_ frame: Int, _ outcome: FrameOutcome) {
        switch outcome {
        case .reduced: break
        case .missing: missing.append(frame)
        case .failed(let reason):
            // As the result has it: a reduction that goes on knows no more of the frames that were done before.
            if invalid.count < 100 { invalid.append(.init(frame: frame, reason: ReductionLayout.problem(reason))) }
        }
    }

    /// `[first, last]` of each run of numbers.
    var missingRanges: [[Int]] {
        var ranges: [[Int]] = []
        for frame in missing {
            if let last = ranges.last, last[1] == frame - 1 {
                ranges[ranges.count - 1][1] = frame
            } else {
                ranges.append([frame, frame])
            }
        }
        return ranges
    }
}
