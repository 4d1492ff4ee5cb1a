import CatalogueLink
import Diagnostics
import Foundation
import JSON
import Synchronization
import WebExchange

/// The files of one run, as a server gives them out.
public struct CatalogueFiles: Sendable {
    public let address: CatalogueAddress
    public let pid: String
    private let headers: [String: String]
    private let link: String?
    private let stream: WebStream

    /// No list of a thousand files is longer.
    private static let mostListBytes = 16 << 20
    private static let pageFiles = 1000

    /// - Parameters:
    ///   - token: of who asks; nil: as everyone asks.
    ///   - link: the secret of a link, for who has no token.
    ///   - trust: who vouches for the server.
    ///   - idleLimit: so long nothing may come.
    public init(
        _ pid: String, at address: CatalogueAddress, token: CatalogueToken?, link: String?, program: String,
        trust: ServerTrust = .system, idleLimit: Duration = .seconds(60)
    ) {
        self.pid = pid
        self.address = address
        self.link = link
        var headers = ["User-Agent": program]
        if let token { headers["Authorization"] = token.authorization }
        self.headers = headers
        stream = WebStream(idleLimit: idleLimit, trust: trust)
    }

    private func url(_ rest: [String], _ query: [(name: String, value: String)] = []) throws(FetchError) -> URL {
        do {
            return try address.url(
                ["api", "v4", "datasets", pid] + rest, query: query + (link.map { [("share", $0)] } ?? []))
        } catch { throw FetchError(.unsafeName, "No address can be made", at: "\(address)", cause: error) }
    }

    /// The list from a file on.
    func list(from position: Int64) async throws(FetchError) -> FileListPage {
        let request = WebRequest(
            "GET", try url(["files"], [("from", "\(position)"), ("limit", "\(Self.pageFiles)")]), headers: headers)
        let place = "\(address), files of \(pid)"
        let taken = Box(Mutex<[UInt8]>([]))
        try await send(
            request, place,
            .init(
                head: { answer in
                    guard answer.status == 200 else { throw Self.refusal(answer, place) }
                    return true
                },
                piece: { bytes in
                    try taken.value.withLock { body in
                        guard body.count + bytes.count <= Self.mostListBytes else {
                            throw FetchError(.unreadableAnswer, "The list of files is too long for one page", at: place)
                        }
                        body.append(contentsOf: bytes)
                    }
                }))
        let bytes = taken.value.withLock { $0 }
        guard let value = try? JSONValue(reading: bytes), let page = FileListPage(value, after: position) else {
            throw FetchError(
                .unreadableAnswer, "The answer is no list of files", at: place,
                remedy: "Is this the address of a catalogue of this version?")
        }
        return page
    }

    /// Goes on with a file: what is missing, or all of it where the server does not go on.
    /// - Parameter onBytes: told of each piece.
    func receive(_ writer: PartWriter, _ onBytes: @escaping @Sendable (Int) -> Void) async throws(FetchError) {
        let file = writer.file
        var headers = headers
        let begin = writer.done
        if begin > 0 {
            headers["Range"] = "bytes=\(begin)-"
            if let tag = file.tag { headers["If-Range"] = tag }
        }
        let place = "\(address), \(quoted(file.path)) of \(pid)"
        let request = WebRequest(
            "GET", try url(["files"] + file.path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)),
            headers: headers)
        try await send(
            request, place,
            .init(
                head: { answer in
                    try Self.check(answer, writer, from: begin, place)
                    writer.tag = answer.headers["etag"]
                    return true
                },
                piece: { bytes in
                    try writer.add(bytes)
                    onBytes(bytes.count)
                }))
        guard writer.done == file.bytes else {
            throw FetchError(
                .unreachable, "The answer broke off", at: place, got: "\(writer.done) of \(file.bytes) bytes")
        }
    }

    /// Whether what comes is what is missing of the file that is listed.
    private static func check(
        _ answer: WebAnswer, _ writer: PartWriter, from begin: Int64, _ place: String
    ) throws {
        let bytes = writer.file.bytes
        switch answer.status {
        case 200:
            if begin > 0 { try writer.restart() }
            if let told = answer.headers["content-length"].flatMap({ Int64($0) }), told != bytes {
                throw FetchError(
                    .notAsListed, "The file has another size than the list says", at: place, got: "\(told) bytes",
                    expected: "\(bytes)")
            }
        case 206:
            let expected = "bytes \(begin)-\(bytes - 1)/\(bytes)"
            guard answer.headers["content-range"] == expected else {
                throw FetchError(
                    .notAsListed, "The server goes on with something else", at: place,
                    got: quoted(answer.headers["content-range"] ?? "no Content-Range"), expected: expected)
            }
            // Without a digest the tag is all that says that it is the same file.
            if writer.file.tag == nil, writer.tag == nil || answer.headers["etag"] != writer.tag {
                try writer.restart()
                throw FetchError(.unreachable, "The file has changed meanwhile, and is fetched anew", at: place)
            }
        case 416:
            try writer.restart()
            throw FetchError(.unreachable, "The server has not so many bytes; the file is fetched anew", at: place)
        default: throw refusal(answer, place)
        }
    }

    private static func refusal(_ answer: WebAnswer, _ place: String) -> FetchError {
        switch answer.status {
        case 401:
            FetchError(
                .refused, "The server knows no valid token in what was sent", at: place,
                remedy: "Sign in again, or set FAISCEAU_TOKEN")
        case 403:
            FetchError(
                .refused, "The server does not give this to you", at: place,
                remedy: "Sign in as a member of the team, ask the team for a link, or wait for the opening")
        case 404, 410:
            FetchError(
                .notFound, answer.status == 410 ? "The bytes are kept no more" : "There is no such run or file for you",
                at: place,
                remedy: "Look at the identifier; what is not open needs a token")
        case 429, 500, 502, 503, 504:
            FetchError(
                .unreachable, "The server cannot give it out at present", at: place, got: "HTTP \(answer.status)",
                expected: answer.headers["retry-after"].map { "again in \($0.prefix(40).printable) s" }, remedy: "Try again later"
            )
        default:
            FetchError(.unreadableAnswer, "The answer is none of a catalogue", at: place, got: "HTTP \(answer.status)")
        }
    }

    private func send(_ request: WebRequest, _ place: String, _ taker: WebStream.Taker) async throws(FetchError) {
        do { try await stream.get(request, to: taker) } catch let error as FetchError { throw error } catch {
            if let failure = error as? WebFailure, let refusal = FetchError(failure, at: place) { throw refusal }
            let (what, got) =
                switch error as? WebFailure {
                case .cancelled: ("Fetching was ended", nil as String?)
                case .late: ("Nothing came within the time limit", nil)
                case .network(let code, let words): ("No connection, or it broke off", "\(words) (network error \(code))")
                default: ("The answer could not be taken", "\(error)")
                }
            throw FetchError(.unreachable, what, at: place, got: got)
        }
    }
}

/// What closures share.
private final class Box<Value: ~Copyable & Sendable>: Sendable {
    let value: Value
    init(_ value: consuming Value) { self.value = value }
}
