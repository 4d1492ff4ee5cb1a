import RunModel

extension Timestamp {
    /// As SciCat writes times: UTC, three decimals always, `2026-05-09T12:00:00.000Z`. What is finer is cut.
    var milliseconds: String { description(decimals: 3) }
}
