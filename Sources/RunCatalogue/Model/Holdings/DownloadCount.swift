import Diagnostics
import Identifiers

/// How often the bytes of a run were fetched on one day. Nobody is named: it is a count.
public struct DownloadCount: Sendable, Hashable {
    public let run: RunIdentifier
    /// A civil date of the facility, `2029-05-11`.
    public let day: String
    public let downloads: Int64
    public let bytes: Int64

    private static let most: Int64 = 1 << 53

    /// - Throws: `badRequest` for a day that is none, and for counts below 0.
    public init(_ run: RunIdentifier, day: String, downloads: Int64 = 1, bytes: Int64) throws(CatalogueError) {
        let parts = day.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard day.utf8.count == 10, parts.map(\.count) == [4, 2, 2],
            day.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: "-") })
        else {
            throw CatalogueError(.badRequest, "Not a day", at: "\(run)", got: quoted(day), expected: "such as 2029-05-11")
        }
        guard (0...Self.most).contains(downloads), (0...Self.most).contains(bytes) else {
            throw CatalogueError(
                .badRequest, "Downloads cannot be counted so", at: "\(run), \(day)",
                got: "\(downloads) downloads, \(bytes) bytes",
                expected: "0 to 2^53")
        }
        self.run = run
        self.day = day
        self.downloads = downloads
        self.bytes = bytes
    }
}
