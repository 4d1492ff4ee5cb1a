import Diagnostics

/// The persistent identifier of a run, drawn without asking anyone when the run is armed, registered later.
///
/// With a prefix configured it is a ``PersistentIdentifier``, so that one copied by hand from a logbook is refused when a digit is wrong.
/// Without one: `urn:uuid:…` of version 4, which nobody needs to register (RFC 9562). Both are opaque: neither tells when, where or by whom the
/// run was measured. Runs of former versions of this program have a time in their identifier (26 digits and a check sign after the slash, or a
/// UUID of version 7); these are read, and never drawn.
///
/// Every spelling of an identifier gives one value, one text and one JSON.
public struct RunIdentifier: Identifier {
    private enum Form: Hashable {
        case persistent(PersistentIdentifier)
        case timed(Handle)
        case uuid(RunUUID)
    }
    private let form: Form

    /// The name of the general protocol's type; the one of this very value is `nexusType` of the instance.
    public static let nexusType = "Hdl"

    /// `DOI`, `Hdl` or `URN`: the attribute `type` of `identifierNAME` in the NeXus entry.
    public var nexusType: String {
        switch form {
        case .persistent(let identifier): identifier.nexusType
        case .timed(let handle): (try? DOI(handle.description)) == nil ? Handle.nexusType : DOI.nexusType
        case .uuid: "URN"
        }
    }

    /// Below which it was drawn; nil for a UUID.
    public var prefix: String? {
        switch form {
        case .persistent(let identifier): identifier.prefix
        case .timed(let handle): handle.prefix
        case .uuid: nil
        }
    }

    /// Draws a new one, offline. Whether it exists already is seen when the run is handed over to the catalogue.
    /// - Parameters:
    ///   - prefix: the facility's; nil for a UUID.
    ///   - generator: a cryptographic one in production, as ``PersistentIdentifier/draw(prefix:using:)`` says.
    /// - Throws: `malformed` for a prefix that is none.
    public static func draw(
        prefix: String?, using generator: inout some RandomNumberGenerator
    ) throws(IdentifierError) -> RunIdentifier {
        guard let prefix else { return RunIdentifier(form: .uuid(RunUUID.draw(using: &generator))) }
        return RunIdentifier(form: .persistent(try PersistentIdentifier.draw(prefix: prefix, using: &generator)))
    }

    private init(form: Form) { self.form = form }

    /// Reads `urn:uuid:…` (also a bare UUID), or what ``PersistentIdentifier`` reads, or the same with a suffix of the former kind.
    /// - Throws: `checkFailed` when the check digits are not those of the digits before them.
    public init(_ text: String) throws(IdentifierError) {
        if let stored = PersistentIdentifier(stored: text) {
            form = .persistent(stored)
            return
        }
        let bare = text.strippingPrefix([])
        if !bare.contains("/") || bare.lowercased().hasPrefix("urn:") {
            form = .uuid(try RunUUID(bare))
            return
        }
        let handle = try Handle(resolving: bare)
        let signs = handle.suffix.filter { $0 != "-" }
        guard signs.count == TimedSuffix.length else {
            form = .persistent(try PersistentIdentifier(prefix: handle.prefix, suffix: OpaqueSuffix(handle.suffix)))
            return
        }
        form = .timed(try Handle(prefix: handle.prefix.uppercased(), suffix: TimedSuffix(signs).description))
    }

    public var description: String {
        switch form {
        case .persistent(let identifier): identifier.description
        case .timed(let handle): handle.description
        case .uuid(let uuid): "urn:uuid:\(uuid)"
        }
    }

    public var address: String? {
        switch form {
        case .persistent(let identifier): identifier.address
        case .timed(let handle): (try? DOI(handle.description))?.address ?? handle.address
        case .uuid: nil
        }
    }
}
