import CatalogueQuestions
import Custody
import Diagnostics
import Foundation
import JSON
import RunCatalogue
import RunModel

extension CatalogueAnswerer {
    func marks(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        var lines = AnswerLines()
        switch question.name {
        case .mark:
            guard let word = try question.word("word", MarkWord.self), let first = question.whole("first_frame"),
                let last = question.whole("last_frame"), first <= last
            else { throw CatalogueError(.badRequest, "The range of frames is upside down") }
            let mark = try await custodian.mark(
                run(question), MarkDraft(word, frames: first...last, reason: question.needed("reason")), by: actor)
            lines.data("mark \(mark.number): \(mark.word.rawValue) \(mark.frames.lowerBound)-\(mark.frames.upperBound)")
            return lines.answer("marked", mark.fields)
        case .removeMark:
            let number = question.whole("mark") ?? 0
            try await custodian.removeMark(number, of: run(question), by: actor)
            lines.data("mark \(number): removed")
            return lines.answer("removed", ["mark": .integer(number)])
        default:
            let marks = try await custodian.store.marks(of: run(question), scope: scope())
            var table = AnswerTable([
                .init("mark", isNumber: true), .init("word"), .init("frames"), .init("at", least: 20), .init("reason", least: 16),
            ])
            for mark in marks {
                table.add([
                    "\(mark.number)", mark.word.rawValue, "\(mark.frames.lowerBound)-\(mark.frames.upperBound)", "\(mark.at)",
                    mark.reason ?? "",
                ])
            }
            lines.data(table)
            return lines.answer("listed", ["marks": .array(marks.map { .object($0.fields) })])
        }
    }

    func attachments(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        var lines = AnswerLines()
        switch question.name {
        case .attach:
            let name = question.needed("name")
            guard let type = AttachmentType(fileName: name) else {
                throw CatalogueError(
                    .badRequest, "No attachment is of this type", got: "'\(name.prefix(200).printable)'",
                    expected: ".png, .jpg, .pdf, .txt, .md, .csv or .log")
            }
            guard let bytes = Data(base64Encoded: question.needed("content")) else {
                throw CatalogueError(.badRequest, "The content is not in base 64", at: "content")
            }
            let listed = try await custodian.attach(
                Attachment(name: name, type: type, caption: question.text("caption"), bytes: [UInt8](bytes)), to: run(question),
                by: actor)
            lines.data("\(listed.name)  \(listed.type.rawValue)  \(listed.bytes) bytes")
            return lines.answer("attached", listed.fields)
        case .attachment:
            let attachment = try await custodian.store.attachment(question.needed("name"), of: run(question), scope: scope())
            return lines.answer(
                "fetched",
                [
                    "name": .string(attachment.name), "type": .string(attachment.type.rawValue),
                    "bytes": .integer(Int64(attachment.bytes.count)),
                    "content": .string(Data(attachment.bytes).base64EncodedString()),
                ])
        case .removeAttachment:
            let name = question.needed("name")
            try await custodian.removeAttachment(name, of: run(question), by: actor)
            lines.data("\(name): removed")
            return lines.answer("removed", ["name": .string(name)])
        default:
            let list = try await custodian.store.attachments(of: run(question), scope: scope())
            var table = AnswerTable([
                .init("name", least: 16), .init("type"), .init("bytes", isNumber: true), .init("caption", least: 16),
            ])
            for one in list { table.add([one.name, one.type.rawValue, "\(one.bytes)", one.caption ?? ""]) }
            lines.data(table)
            return lines.answer("listed", ["attachments": .array(list.map { .object($0.fields) })])
        }
    }

    func copies(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        var lines = AnswerLines()
        switch question.name {
        case .addCopies:
            let store = question.needed("store")
            let state = try question.word("state", ReplicaState.self) ?? .online
            let count = try await custodian.addReplicas(
                ReplicaDraft(store: store, file: question.text("file"), path: question.needed("path"), state: state),
                of: run(question), by: actor)
            lines.data("\(count) copies in \(store), \(state.rawValue)")
            return lines.answer(
                "registered", ["store": .string(store), "files": .integer(Int64(count)), "state": .string(state.rawValue)])
        case .forgetCopies:
            let store = question.needed("store")
            let count = try await custodian.forgetReplicas(of: run(question), in: store, file: question.text("file"), by: actor)
            lines.data("\(count) copies in \(store) forgotten")
            return lines.answer("forgotten", ["store": .string(store), "files": .integer(Int64(count))])
        case .copiedFiles: return try await copiedFiles(question)
        default:
            let shares = try await custodian.store.replicaShares(of: run(question), scope: scope())
            var table = AnswerTable([
                .init("store"), .init("state"), .init("files", isNumber: true), .init("bytes", isNumber: true),
                .init("all verified since", least: 20),
            ])
            for share in shares {
                table.add([
                    share.store, share.state.rawValue, "\(share.files)", "\(share.bytes)",
                    share.verifiedSince.map { "\(Self.time($0))" } ?? "not all",
                ])
            }
            lines.data(table)
            return lines.answer("listed", ["copies": .array(shares.map { .object($0.fields) })])
        }
    }

    private func copiedFiles(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let page = try await custodian.store.replicas(
            of: run(question), in: question.text("store"), scope: scope(),
            after: ReplicaCursor(fromFile: question.whole("from") ?? 0), limit: question.count("limit") ?? 100)
        var lines = AnswerLines()
        var table = AnswerTable([
            .init("store"), .init("state"), .init("verified", least: 20), .init("file", least: 16), .init("path", least: 16),
        ])
        for one in page.replicas {
            table.add([
                one.store, one.state.rawValue, one.verifiedAt.map { "\(Self.time($0))" } ?? "", one.file.path, one.path ?? "",
            ])
        }
        lines.data(table)
        if let next = page.next { lines.data("more: --from \(next.position)") }
        return lines.answer(
            "listed",
            [
                "next": JSONValue(page.next.map { Int($0.position) }),
                "copies": .array(
                    page.replicas.map {
                        .object([
                            "store": .string($0.store), "state": .string($0.state.rawValue), "file": .string($0.file.path),
                            "path": JSONValue($0.path), "verified": JSONValue($0.verifiedAt.map { "\(Self.time($0))" }),
                            "digest": JSONValue($0.file.digest), "found": JSONValue($0.found),
                        ])
                    }),
            ])
    }

    static func time(_ seconds: Int64) -> Timestamp {
        Timestamp(unixNanoseconds: seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue)
    }
}

extension FrameMark {
    var fields: JSONObject {
        [
            "mark": .integer(number), "word": .string(word.rawValue), "first_frame": .integer(frames.lowerBound),
            "last_frame": .integer(frames.upperBound), "reason": JSONValue(reason), "person": JSONValue(person.map(Int.init)),
            "at": .string("\(at)"),
        ]
    }
}

extension ListedAttachment {
    var fields: JSONObject {
        [
            "name": .string(name), "type": .string(type.rawValue), "caption": JSONValue(caption), "bytes": .integer(bytes),
            "sha256": .string(sha256), "person": JSONValue(person.map(Int.init)), "at": .string("\(at)"),
        ]
    }
}

extension ReplicaShare {
    var fields: JSONObject {
        [
            "store": .string(store), "state": .string(state.rawValue), "files": .integer(files), "bytes": .integer(bytes),
            "all_verified_since": JSONValue(verifiedSince.map { "\(CatalogueAnswerer.time($0))" }),
        ]
    }
}
