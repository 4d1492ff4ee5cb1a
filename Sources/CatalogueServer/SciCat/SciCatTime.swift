import RunModel

extension Timestamp {
    /// As SciCat writes times: UTC, three decimals always, `2026-05-09T12:00:00.000Z`. What is finer is cut.
    var milliseconds: String {
        let text = description.dropLast()
        let parts = text.split(separator: ".")
        let decimals = parts.count > 1 ? String(parts[1].prefix(3)) : ""
        return parts[0] + "." + decimals + String(repeating: "0", count: 3 - decimals.count) + "Z"
    }
}
