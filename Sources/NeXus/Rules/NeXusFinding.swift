/// What a check found wrong, where, and against which rule.
public struct NeXusFinding: Sendable, Hashable, Codable, CustomStringConvertible {
    public enum Severity: String, Sendable, Codable, CaseIterable {
        /// Something that the definition requires, or that makes the file ambiguous to a reader.
        case error
        /// Something that the definition recommends.
        case warning
    }

    public enum Rule: String, Sendable, Codable, CaseIterable {
        // What has to be there.
        case groupMissing, fieldMissing, attributeMissing, classMissing
        // What it has to be.
        case valueType, valueShape, valueAllowed, dateTime, unitsMissing, unitsCategory, nodeKind
        // Axes of motion and their chains.
        case chainDangling, chainCircular, chainNotAxis, axisKind, axisVector, axisUnits, moduleOutsideDetector
        // What is plotted, and links.
        case defaultDangling, signalDangling, axesDangling, axesLength, linkDangling, linkWithoutTarget

        var isOfAxes: Bool {
            switch self {
            case .chainDangling, .chainCircular, .chainNotAxis, .axisKind, .axisVector, .axisUnits: true
            default: false
            }
        }
    }

    public let severity: Severity
    /// Absolute path in the file; `path@attribute` for an attribute.
    public let path: String
    public let rule: Rule
    public let got: String
    public let expected: String

    public init(_ severity: Severity, _ path: String, _ rule: Rule, got: String, expected: String) {
        self.severity = severity
        self.path = path
        self.rule = rule
        self.got = got
        self.expected = expected
    }

    public var description: String { "\(severity.rawValue): \(path): got \(got), expected \(expected) [\(rule.rawValue)]" }
}
