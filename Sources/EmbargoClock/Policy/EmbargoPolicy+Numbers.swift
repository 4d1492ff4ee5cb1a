extension EmbargoPolicy {
    /// All that it says but its version, in one line: the name of a policy that nobody has named. Two that differ have different lines.
    public var numbers: String {
        var parts = ["\(embargoYears) years + \(largestNumberOfExtensions)"]
        if askingDeadlineDays > 0 { parts.append("asked \(askingDeadlineDays) days before") }
        if warningDays != 180 { parts.append("warned \(warningDays) days before") }
        switch grace {
        case .open: parts.append("no grace")
        case .days(let days): parts.append("grace \(days) days")
        }
        parts.append("objection \(objectionDays) days")
        parts.append("kept \(retentionYears) years")
        parts.append("purge notice \(purgeNoticeDays) days")
        parts.append(access == .everyone ? "open" : "registered")
        parts.append(licence)
        if rule != .yearsFromAnchor { parts.append("rule \(rule.rawValue)") }
        return parts.joined(separator: ", ")
    }
}
