import Custody
import Diagnostics
import HTTPTypes
import Hummingbird
import JSON
import RunCatalogue
import RunModel

/// The crate and the metalink of a record, beside its page (`/datasets/{pid}/…`) and beside its SciCat record (`/api/v4/datasets/{pid}/…`).
///
/// The crate is a page: it tells what everyone may know, and of an open run its files to whom may list them. The metalink is for whom may
/// read the files.
struct RunFormDoor: Sendable {
    let custodian: Custodian
    let roots: [FileRoot]

    func crate(_ page: RecordPage, _ asker: Asker) async throws -> String {
        let files = page.kind == .run && page.access.isOpenData ? try await files(of: page, asker) : nil
        return ROCrate(page, files).json.line + "\n"
    }

    private func files(of page: RecordPage, _ asker: Asker, most: Int = CrateFiles.most) async throws -> CrateFiles? {
        try await CrateFiles.of(page.identifier, custodian, roots: roots, asker, most: most)
    }

    /// Where everyone gets the bytes of an open run, in schema.org's words: all of them, the list of them, and the master files where they are few.
    /// - Returns: nothing for any other record.
    func distribution(_ page: RecordPage) async throws -> [JSONValue] {
        guard page.kind == .run, page.access.state == .open,
            let files = try await files(of: page, .anonymous, most: CrateFiles.mostLinks), files.run.hasBytes, files.total > 0
        else { return [] }
        func download(_ name: String, _ type: String, _ address: String) -> JSONValue {
            [
                "@type": "DataDownload", "name": .string(name), "encodingFormat": .string(type), "contentUrl": .string(address),
            ]
        }
        let pid = files.run.pid
        let whole = [
            download("All files in one archive", "application/x-tar", files.addresses.archive(of: pid)),
            download(
                "Addresses and checksums of all files", MetalinkStream.mediaType, "\(page.address)/\(RunForm.metalink.rawValue)"),
        ]
        return whole
            + files.listed.filter { $0.role == .master }.prefix(CrateFiles.mostLinks).map {
                download($0.path, FileDoor.mediaType(of: $0.path), files.addresses.file($0.path, of: pid))
            }
    }

    /// - Throws: `notFound`, `forbidden`, `gone` as for the run's files.
    func metalink(_ pid: String, _ asker: Asker) async throws -> Response {
        let run = try await custodian.servedRun(pid, roots: roots, for: asker.reader)
        guard run.hasBytes else {
            throw CatalogueError(.noSuchFile, "The bytes of this run are not served here; its record says where they are")
        }
        let stream = try await MetalinkStream(
            custodian, run, FileAddresses(custodian.rules.pages, link: asker.link))
        guard !stream.isEmpty else { throw CatalogueError(.noSuchFile, "The run has no files") }
        let name = "\(run.pid)".replacing("/", with: "_") + ".meta4"
        return Response(
            status: .ok,
            headers: [
                .contentType: MetalinkStream.mediaType + "; charset=utf-8", .contentDisposition: FileDoor.disposition(name),
            ], body: stream.body)
    }

    /// Below `/api/v4/datasets/{pid}`.
    /// - Returns: nil for another path.
    func answer(_ call: SciCatCall) async throws -> Response? {
        guard call.resource == "datasets", call.parts.count == 2, let form = call.word(1).flatMap(RunForm.init(rawValue:)) else {
            return nil
        }
        switch form {
        case .metalink:
            do { return try await metalink(call.parts[0], call.asker) } catch let error as CatalogueError {
                switch error.code {
                case .noSuchFile: return SciCatAnswer.refusal(.notFound, error.explanation)
                case .gone: return SciCatAnswer.refusal(.gone, error.explanation)
                default: throw error
                }
            }
        case .crate:
            let page = RecordPage(try await custodian.publicRecord(call.parts[0]), rules: custodian.rules)
            guard page.kind.isData else { return SciCatAnswer.refusal(.notFound, "The catalogue has no such record") }
            return PlainAnswer.text(
                try await crate(page, call.asker), RunForm.crate.mediaType,
                headers: page.access.isOpen && call.asker.isAnyone ? [.cacheControl: "public, no-cache"] : [:])
        }
    }

    /// Links of a page's head to what belongs to a run: of an open one to its files as well, or where these are many to the archive of all.
    /// - Parameter withFiles: the list costs a few questions to the catalogue: other forms than the page are without.
    func links(_ page: RecordPage, withFiles: Bool) async throws -> String {
        guard page.kind.isData else { return "" }
        var links = [
            "<\(page.address)/\(ROCrate.name)>; rel=\"describedby\"; type=\"\(RunForm.crate.mediaType)\"; profile=\"\(ROCrate.profile)\""
        ]
        guard withFiles, page.kind == .run, page.access.isOpenData,
            let files = try await files(of: page, .anonymous, most: CrateFiles.mostLinks), files.run.hasBytes, files.total > 0
        else { return ", " + links.joined(separator: ", ") }
        let pid = files.run.pid
        links.append("<\(page.address)/\(RunForm.metalink.rawValue)>; rel=\"describedby\"; type=\"\(MetalinkStream.mediaType)\"")
        if files.isWhole {
            links += files.listed.map {
                "<\(files.addresses.file($0.path, of: pid))>; rel=\"item\"; type=\"\(FileDoor.mediaType(of: $0.path))\""
            }
        } else {
            links.append("<\(files.addresses.archive(of: pid))>; rel=\"item\"; type=\"application/x-tar\"")
        }
        return ", " + links.joined(separator: ", ")
    }
}

extension PublicRecord.Kind {
    /// A data set, or several; what is none has no crate.
    var isData: Bool {
        switch self {
        case .run, .session, .collection: true
        case .sample, .instrument: false
        }
    }
}

extension PublicAccess {
    /// For everyone, or for everyone who has registered.
    var isOpenData: Bool { state == .open || state == .registeredOnly }
}
