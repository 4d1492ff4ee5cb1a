import Diagnostics

/// The suffix that runs had before ``OpaqueSuffix``: a UUID of version 7 as 26 digits of Crockford's base 32, and the check sign of modulo 37.
/// It tells when the run was armed, so none is drawn any more; what was written into files and logbooks is read for ever.
struct TimedSuffix: Hashable, Sendable, CustomStringConvertible {
    static let length = 27
    /// Small letters, I, L and O read as the digits that they stand for.
    let description: String

    /// - Parameter text: 27 signs as people write them, hyphens taken out.
    /// - Throws: `malformed` for another sign, `checkFailed` when the last one is not that of those before it.
    init(_ text: String) throws(IdentifierError) {
        guard let canonical = CrockfordBase32.canonical(checked: text), canonical.count == Self.length else {
            throw IdentifierError(
                .malformed, "Not the identifier of a run", got: "'\(text.prefix(40).printable)'",
                expected: "26 digits of base 32 and a check sign")
        }
        guard CrockfordBase32.isChecked(canonical) else {
            throw IdentifierError(
                .checkFailed, "A letter of this run identifier is wrong", got: "'\(text.prefix(40).printable)'",
                remedy: "Copy it again; the last letter checks the others")
        }
        description = canonical
    }
}
