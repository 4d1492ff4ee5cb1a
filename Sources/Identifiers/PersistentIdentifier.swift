import Diagnostics

/// The persistent identifier of what the catalogue holds (session, run, selection of runs, sample, instrument): a prefix that the facility was
/// given, and an ``OpaqueSuffix``. Which of these it names is not part of it: the record says so.
///
/// Below `10.` it is a DOI, below another prefix a Handle. The one text serves as SciCat's `pid` and as DOI.
///
/// Every spelling gives one value and one text: the suffix as ``OpaqueSuffix`` writes it, the letters of the prefix as capitals, as the Handle
/// System registers them (`21.T11998`).
public struct PersistentIdentifier: Identifier {
    /// The name of the general protocol's type; the one of this very value is `nexusType` of the instance.
    public static let nexusType = "Hdl"

    public let handle: Handle
    public let suffix: OpaqueSuffix
    public var prefix: String { handle.prefix }

    /// - Throws: `malformed` for a prefix that is none.
    public init(prefix: String, suffix: OpaqueSuffix) throws(IdentifierError) {
        // The prefix is ASCII once it is accepted; before, capitals could be more letters than there were.
        let accepted = try Handle(prefix: prefix, suffix: suffix.description)
        handle = try Handle(prefix: accepted.prefix.uppercased(), suffix: accepted.suffix)
        self.suffix = suffix
        guard !prefix.hasPrefix("10.") || (try? DOI(handle.description)) != nil else {
            throw IdentifierError(
                .malformed, "Not the prefix of a DOI", got: "'\(prefix.prefix(80).printable)'",
                expected: "10. and a number, such as 10.5072")
        }
    }

    /// What `description` gives below a prefix of numbers: nothing is folded, and every byte is looked at once. Lists and sweeps read
    /// identifiers by the hundred thousand, as the catalogue stores them.
    /// - Returns: nil for any other spelling, also of the same identifier, and for what is none.
    init?(stored text: String) {
        var text = text
        let parts = text.withUTF8 { bytes -> (slash: Int, suffix: OpaqueSuffix)? in
            let slash = bytes.count - OpaqueSuffix.bodyLength - OpaqueSuffix.checkLength - 1
            guard (1...Self.longestStoredPrefix).contains(slash), bytes[slash] == UInt8(ascii: "/"),
                let suffix = OpaqueSuffix(stored: bytes[(slash + 1)...])
            else { return nil }
            var before = UInt8(ascii: ".")
            for byte in bytes[..<slash] {
                let isDot = byte == UInt8(ascii: ".")
                guard isDot ? before != UInt8(ascii: ".") : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
                    return nil
                }
                before = byte
            }
            return before == UInt8(ascii: ".") ? nil : (slash, suffix)
        }
        guard let parts else { return nil }
        let slash = text.utf8.index(text.startIndex, offsetBy: parts.slash)
        handle = Handle(accepted: String(text[..<slash]), suffix: String(text[text.utf8.index(after: slash)...]))
        suffix = parts.suffix
    }

    /// No longer than `Handle` allows.
    private static let longestStoredPrefix = 64

    /// Whether identifiers can be drawn below it: the prefix of a Handle and, if it begins with `10.`, of a DOI.
    public static func isPrefix(_ text: String) -> Bool {
        Handle.isPrefix(text) && (!text.hasPrefix("10.") || (try? DOI("\(text)/0")) != nil)
    }

    /// Draws a new one, offline.
    /// - Parameter generator: a cryptographic one (`SystemRandomNumberGenerator`): nobody may guess what the next record will be called, and two
    ///   hosts that began alike must not draw alike. Tests pass one with a seed.
    /// - Throws: `malformed` for a prefix that is none.
    public static func draw(
        prefix: String, using generator: inout some RandomNumberGenerator
    ) throws(IdentifierError) -> PersistentIdentifier {
        try PersistentIdentifier(prefix: prefix, suffix: OpaqueSuffix.draw(using: &generator))
    }

    /// Reads it bare, with `doi:` or `hdl:`, or as an address of doi.org or hdl.handle.net; letters are folded as ``OpaqueSuffix`` says.
    /// - Throws: `checkFailed` when a digit of the suffix is wrong.
    public init(_ text: String) throws(IdentifierError) {
        if let stored = PersistentIdentifier(stored: text) {
            self = stored
            return
        }
        let handle = try Handle(resolving: text)
        try self.init(prefix: handle.prefix, suffix: OpaqueSuffix(handle.suffix))
    }

    /// Nil for a Handle that is no DOI.
    public var doi: DOI? { try? DOI(handle.description) }
    /// `DOI` or `Hdl`: the attribute `type` of `identifierNAME` in a NeXus file.
    public var nexusType: String { doi == nil ? Handle.nexusType : DOI.nexusType }

    public var description: String { handle.description }
    public var address: String? { doi?.address ?? handle.address }
}

extension PersistentIdentifier {
    // The one text follows from these two: neither is folded again.
    public static func == (left: PersistentIdentifier, right: PersistentIdentifier) -> Bool {
        left.suffix == right.suffix && left.prefix == right.prefix
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(suffix)
        hasher.combine(prefix)
    }
}

extension Handle {
    /// What a text names that may be written as a DOI or as a Handle.
    init(resolving text: String) throws(IdentifierError) {
        if let doi = try? DOI(text) {
            try self.init(prefix: doi.prefix, suffix: doi.suffix)
        } else {
            try self.init(text)
        }
    }
}
