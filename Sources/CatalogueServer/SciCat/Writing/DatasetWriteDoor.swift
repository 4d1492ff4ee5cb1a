import CatalogueImport
import Custody
import Diagnostics
import EmbargoClock
import HTTPTypes
import Hummingbird
import Identifiers
import JSON
import RunCatalogue
import RunModel

/// Describing datasets: `POST datasets`, `datasets/isValid`, `PATCH datasets/{pid}`, and what is put beside them. For ingestors of the group, and who
/// else may by the catalogue's rules.
struct DatasetWriteDoor {
    let custodian: Custodian

    private static let mostBytes = 4 << 20
    /// Some hundred thousand files; a dataset may have several lists.
    private static let mostBlockBytes = 32 << 20
    /// An attachment of 8 MiB in base 64.
    private static let mostAttachmentBytes = 12 << 20

    func answer(_ call: SciCatCall) async throws -> Response? {
        switch (call.method, call.parts.count, call.word(0), call.word(1)) {
        case (.post, 0, _, _): return try await create(call)
        case (.post, 1, "isvalid"?, _): return try await validate(call)
        case (.patch, 1, _, _), (.put, 1, _, _): return try await change(call)
        case (.patch, 2, _, "datasetlifecycle"?), (.put, 2, _, "datasetlifecycle"?):
            _ = try call.asker.actor(for: .ingest)
            // As a question for it: of one that they may not know of nobody is told more than of an unknown one.
            _ = try await DatasetDoor(custodian: custodian).dataset(try call.pid(), call.asker.reader)
            throw HTTPError(.forbidden, message: "When a dataset opens follows from the embargo, and is written by nobody")
        case (.delete, 1, _, _):
            _ = try call.asker.actor(for: .ingest)
            _ = try await DatasetDoor(custodian: custodian).dataset(try call.pid(), call.asker.reader)
            throw HTTPError(
                .forbidden, message: "Nothing is deleted here: a curator and a director withdraw what must not be read any more")
        case (.post, 2, _, "origdatablocks"?): return try await addFiles(call, try call.pid())
        case (.post, 2, _, "attachments"?): return try await attach(call, try call.pid())
        default: return nil
        }
    }

    /// `origdatablocks` and `attachments` by themselves, which name their dataset in the body.
    func answerBeside(_ call: SciCatCall) async throws -> Response? {
        guard call.method == .post, call.parts.isEmpty else { return nil }
        return call.resource == "origdatablocks" ? try await addFiles(call, nil) : try await attach(call, nil)
    }

    // MARK: Datasets

    private func described(_ call: SciCatCall) async throws -> DescribedRun {
        var posted = try PostedDataset(try await RequestedBody.json(call.request, most: Self.mostBytes), custodian.rules.zone)
        let run = try await posted.described(call.version, licence: custodian.rules.policy.licence) { pid in
            do throws(CatalogueError) {
                return try await custodian.store.instrument(pid, tenant: custodian.rules.tenant).name
            } catch {
                guard error.code == .notFound else { throw error }
                return pid
            }
        }
        if posted.body["isPublished"] == true || posted.body["datasetlifecycle"] != nil {
            throw HTTPError(
                .forbidden,
                message:
                    "When a dataset opens follows from the embargo: isPublished is false, and datasetlifecycle is not written")
        }
        return run
    }

    private func create(_ call: SciCatCall) async throws -> Response {
        let actor = try call.asker.actor(for: .ingest)
        guard let pid = try await custodian.describe(try await described(call), by: actor) else {
            throw CatalogueError(.damaged, "A run was not entered")
        }
        return try await told(pid, call, .created)
    }

    /// 200 in any case: what stands against it is in the answer.
    private func validate(_ call: SciCatCall) async throws -> Response {
        let actor = try call.asker.actor(for: .ingest)
        do {
            _ = try await custodian.describe(try await described(call), by: actor, onlyLooking: true)
            return SciCatAnswer.json(["valid": true])
        } catch let error as SciCatRefusal {
            return SciCatAnswer.json(["valid": false, "reason": JSONValue(error.messages)])
        } catch let error as CatalogueError where [.badRequest, .forbidden].contains(error.code) {
            return SciCatAnswer.json(["valid": false, "reason": [.string(error.explanation)]])
        }
    }

    private func change(_ call: SciCatCall) async throws -> Response {
        let actor = try call.asker.actor(for: .ingest)
        let (dataset, parts) = try await DatasetDoor(custodian: custodian).dataset(try call.pid(), call.asker.reader)
        var posted = try PostedDataset(try await RequestedBody.json(call.request, most: Self.mostBytes), custodian.rules.zone)
        let known = try await custodian.store.values(of: dataset.run.pid, scope: parts.scope)
        let reason = try Self.reason(call)
        let own = try await ownProposal(&posted, of: dataset, actor, call.asker.reader, reason)
        let change = try DatasetChange(&posted, of: dataset, known, linking: own, reason: reason ?? "")
        let mayCorrect = custodian.mayCorrect(actor)
        let forbidden = change.forbidden + (mayCorrect ? [] : change.corrected)
        guard forbidden.isEmpty else {
            throw HTTPError(
                .forbidden,
                message:
                    "The clocks and the rights rest on this, so that it does not change: \(forbidden.joined(separator: ", "))"
            )
        }
        guard change.corrected.isEmpty || reason != nil else {
            throw HTTPError(
                .forbidden,
                message:
                    "A curator corrects this with a reason, in the address (?reason=…): \(change.corrected.joined(separator: ", "))"
            )
        }
        if !change.amendment.isEmpty { try await custodian.correct(dataset.run.pid, change.amendment, by: actor) }
        return try await told(dataset.run.pid, call, .ok)
    }

    /// A proposal that was a name when the dataset was described, and is the group's by now: a curator links it by saying it again, with a reason.
    private func ownProposal(
        _ posted: inout PostedDataset, of dataset: SciCatDataset, _ actor: Actor, _ reader: Reader, _ reason: String?
    ) async throws -> String? {
        guard dataset.run.origin.proposal == nil, reason != nil, custodian.mayCorrect(actor) else { return nil }
        let team = posted.text("ownerGroup") ?? dataset.ownerGroup
        for name in posted.names("proposalId", "proposalIds") {
            do throws(CatalogueError) {
                if try await custodian.proposal(name, for: reader).team == team { return name }
            } catch {
                guard error.code == .notFound else { throw error }
            }
        }
        return nil
    }

    /// `?reason=…`: the body is SciCat's, and has no field for it.
    private static func reason(_ call: SciCatCall) throws -> String? {
        let reasons = call.query.values("reason")
        guard reasons.count <= 1 else { throw SciCatRefusal("reason stands twice in the address") }
        guard reasons.allSatisfy({ $0.unicodeScalars.count <= longestReason }) else {
            throw SciCatRefusal(
                "reason is longer than \(longestReason) characters: a longer one does not fit into every address "
                    + "(faisceau embargo correct-end takes it)")
        }
        return reasons.first
    }

    /// Escaped, so many characters of any script fit into an address, and the rest of it too.
    private static let longestReason = 500

    private func told(_ pid: RunIdentifier, _ call: SciCatCall, _ status: HTTPResponse.Status) async throws -> Response {
        let (dataset, _) = try await DatasetDoor(custodian: custodian).dataset("\(pid)", call.asker.reader)
        return SciCatAnswer.json(.object(dataset.json(call.version == .v3 ? .single : .lists)), status: status)
    }

    // MARK: Beside

    /// - Parameter path: the dataset that the address names; else the body does.
    private func addFiles(_ call: SciCatCall, _ path: String?) async throws -> Response {
        let actor = try call.asker.actor(for: .ingest)
        let body = try await RequestedBody.json(call.request, most: Self.mostBlockBytes)
        let known: Set<String> = [
            "datasetId", "size", "dataFileList", "chkAlg", "ownerGroup", "accessGroups", "instrumentGroup", "id", "_id",
            "isPublished",
        ]
        try Self.check(body, known)
        guard let pid = path ?? body["datasetId"]?.text else { throw SciCatRefusal("datasetId should not be empty") }
        guard let entries = body["dataFileList"]?.list else { throw SciCatRefusal("dataFileList must be a list of files") }
        let (dataset, _) = try await DatasetDoor(custodian: custodian).dataset(pid, call.asker.reader)
        var amendment = RunAmendment()
        amendment.addedFiles = try entries.enumerated().map { number, entry in
            try PostedParts.file(
                entry, in: dataset.run.folder, algorithm: body["chkAlg"]?.text, at: "dataFileList, entry \(number)",
                time: { try PostedTime.read($0, "dataFileList, entry \(number): time", custodian.rules.zone) })
        }
        let bytes = amendment.addedFiles.reduce(0) { $0 &+ $1.bytes }
        if let size = body["size"], size != .null, size.integer != bytes {
            throw SciCatRefusal("size is \(size.line.prefix(40).printable), and the files have \(bytes) bytes")
        }
        _ = try await custodian.amend(dataset.run.pid, amendment, by: actor)
        let (changed, _) = try await DatasetDoor(custodian: custodian).dataset(pid, call.asker.reader)
        // As it was sent, without what says nothing; what follows from the run is told as it is.
        var object = (body.object ?? [:]).filter { ["chkAlg"].contains($0.key) && $0.value != .null }
        object["dataFileList"] = .array(
            entries.map { entry in
                entry.object.map { .object($0.filter { $0.value != .null && ($0.key != "time" || $0.value != "") }) } ?? entry
            })
        object["accessGroups"] = []
        let name = "\(changed.run.pid)"
        object["_id"] = .string("\(name)/files")
        object["datasetId"] = .string(name)
        object["size"] = .integer(bytes)
        object["ownerGroup"] = .string(changed.run.origin.team ?? custodian.rules.tenant)
        object["isPublished"] = .bool(changed.isPublic)
        object["createdAt"] = JSONValue(changed.updatedAt?.milliseconds)
        object["updatedAt"] = JSONValue(changed.updatedAt?.milliseconds)
        return SciCatAnswer.json(.object(object), status: .created)
    }

    private func attach(_ call: SciCatCall, _ path: String?) async throws -> Response {
        let actor = try call.asker.actor(for: .ingest)
        let body = try await RequestedBody.json(call.request, most: Self.mostAttachmentBytes)
        let known: Set<String> = [
            "thumbnail", "caption", "ownerGroup", "accessGroups", "instrumentGroup", "isPublished", "relationships", "datasetId",
            "aid",
            "id",
        ]
        try Self.check(body, known)
        let targets = (body["relationships"]?.list ?? []).compactMap { relation -> String? in
            relation["targetType"]?.text == "dataset" ? relation["targetId"]?.text : nil
        }
        guard let pid = path ?? targets.first ?? body["datasetId"]?.text, Set(targets).count <= 1 else {
            throw SciCatRefusal("relationships must name one dataset: {\"targetId\": PID, \"targetType\": \"dataset\"}")
        }
        let (dataset, parts) = try await DatasetDoor(custodian: custodian).dataset(pid, call.asker.reader)
        let number = try await custodian.store.attachments(of: dataset.run.pid, scope: parts.scope).count + 1
        let attachment: Attachment
        if let picture = try PostedParts.attachment(body, number: number, at: "the attachment") {
            attachment = picture
        } else {
            // One without a picture is its caption.
            guard let caption = body["caption"]?.text, !caption.allSatisfy(\.isWhitespace) else {
                throw SciCatRefusal("An attachment has a thumbnail, a data URL (data:image/png;base64,…), or a caption at least")
            }
            let name = body["aid"]?.text ?? body["id"]?.text ?? "attachment-\(number)"
            attachment = try Attachment(
                name: AttachmentType(fileName: name) == .text ? name : "\(name).txt", type: .text, caption: caption, bytes: [])
        }
        let listed = try await custodian.attach(attachment, to: dataset.run.pid, by: actor)
        let blocks = SciCatBlocks(dataset: dataset, scope: parts.scope, store: custodian.store)
        let told = try await blocks.attachment(named: listed.name) ?? .null
        return SciCatAnswer.json(told, status: .created)
    }

    private static func check(_ body: JSONValue, _ known: Set<String>) throws {
        guard let object = body.object else { throw SciCatRefusal("The body must be an object, got \(body.kind)") }
        let unknown = object.members.map(\.key).filter { !known.contains($0) }
        guard unknown.isEmpty else {
            throw SciCatRefusal(unknown.prefix(20).map { "property \($0.prefix(100).printable) should not exist" })
        }
    }
}

extension SciCatCall {
    fileprivate func pid() throws -> String {
        guard let pid = parts.first else { throw HTTPError(.notFound) }
        return pid
    }
}
