import Diagnostics
import RunModel

/// What an attachment may be. A closed list: a browser is told the type, so that nothing is guessed, and nothing that runs (SVG and HTML may
/// hold scripts) comes from a page of ours.
public enum AttachmentType: String, Sendable, Hashable, CaseIterable {
    case png = "image/png"
    case jpeg = "image/jpeg"
    case pdf = "application/pdf"
    case text = "text/plain"

    /// By the ending of a file's name; nil for others.
    public init?(fileName: String) {
        switch fileName.lowercased().split(separator: ".").last {
        case "png": self = .png
        case "jpg", "jpeg": self = .jpeg
        case "pdf": self = .pdf
        case "txt", "md", "log", "csv": self = .text
        default: return nil
        }
    }

    /// Whether the bytes begin (and, for text, go on) as this type does.
    public func fits(_ bytes: [UInt8]) -> Bool {
        switch self {
        // The signature and the length and name of the first chunk: https://www.w3.org/TR/png-3/#5PNG-file-signature
        case .png:
            bytes.starts(with: [
                0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52,
            ])
        // Start of image, then a marker: ITU-T T.81, B.1.1.3. The last two bytes are the end of image.
        case .jpeg: bytes.starts(with: [0xFF, 0xD8, 0xFF]) && bytes.count > 4
        // ISO 32000-1, 7.5.2.
        case .pdf: bytes.starts(with: "%PDF-".utf8)
        case .text:
            String(validating: bytes, as: UTF8.self) != nil
                && !bytes.contains { $0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D || $0 == 0x7F }
        }
    }
}

/// A small document beside a run: a photograph of the sample, a page of the logbook, a plot. It opens with the run.
public struct Attachment: Sendable, Hashable {
    /// 8 MiB: what is larger is data, and belongs into a run.
    public static let mostBytes = 8 << 20
    public static let mostPerRun = 100
    public static let longestCaption = 2000

    /// A file's name without folders; one of it in a run.
    public let name: String
    public let type: AttachmentType
    public let caption: String?
    public let bytes: [UInt8]

    /// - Throws: `badRequest` for a name that is none, bytes that are not of the type, or too many.
    public init(name: String, type: AttachmentType, caption: String?, bytes: [UInt8]) throws(CatalogueError) {
        guard !name.isEmpty, name.utf8.count <= 200, name != ".", name != "..",
            !name.contains("/") && !name.contains("\\") && !name.unicodeScalars.contains(where: \.isControl)
        else {
            throw CatalogueError(
                .badRequest, "An attachment cannot be called so", got: quoted(name), expected: "a file's name, without folders")
        }
        guard (caption?.utf8.count ?? 0) <= Self.longestCaption, caption?.utf8.contains(0) != true else {
            throw CatalogueError(
                .badRequest, "The caption is too long, or has a NUL in it", at: quoted(name),
                expected: "at most \(Self.longestCaption) bytes")
        }
        // A text may be its caption alone.
        guard !bytes.isEmpty || type == .text && caption != nil, bytes.count <= Self.mostBytes else {
            throw CatalogueError(
                .badRequest, "An attachment of this size is not taken", at: quoted(name), got: "\(bytes.count) bytes",
                expected: "1 to \(Self.mostBytes) bytes", remedy: "What is larger is data: it belongs into a run")
        }
        guard type.fits(bytes) else {
            throw CatalogueError(
                .badRequest, "The bytes are not of the type that is told", at: quoted(name),
                got: "bytes \(bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: " "))", expected: type.rawValue)
        }
        self.name = name
        self.type = type
        self.caption = caption
        self.bytes = bytes
    }
}

/// An attachment in a list.
public struct ListedAttachment: Sendable, Hashable {
    public let name: String
    public let type: AttachmentType
    public let caption: String?
    public let bytes: Int64
    /// SHA-256, 64 hexadecimal digits.
    public let sha256: String
    /// Told to the team and the facility only.
    public let person: Int64?
    public let at: Timestamp

    var forOutsiders: ListedAttachment {
        ListedAttachment(name: name, type: type, caption: caption, bytes: bytes, sha256: sha256, person: nil, at: at)
    }
}
