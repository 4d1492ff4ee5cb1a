import Custody
import Identifiers

/// Where files of runs are found, as the world knows this server: its pages' address without their own folder.
struct FileAddresses: Sendable {
    private let records: String
    /// The secret of the link by which they are asked for; it is needed for each of them.
    private let query: String

    /// - Parameters:
    ///   - pages: as `FacilityRules.pages`.
    ///   - link: of who reads by one.
    init(_ pages: String, link: String? = nil) {
        let folder = "/datasets/"
        let base = pages.hasSuffix(folder) ? String(pages.dropLast(folder.count)) : Self.origin(of: pages)
        records = base + "/api/v4/datasets/"
        query = link.map { "?share=" + $0.addingPercentEncoding(withAllowed: "-._~") } ?? ""
    }

    /// Where pages lie elsewhere: scheme and host.
    private static func origin(of address: String) -> String {
        let parts = address.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.prefix(3).joined(separator: "/")
    }

    func file(_ path: String, of pid: RunIdentifier) -> String {
        record(pid) + "/files/" + path.addingPercentEncoding(withAllowed: "-._~/") + query
    }

    func archive(of pid: RunIdentifier) -> String { record(pid) + "/files.tar" + query }
    func metalink(of pid: RunIdentifier) -> String { record(pid) + "/files.meta4" + query }

    private func record(_ pid: RunIdentifier) -> String { records + "\(pid)".addingPercentEncoding(withAllowed: "-._~") }
}
