import Custody
import Diagnostics
import HTTPTypes
import Hummingbird
import Logging
import RunCatalogue
import RunModel

/// `/api/v4/datasets/{pid}/files/{path}`: a file of a run as it lies on the disk, or parts of it (RFC 9110, sections 13 and 14).
struct FileDoor: Sendable {
    let custodian: Custodian
    let roots: [FileRoot]
    let tally: DownloadTally
    let logger: Logger

    /// - Parameter path: of the file, as the run lists it.
    func answer(_ path: String, of pid: String, _ request: Request, _ pace: WritePace, _ reader: Reader) async throws -> Response
    {
        let served: ServedFile
        do { served = try await custodian.servedFile(path, of: pid, roots: roots, for: reader) } catch {
            switch error.code {
            case .noSuchFile: return SciCatAnswer.refusal(.notFound, error.explanation)
            case .gone: return SciCatAnswer.refusal(.gone, error.explanation)
            default: throw error
            }
        }
        guard !served.places.isEmpty else {
            return SciCatAnswer.bytesElsewhere
        }
        let file: RootedFile
        switch await RootedFile.first(of: served.places) {
        case .success(let opened): file = opened
        case .failure(let refusal): return absent(served, refusal)
        }
        guard file.size == served.file.bytes else {
            logger.error(
                "a file is not as it was registered",
                metadata: ["file": "\(served.pid) \(path.printable)", "bytes": "\(file.size), expected \(served.file.bytes)"])
            return SciCatAnswer.refusal(.internalServerError, "The file on the disk is not the one that was registered")
        }
        return answer(served, file, request, pace)
    }

    /// On tape it comes back one day; what lies in the way of a link does not.
    private func absent(_ served: ServedFile, _ refusal: RootedFile.Refusal) -> Response {
        if case .refused(let why) = refusal {
            logger.error(
                "a file is not given out", metadata: ["file": "\(served.pid) \(served.file.path.printable)", "why": "\(why)"])
            return SciCatAnswer.refusal(
                .forbidden, "This file is not given out; whoever keeps the catalogue finds the reason in its log")
        }
        let isComing = served.copies.contains(.staging)
        return SciCatAnswer.refusal(
            .serviceUnavailable,
            isComing ? "The file is being brought back" : "The file is not on the disk at present",
            headers: [.retryAfter: isComing ? "60" : "3600"])
    }

    private func answer(_ served: ServedFile, _ file: RootedFile, _ request: Request, _ pace: WritePace) -> Response {
        // The digest of the bytes is their strongest tag; without one, size and time, which nobody vouches for.
        let tag =
            served.file.digest.map { "\"\($0)\"" }
            ?? "W/\"\(file.size)-\(file.modified.seconds)-\(file.modified.nanoseconds)\""
        var headers: HTTPFields = [
            .acceptRanges: "bytes", .eTag: tag, .contentType: Self.type(of: served.file.path),
            .contentDisposition: Self.disposition(served.file.path),
        ]
        if served.isOpen { headers[.cacheControl] = "public, no-cache" }
        if let none = request.headers[.ifNoneMatch], EntityTag(tag).isNamed(in: none) {
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        if let match = request.headers[.ifMatch], !EntityTag(tag).isStronglyNamed(in: match) {
            return SciCatAnswer.refusal(.preconditionFailed, "The file is another one by now", headers: [.eTag: tag])
        }
        var wanted = request.headers[.range]
        // Only the very same bytes are gone on with.
        if let same = request.headers[.ifRange], !EntityTag(tag).isStronglyNamed(in: same) { wanted = nil }
        let pid = served.pid
        let counted: @Sendable (Int64) -> Void = { [tally] in tally.add($0, of: pid) }
        switch ByteRanges(wanted, of: file.size) {
        case .all:
            return Response(
                status: .ok, headers: headers,
                body: FileStream(file: file, parts: [.init(range: 0..<file.size)], pace: pace, tally: counted).body)
        case .unsatisfiable:
            return SciCatAnswer.refusal(
                .rangeNotSatisfiable, "The file has \(file.size) bytes, and none of these",
                headers: [.contentRange: "bytes */\(file.size)", .acceptRanges: "bytes"])
        case .parts(let ranges) where ranges.count == 1:
            headers[.contentRange] = Self.contentRange(ranges[0], file.size)
            return Response(
                status: .partialContent, headers: headers,
                body: FileStream(file: file, parts: [.init(range: ranges[0])], pace: pace, tally: counted).body)
        case .parts(let ranges):
            let boundary = "faisceau-\(UInt64.random(in: .min ... .max))"
            let parts = ranges.enumerated().map { index, range in
                FileStream.Part(
                    head: "\(index > 0 ? "\r\n" : "")--\(boundary)\r\nContent-Type: \(Self.type(of: served.file.path))\r\n"
                        + "Content-Range: \(Self.contentRange(range, file.size))\r\n\r\n",
                    range: range)
            }
            headers[.contentType] = "multipart/byteranges; boundary=\(boundary)"
            return Response(
                status: .partialContent, headers: headers,
                body: FileStream(file: file, parts: parts, foot: "\r\n--\(boundary)--\r\n", pace: pace, tally: counted).body)
        }
    }

    private static func contentRange(_ range: Range<Int64>, _ size: Int64) -> String {
        "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
    }

    /// Without parameters.
    static func mediaType(of path: String) -> String { FileMediaType.of(path) ?? "application/octet-stream" }

    /// None that a browser would run.
    static func type(of path: String) -> String {
        let type = mediaType(of: path)
        return type == "text/plain" ? "\(type); charset=utf-8" : type
    }

    /// RFC 6266: the name as RFC 8187 writes it, for whatever letters it has.
    static func disposition(_ path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? "file"
        let plain = name.utf8.map { byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2D, 0x2E, 0x5F].contains(byte)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        return "attachment; filename*=UTF-8''" + plain.joined()
    }
}
