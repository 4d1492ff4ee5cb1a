import Custody
import Diagnostics
import RunCatalogue
import RunModel

/// What of a run's files stands in a document of one piece: all of them where they are few; of many the master files, and where the list of all is.
struct CrateFiles: Sendable {
    /// Of more a document says where the list is.
    static let most = 1000
    /// Of more a head names the archive.
    static let mostLinks = 16

    let run: ServedRun
    let listed: [RunFile]
    let total: Int64
    let addresses: FileAddresses
    var isWhole: Bool { Int64(listed.count) == total }

    /// - Returns: nil for a reader who may not list them, and for a run that is not open: before the opening a page tells the short record alone,
    ///   whoever asks.
    static func of(
        _ pid: String, _ custodian: Custodian, roots: [FileRoot], _ asker: Asker, most: Int = Self.most
    ) async throws -> CrateFiles? {
        do throws(CatalogueError) {
            let run = try await custodian.servedRun(pid, roots: roots, for: asker.reader)
            guard run.isOpen else { return nil }
            let page = try await custodian.files(of: run, from: 0, limit: most)
            return CrateFiles(
                run: run,
                listed: page.next == nil ? page.files.map(\.file) : page.files.map(\.file).filter { $0.role == .master },
                total: page.total, addresses: FileAddresses(custodian.rules.pages, link: asker.link))
        } catch {
            if [.forbidden, .notFound, .gone].contains(error.code) { return nil }
            throw error
        }
    }
}
