import Custody
import Hummingbird
import NIOCore
import RunCatalogue

/// The files of a run as a Metalink document (RFC 5854): for each its name, size, SHA-256 where it is known, and address. Programs such as aria2
/// fetch what it lists, and check it.
///
/// A run of a million files is listed in as many pages as it takes; one is in memory.
struct MetalinkStream: Sendable {
    static let mediaType = "application/metalink4+xml"
    private static let pageFiles = 1000

    let custodian: Custodian
    let run: ServedRun
    /// The first page, read before the answer began: what is refused is refused in words.
    let first: FilePage
    let addresses: FileAddresses

    init(
        _ custodian: Custodian, _ run: ServedRun, _ addresses: FileAddresses
    ) async throws {
        self.custodian = custodian
        self.run = run
        self.addresses = addresses
        first = try await custodian.files(of: run, from: 0, limit: Self.pageFiles)
    }

    /// RFC 5854 has no document without a file.
    var isEmpty: Bool { first.files.isEmpty }

    var body: ResponseBody {
        ResponseBody { writer in
            var text = XMLBytes()
            text.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
            text.open("metalink", ("xmlns", "urn:ietf:params:xml:ns:metalink"))
            text.raw("\n")
            var page = first
            while true {
                for listed in page.files { add(listed.file, to: &text) }
                guard let next = page.next else { break }
                try await writer.write(ByteBuffer(bytes: text.bytes))
                text = XMLBytes()
                page = try await custodian.files(of: run, from: next, limit: Self.pageFiles)
            }
            text.close("metalink")
            try await writer.write(ByteBuffer(bytes: text.bytes))
            try await writer.finish(nil)
        }
    }

    private func add(_ file: RunFile, to text: inout XMLBytes) {
        text.open("file", ("name", file.path))
        text.raw("\n")
        text.element("size", "\(file.bytes)")
        if let digest = file.sha256 { text.element("hash", digest, ("type", "sha-256")) }
        text.element("url", addresses.file(file.path, of: run.pid))
        text.close("file")
    }
}

extension RunFile {
    /// In hexadecimal digits; nil where another digest, or none, is known.
    var sha256: String? {
        guard let digest, digest.hasPrefix("sha256:") else { return nil }
        return String(digest.dropFirst("sha256:".count))
    }
}
