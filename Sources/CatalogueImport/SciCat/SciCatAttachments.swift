import Diagnostics
import Foundation
import JSON
import RunCatalogue

/// A picture that comes with a dataset, to be stored beside its run.
struct ImportedPicture: Sendable, Hashable {
    let name: String
    /// `image/png`.
    let mediaType: String
    let caption: String?
    let bytes: [UInt8]
}

extension ImportedPicture {
    /// As it stands beside a run: called as there, with the ending of its type, by which people and programs open it.
    /// - Throws: `badRequest` for a type that no attachment is of, for bytes that are of another, and for too many.
    func attachment() throws(CatalogueError) -> Attachment {
        // The registered name is image/jpeg; browsers and cameras also write the other.
        let known = mediaType == "image/jpg" ? AttachmentType.jpeg : AttachmentType(rawValue: mediaType)
        guard let type = known else {
            throw CatalogueError(
                .badRequest, "No attachment is of this type", got: quoted(mediaType),
                expected: AttachmentType.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let isTold = AttachmentType(fileName: name) == type && name.contains(".")
        return try Attachment(
            name: isTold ? name : "\(name).\(type.ending)", type: type, caption: caption, bytes: bytes)
    }
}

extension AttachmentType {
    fileprivate var ending: String {
        switch self {
        case .png: "png"
        case .jpeg: "jpg"
        case .pdf: "pdf"
        case .text: "txt"
        }
    }
}

/// Pictures of a dataset: `thumbnail` is a data URL (RFC 2397) in base 64.
enum SciCatAttachments {
    /// Of one dataset together.
    static let mostBytes = 32 << 20
    /// As what was not taken is counted.
    static let word = "attachments"

    /// - Throws: `badField` for a picture that cannot be read.
    static func draft(_ tree: JSONValue, number: Int, at place: String) throws(CatalogueImportError) -> ImportedPicture? {
        var fields = SciCatFields(tree, .attachment, at: place)
        let name = try fields.text(["aid", "_id", "id"]) ?? "attachment-\(number)"
        guard let url = try fields.text("thumbnail") else { return nil }
        let caption = try fields.text("caption")
        let wrong = { (got: String) in
            CatalogueImportError(
                .badField, "A picture cannot be read", at: "\(place), 'thumbnail'", got: got,
                expected: "data:image/png;base64,…")
        }
        guard url.hasPrefix("data:"), let comma = url.firstIndex(of: ",") else { throw wrong(quoted(url)) }
        var parts = url[..<comma].dropFirst(5).split(separator: ";", omittingEmptySubsequences: false)
        guard parts.popLast() == "base64", let type = parts.first, isMediaType(type) else { throw wrong(quoted(url)) }
        guard let bytes = Data(base64Encoded: String(url[url.index(after: comma)...]), options: .ignoreUnknownCharacters) else {
            throw wrong("no base 64")
        }
        return ImportedPicture(name: name, mediaType: type.lowercased(), caption: caption, bytes: Array(bytes))
    }

    private static func isMediaType(_ text: some StringProtocol) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && text.utf8.count <= 100
            && parts.allSatisfy {
                !$0.isEmpty && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-._".contains($0)) }
            }
    }
}
