import Custody
import Foundation
import HTTPTypes
import Hummingbird

/// One call of SciCat's interface, taken apart: `/api/v4/datasets/10.5072%2F0001/attachments`.
struct SciCatCall {
    enum Version: Int {
        case v3 = 3
        /// Lists where v3 has single names.
        case v4 = 4
    }

    let version: Version
    let method: HTTPRequest.Method
    /// In small letters: some clients write `Datasets`.
    let resource: String
    /// Behind the resource, each decoded once: `%2F` stays in its part.
    let parts: [String]
    let query: RequestedQuery
    let request: Request
    let pace: WritePace
    let asker: Asker

    /// What stands behind an identifier that some proxy has divided at its slash.
    private static let belowRecords: Set<String> = [
        "origdatablocks", "datablocks", "attachments", "thumbnail", "datasetlifecycle", "datasets", "logbook", "history", "files",
        "embargo", "files.tar", "files.meta4", "ro-crate-metadata.json",
    ]

    /// - Parameter path: the parts behind the version, as they stand in the address.
    /// - Returns: nil where there is no text in it.
    static func parts(_ path: [Substring]) -> [String]? {
        var parts: [String] = []
        for part in path {
            guard let text = part.removingPercentEncoding, !text.isEmpty,
                !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
            else { return nil }
            parts.append(text)
        }
        // `datasets/10.5072/0001`, also behind `public`.
        for place in 1..<max(1, min(parts.count - 1, 3)) {
            let (first, next) = (parts[place], parts[place + 1])
            guard isPrefix(first), !belowRecords.contains(next.lowercased()) else { continue }
            parts.replaceSubrange(place...place + 1, with: [first + "/" + next])
            break
        }
        return parts
    }

    /// What stands before the slash of an identifier: `10.5072`, or of another handle, `21.T11998`.
    private static func isPrefix(_ part: String) -> Bool {
        guard let dot = part.firstIndex(of: "."), dot != part.startIndex else { return false }
        return !part.contains("/") && part[..<dot].utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// A part by its place behind the resource, in small letters: for words, not for identifiers.
    func word(_ place: Int) -> String? { place < parts.count ? parts[place].lowercased() : nil }
}
