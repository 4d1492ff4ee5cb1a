import Diagnostics

/// What follows the address of a run in a citation of some of its frames: `#frames=100-199&sha256=…`.
///
/// Frames are counted from 0 as in the array of the file, and both ends belong to the slice: 100-199 is `data[100:200]` in Python. The digest is
/// that of the stored bytes of exactly these frames.
public struct SliceFragment: Hashable, Sendable, CustomStringConvertible {
    public let frames: ClosedRange<Int>
    /// 64 hexadecimal digits, small letters.
    public let sha256: String

    /// - Throws: `malformed` for a frame below 0 or a digest that is none.
    public init(frames: ClosedRange<Int>, sha256: String) throws(IdentifierError) {
        let digest = sha256.lowercased()
        guard frames.lowerBound >= 0 else {
            throw Self.refused("The frames of a slice are counted from 0", got: "\(frames.lowerBound)-\(frames.upperBound)")
        }
        guard digest.utf8.count == 64, digest.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else {
            throw Self.refused("Not a SHA-256", got: "'\(sha256.prefix(80).printable)'")
        }
        self.frames = frames
        self.sha256 = digest
    }

    /// Reads the fragment, with or without its `#`.
    /// - Throws: `malformed` for any other form; a fragment that lacks one of its parts could not be verified, and is refused.
    public init(_ text: String) throws(IdentifierError) {
        let bare = text.hasPrefix("#") ? text.dropFirst() : text[...]
        let parts = bare.utf8.count <= maximumIdentifierLength ? bare.split(separator: "&", omittingEmptySubsequences: false) : []
        guard parts.count == 2, parts[0].hasPrefix("frames="), parts[1].hasPrefix("sha256=") else {
            throw Self.refused("Not the fragment of a slice", got: "'\(text.prefix(120).printable)'")
        }
        let ends = parts[0].dropFirst("frames=".count).split(separator: "-", omittingEmptySubsequences: false).map(Self.number)
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else {
            throw Self.refused("Not a range of frames", got: "'\(parts[0].prefix(80).printable)'")
        }
        try self.init(frames: first...last, sha256: String(parts[1].dropFirst("sha256=".count)))
    }

    /// What stands before the first `#` of a citation, and the fragment behind it (a `#` of an identifier itself is written `%23`).
    /// - Throws: `malformed` where there is no fragment of a slice.
    public static func separated(from citation: String) throws(IdentifierError) -> (address: String, fragment: SliceFragment) {
        guard let sign = citation.firstIndex(of: "#") else {
            throw refused("The citation names no slice", got: "'\(citation.prefix(120).printable)'")
        }
        return (String(citation[..<sign]), try SliceFragment(String(citation[sign...])))
    }

    public var description: String { "#frames=\(frames.lowerBound)-\(frames.upperBound)&sha256=\(sha256)" }

    /// One spelling a number: no sign, no zeros in front.
    private static func number(_ text: Substring) -> Int? {
        guard let number = Int(text), number >= 0, String(number) == text else { return nil }
        return number
    }

    private static func refused(_ what: String, got: String) -> IdentifierError {
        IdentifierError(.malformed, what, got: got, expected: "#frames=FIRST-LAST&sha256= and 64 hexadecimal digits")
    }
}
