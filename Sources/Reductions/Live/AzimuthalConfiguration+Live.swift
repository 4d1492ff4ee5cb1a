import Diagnostics

extension AzimuthalConfiguration {
    /// Looks whether the configuration asks for frames that a live reduction cannot choose: it takes what is recorded, as it comes, and skips
    /// what it is too slow for.
    ///
    /// - Throws: `notSupported`.
    public func requireLive() throws(ReductionError) {
        let plain = FrameSelection(channel: frames.channel)
        guard frames == plain else {
            let name =
                frames.dataset != nil ? "dataset" : frames.first != plain.first ? "first" : frames.count != nil ? "count" : "step"
            throw ReductionError(
                .notSupported, "A live reduction takes the frames as they come", at: "\(file), frames.\(name)",
                got: "a choice of frames", expected: "of `frames`, channel alone",
                remedy: "Leave out frames.\(name) in the configuration for --live")
        }
    }

    /// What the configuration says and a live reduction does not do, in words: its curve is for looking at, and makes no derived run.
    public var unusedLive: [String] {
        var words: [String] = []
        if !regions.isEmpty { words.append("regions: sums of regions of interest are not shown live") }
        if output != OutputSettings() { words.append("output: a live reduction writes a curve for the page, and no derived run") }
        return words
    }
}
