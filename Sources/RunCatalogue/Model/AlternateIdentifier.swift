import Diagnostics

/// Another name under which a run is known: a catalogue that it came from calls it so, or its own files do.
public struct AlternateIdentifier: Sendable, Hashable {
    /// Who gave the name. The words are stored: they never change their meaning.
    public enum Scheme: String, Sendable, Hashable, CaseIterable {
        /// The `pid` of a dataset of a SciCat.
        case scicat
        /// The identifier that stands in the run's own sealed files, and that another run had before it: the run is in the catalogue under a
        /// new one.
        case sealed
    }

    public let scheme: Scheme
    public let text: String

    static let longest = 500

    /// - Throws: `badRequest` for a text that is empty, too long, or has control characters.
    public init(_ scheme: Scheme, _ text: String) throws(CatalogueError) {
        guard !text.isEmpty, text.utf8.count <= Self.longest, !text.unicodeScalars.contains(where: \.isControl) else {
            throw CatalogueError(
                .badRequest, "This cannot be the identifier of a run elsewhere", got: quoted(text),
                expected: "1 to \(Self.longest) bytes without control characters")
        }
        self.scheme = scheme
        self.text = text
    }
}

/// A run that comes from elsewhere, or under another identifier than its own.
public struct ForeignHandOver: Sendable {
    /// Its identifier is the one that it gets if it is new; its files are in `files`.
    public var run: RunHandOver
    public var files: any RunFileSource
    public var alternate: AlternateIdentifier

    public init(run: RunHandOver, files: any RunFileSource, alternate: AlternateIdentifier) {
        self.run = run
        self.files = files
        self.alternate = alternate
    }
}
