import Diagnostics
import JSON

/// The findings of `faisceau doctor`, as text, as JSON, and as an exit status.
public struct DoctorReport: Sendable {
    public let findings: [DoctorFinding]

    public init(_ findings: [DoctorFinding]) {
        self.findings = findings
    }

    public var isIngestPossible: Bool { !findings.contains { $0.level == .impossible } }

    public var exitStatus: ExitStatus { isIngestPossible ? .done : .environment }

    /// A finding a line, its remedy below it; a last line that says what it adds up to.
    public func text(style: TextStyle) -> String {
        let width = (findings.map(\.subject.count).max() ?? 0) + 2
        var lines: [String] = []
        for finding in findings {
            let mark =
                switch finding.level {
                case .fine: style.apply(.good, to: "ok    ")
                case .advice: style.apply(.warning, to: "advice")
                case .impossible: style.apply(.error, to: "STOP  ")
                }
            lines.append("\(mark)  \(finding.subject.padded(to: width))\(finding.found)")
            if let remedy = finding.remedy {
                lines.append(String(repeating: " ", count: 8 + width) + style.apply(.faint, to: "→ ") + remedy)
            }
        }
        lines.append(conclusion(style))
        return lines.joined(separator: "\n")
    }

    private func conclusion(_ style: TextStyle) -> String {
        let stops = findings.count { $0.level == .impossible }
        let advice = findings.count { $0.level == .advice }
        let noted = advice == 0 ? "" : ", \(advice) \(advice == 1 ? "piece" : "pieces") of advice"
        return stops == 0
            ? style.apply(.good, to: "Ingest can run here") + noted
            : style.apply(.error, to: "Ingest cannot run here") + ": \(stops) \(stops == 1 ? "obstacle" : "obstacles")" + noted
    }

    /// Members: `ingest_possible`, `findings` (each `subject`, `level`, `found`, `remedy` or null, `values`).
    public var fields: JSONObject {
        [
            "ingest_possible": .bool(isIngestPossible),
            "findings": .array(
                findings.map { finding in
                    .object([
                        "subject": .string(finding.subject), "level": .string(finding.level.rawValue),
                        "found": .string(finding.found),
                        "remedy": JSONValue(finding.remedy), "values": .object(finding.values),
                    ])
                }),
        ]
    }
}
