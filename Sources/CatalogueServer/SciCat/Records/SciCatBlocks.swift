import Custody
import Foundation
import JSON
import RunCatalogue
import RunModel

/// A run's file list as one `origdatablock`, and its attachments.
struct SciCatBlocks {
    let dataset: SciCatDataset
    let scope: ReaderScope
    let store: any CatalogueStore

    /// One answer is one text in memory: about 150 bytes a file.
    static let mostFiles = 200_000
    static let mostPictureBytes = 16 << 20

    /// Empty for a run without files.
    func blocks() async throws -> [JSONValue] {
        guard dataset.run.fileCount > 0 else { return [] }
        guard dataset.run.fileCount <= Self.mostFiles else {
            throw SciCatRefusal(
                "The dataset has \(dataset.run.fileCount) files, and lists of \(Self.mostFiles) at most are told in one answer")
        }
        var files: [JSONValue] = []
        var algorithms: Set<String> = []
        var from: Int64? = 0
        while let position = from {
            let page = try await store.files(of: dataset.run.pid, scope: scope, from: position, limit: 10_000)
            for listed in page.files {
                var file: JSONObject = ["path": .string(listed.file.path), "size": .integer(listed.file.bytes)]
                if let time = listed.file.changedAt { file["time"] = .string(time.milliseconds) }
                if let digest = listed.file.digest?.split(separator: ":", maxSplits: 1), digest.count == 2 {
                    algorithms.insert(String(digest[0]))
                    file["chk"] = .string(String(digest[1]))
                }
                files.append(.object(file))
            }
            from = page.next
        }
        let pid = "\(dataset.run.pid)"
        var block: JSONObject = [
            "_id": .string("\(pid)/files"), "datasetId": .string(pid), "size": .integer(dataset.run.bytes),
            "ownerGroup": .string(dataset.run.origin.team ?? dataset.rules.tenant), "accessGroups": [],
            "isPublished": .bool(dataset.isPublic), "dataFileList": .array(files),
        ]
        // Clients compute it by Python's name for it: what is none of those is left out, and the sums with it.
        if algorithms.count == 1, let name = algorithms.first, Self.hashlib.contains(name) {
            block["chkAlg"] = .string(name)
        } else {
            block["dataFileList"] = .array(files.map(Self.withoutSum))
        }
        if let created = dataset.createdAt { block["createdAt"] = .string(created.milliseconds) }
        if let updated = dataset.updatedAt { block["updatedAt"] = .string(updated.milliseconds) }
        return [.object(block)]
    }

    private static let hashlib: Set<String> = [
        "sha256", "sha1", "sha224", "sha384", "sha512", "md5", "blake2b", "blake2s", "sha3_256", "sha3_512",
    ]

    private static func withoutSum(_ file: JSONValue) -> JSONValue {
        guard case .object(var object) = file else { return file }
        object["chk"] = nil
        return .object(object)
    }

    /// - Parameter withBytes: whether pictures come as `data:` URLs, as far as together they are not too many.
    func attachments(withBytes: Bool = true) async throws -> [JSONValue] {
        var told: [JSONValue] = []
        var bytes: Int64 = 0
        for listed in try await store.attachments(of: dataset.run.pid, scope: scope) {
            var object = attachment(listed)
            bytes += listed.bytes
            if withBytes, listed.bytes > 0, bytes <= Self.mostPictureBytes {
                let whole = try await store.attachment(listed.name, of: dataset.run.pid, scope: scope)
                object["thumbnail"] = .string(Self.dataURL(whole))
            }
            told.append(.object(object))
        }
        return told
    }

    /// One, by its name or by its whole identifier.
    func attachment(named text: String) async throws -> JSONValue? {
        let prefix = "\(dataset.run.pid)/"
        let name = text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
        let all = try await store.attachments(of: dataset.run.pid, scope: scope)
        guard let listed = all.first(where: { $0.name == name }) else { return nil }
        var object = attachment(listed)
        guard listed.bytes > 0 else { return .object(object) }
        object["thumbnail"] = .string(
            Self.dataURL(try await store.attachment(name, of: dataset.run.pid, scope: scope)))
        return .object(object)
    }

    /// The first picture.
    func thumbnail() async throws -> String? {
        let all = try await store.attachments(of: dataset.run.pid, scope: scope)
        guard let first = all.first(where: { $0.type == .png || $0.type == .jpeg }) else { return nil }
        return Self.dataURL(try await store.attachment(first.name, of: dataset.run.pid, scope: scope))
    }

    private func attachment(_ listed: ListedAttachment) -> JSONObject {
        let pid = "\(dataset.run.pid)"
        return [
            "aid": .string("\(pid)/\(listed.name)"), "_id": .string("\(pid)/\(listed.name)"),
            "caption": .string(listed.caption ?? listed.name), "datasetId": .string(pid),
            "ownerGroup": .string(dataset.run.origin.team ?? dataset.rules.tenant), "accessGroups": [],
            "isPublished": .bool(dataset.isPublic), "createdAt": .string(listed.at.milliseconds),
            "updatedAt": .string(listed.at.milliseconds),
            "relationships": [
                ["targetId": .string(pid), "targetType": "dataset", "relationType": "is attached to"]
            ],
        ]
    }

    static func dataURL(_ attachment: Attachment) -> String {
        "data:\(attachment.type.rawValue);base64,\(Data(attachment.bytes).base64EncodedString())"
    }
}
