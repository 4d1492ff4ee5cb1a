/// What it costs to keep data for a year, as the facility's file sets it.
public struct StorageRates: Sendable, Hashable {
    /// For 10^12 bytes.
    public var euroPerTBYear: Double
    /// Electricity, kWh, for the same.
    public var kWhPerTBYear: Double

    public init(euroPerTBYear: Double, kWhPerTBYear: Double) {
        self.euroPerTBYear = euroPerTBYear
        self.kWhPerTBYear = kWhPerTBYear
    }

    /// Euros and kWh a year.
    public func yearly(ofBytes bytes: Int64) -> (euro: Double, kWh: Double) {
        let terabytes = Double(bytes) / 1e12
        return (euroPerTBYear * terabytes, kWhPerTBYear * terabytes)
    }
}
