import Diagnostics

/// The persistent identifier of a run, drawn without asking anyone when the run is armed, registered later.
///
/// With a Handle prefix configured: `PREFIX/` + 26 letters of base 32 (a UUIDv7) + a check character, so that a PID copied by hand
/// from a logbook is refused when a letter is wrong. Without one: `urn:uuid:…`, which nobody needs to register (RFC 9562).
public struct RunIdentifier: Identifier {
    private enum Form: Hashable {
        case handle(Handle)
        case uuid(UUIDv7)
    }
    private let form: Form

    /// The name of the general protocol's type; the one of this very value is `nexusType` of the instance.
    public static let nexusType = "Hdl"

    /// `Hdl` or `URN`: the attribute `type` of `identifierNAME` in the NeXus entry.
    public var nexusType: String {
        switch form {
        case .handle: Handle.nexusType
        case .uuid: "URN"
        }
    }

    /// Draws a new one.
    /// - Throws: `malformed` for a prefix that is none.
    public static func draw(
        prefix: String?, unixMilliseconds: UInt64, using generator: inout some RandomNumberGenerator
    ) throws(IdentifierError) -> RunIdentifier {
        let uuid = UUIDv7(unixMilliseconds: unixMilliseconds, using: &generator)
        guard let prefix else { return RunIdentifier(form: .uuid(uuid)) }
        let body = CrockfordBase32.encode(uuid.bytes)
        guard let check = CrockfordBase32.checkCharacter(of: body) else {
            throw IdentifierError(.malformed, "Not base 32", got: body)
        }
        return RunIdentifier(form: .handle(try Handle(prefix: prefix, suffix: body + String(check))))
    }

    private init(form: Form) { self.form = form }

    /// Reads `urn:uuid:…` (also a bare UUID) or a Handle whose suffix is one of ours.
    /// - Throws: `checkFailed` when the check character is not that of the letters before it.
    public init(_ text: String) throws(IdentifierError) {
        if !text.contains("/"), let uuid = try? UUIDv7(text) {
            form = .uuid(uuid)
            return
        }
        if text.lowercased().hasPrefix("urn:") {
            form = .uuid(try UUIDv7(text))
            return
        }
        let handle = try Handle(text)
        let suffix = handle.suffix.lowercased()
        guard suffix.count == 27 else {
            throw IdentifierError(
                .malformed, "Not the identifier of a run", got: "'\(text.prefix(80))', a suffix of \(suffix.count) letters",
                expected: "26 letters and a check character")
        }
        guard CrockfordBase32.isChecked(suffix) else {
            throw IdentifierError(
                .checkFailed, "A letter of this run identifier is wrong", got: "'\(handle)'",
                remedy: "Copy it again; the last letter checks the others")
        }
        form = .handle(try Handle(prefix: handle.prefix, suffix: suffix))
    }

    public var description: String {
        switch form {
        case .handle(let handle): handle.description
        case .uuid(let uuid): "urn:uuid:\(uuid)"
        }
    }

    public var address: String? {
        switch form {
        case .handle(let handle): handle.address
        case .uuid: nil
        }
    }
}
