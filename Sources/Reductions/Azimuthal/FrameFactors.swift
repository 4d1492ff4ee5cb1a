import Diagnostics

/// What all pixels of a frame are divided by: the sample's transmission and the monitor.
public struct FrameFactors: Sendable, Equatable {
    private let transmission: Double
    /// One a frame; empty without a monitor.
    private let monitor: [Double]
    let words: [String]

    /// - Throws: `inputMissing`, `inputInvalid`.
    init(_ settings: CorrectionSettings, input: String, frameCount: Int?) throws(ReductionError) {
        transmission = settings.transmission ?? 1
        var words = settings.transmission.map { ["transmission of the sample: \($0)"] } ?? []
        guard var source = settings.monitor else {
            monitor = []
            self.words = words
            return
        }
        if source.file.isEmpty { source.file = input }
        guard let frameCount else {
            throw ReductionError(
                .notSupported, "A monitor has no values yet while a run is being recorded", at: source.description,
                remedy: "Leave the monitor out of the live configuration")
        }
        let values = try source.series(of: frameCount, "monitor")
        let reference = settings.monitorReference ?? 1
        monitor = values.map { $0 / reference }
        words.append("monitor: \(source.description), divided by \(reference)")
        self.words = words
    }

    /// nil where the monitor says nothing that a frame can be divided by: zero (no beam), or no number.
    public subscript(frame: Int) -> Double? {
        guard !monitor.isEmpty else { return transmission }
        guard monitor.indices.contains(frame), monitor[frame].isFinite, monitor[frame] > 0 else { return nil }
        return transmission * monitor[frame]
    }
}
