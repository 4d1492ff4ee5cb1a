import Custody
import Diagnostics
import HTTPTypes
import Hummingbird
import Logging
import RunCatalogue

/// `GET datasets/{pid}/files.tar`: a whole run as one archive, in a folder of its own.
///
/// It is sent whole: a range is not answered (`Accept-Ranges: none`). Who has to go on after a break takes the files one by one.
struct ArchiveDoor: Sendable {
    let custodian: Custodian
    let roots: [FileRoot]
    let tally: DownloadTally
    let logger: Logger

    /// So many files are looked for before the answer begins: what is not on the disk can still be said in words. Of longer runs the rest is
    /// looked for as it is sent.
    static let mostLookedFor = 1000

    func answer(_ pid: String, _ pace: WritePace, _ reader: Reader) async throws -> Response {
        let run: ServedRun
        do { run = try await custodian.servedRun(pid, roots: roots, for: reader) } catch {
            guard error.code == .gone else { throw error }
            return SciCatAnswer.refusal(.gone, error.explanation)
        }
        guard run.hasBytes else { return SciCatAnswer.bytesElsewhere }
        let top = "\(run.pid)".replacing("/", with: "_")
        var length = ArchiveEntry.endBytes
        var from: Int64? = 0
        while let position = from {
            let page = try await custodian.files(of: run, from: position, limit: position == 0 ? Self.mostLookedFor : 10_000)
            for listed in page.files {
                guard let whole = ArchiveEntry(path: "\(top)/\(listed.file.path)", bytes: listed.file.bytes).wholeBytes,
                    case let (sum, overflows) = length.addingReportingOverflow(whole), !overflows
                else { return SciCatAnswer.refusal(.internalServerError, "The files are larger together than an archive can be") }
                length = sum
            }
            if position == 0, let refusal = try await missing(page, run) { return refusal }
            from = page.next
        }
        let identifier = run.pid
        let counted: @Sendable (Int64) -> Void = { [tally] in tally.add($0, of: identifier) }
        let stream = ArchiveStream(
            custodian: custodian, run: run, top: top, length: length, pace: pace, tally: counted, logger: logger)
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/x-tar", .acceptRanges: "none",
                .contentDisposition: FileDoor.disposition("\(top).tar"),
            ], body: stream.body)
    }

    /// What is said where one of the first files cannot be sent now.
    private func missing(_ page: FilePage, _ run: ServedRun) async throws -> Response? {
        let places = try await custodian.places(of: page.files.map(\.file), in: run)
        for (listed, places) in zip(page.files, places) {
            let place = "\(run.pid) \(listed.file.path.printable)"
            switch await RootedFile.first(of: places) {
            case .success(let file):
                guard file.size == listed.file.bytes else {
                    logger.error(
                        "a file is not as it was registered",
                        metadata: ["file": "\(place)", "bytes": "\(file.size), expected \(listed.file.bytes)"])
                    return SciCatAnswer.refusal(.internalServerError, "A file on the disk is not the one that was registered")
                }
            case .failure(.absent):
                return SciCatAnswer.refusal(
                    .serviceUnavailable, "Not all files of the run are on the disk at present", headers: [.retryAfter: "3600"])
            case .failure(.refused(let why)):
                logger.error("a file is not given out", metadata: ["file": "\(place)", "why": "\(why)"])
                return SciCatAnswer.refusal(
                    .forbidden, "A file of this run is not given out; whoever keeps the catalogue finds the reason in its log")
            }
        }
        return nil
    }
}

extension SciCatAnswer {
    static var bytesElsewhere: Response {
        refusal(.notFound, "The bytes of this run are not served here; its record says where they are")
    }
}
