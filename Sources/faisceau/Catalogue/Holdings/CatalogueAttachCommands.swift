import ArgumentParser
import CommandLineSupport
import Custody
import Diagnostics
import Foundation
import JSON
import RunCatalogue
import RunModel

/// `faisceau catalogue attach PID FILE`
struct CatalogueAttachCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach", abstract: "Put a small document beside a run: a photograph, a plot, a page of notes.",
        usage: "faisceau catalogue attach PID FILE [--caption TEXT] [<options>]",
        discussion: """
            PNG, JPEG, PDF or plain text, at most 8 MiB, and a hundred of a run; the bytes must be of the type that the file's name tells. It \
            is read by whoever reads the run, and opens with it. The same file again changes nothing.

            Example:
              faisceau catalogue attach 10.5072/000000003rj076 loop.png \\
                  --caption "the crystal in its loop"
            """)

    @Argument(help: ArgumentHelp("A run's identifier.", valueName: "PID")) var pid: String
    @Argument(help: ArgumentHelp(".png, .jpg, .pdf, .txt, .md, .csv or .log", valueName: "FILE")) var file: String
    @Option(help: ArgumentHelp("What it shows.", valueName: "TEXT")) var caption: String?
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            let name = URL(fileURLWithPath: file).lastPathComponent
            guard let type = AttachmentType(fileName: name) else {
                throw CatalogueError(
                    .badRequest, "No attachment is of this type", at: file, got: "'\(name.printable)'",
                    expected: ".png, .jpg, .pdf, .txt, .md, .csv or .log")
            }
            let bytes = try SmallFile.contents(of: file, most: Attachment.mostBytes)
            let listed = try await custodian.attach(
                Attachment(name: name, type: type, caption: caption, bytes: bytes), to: catalogue.run(pid, custodian),
                by: catalogue.actor(custodian))
            console.data("\(listed.name)  \(listed.type.rawValue)  \(listed.bytes) bytes")
            return CommandOutcome(.done, event: "attached", listed.fields)
        }
    }
}

/// `faisceau catalogue attachment`
struct CatalogueAttachmentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attachment", abstract: "List, fetch or remove what is attached to a run.",
        discussion: "Example:\n  faisceau catalogue attachment list 10.5072/000000003rj076",
        subcommands: [
            CatalogueAttachmentListCommand.self, CatalogueAttachmentGetCommand.self, CatalogueAttachmentRemoveCommand.self,
        ])
}

struct CatalogueAttachmentListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what is attached to a run.",
        usage: "faisceau catalogue attachment list PID [<options>]",
        discussion: "Example:\n  faisceau catalogue attachment list 10.5072/000000003rj076")

    @Argument(help: ArgumentHelp("A run's identifier.", valueName: "PID")) var pid: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            let list = try await custodian.store.attachments(of: catalogue.run(pid, custodian), scope: catalogue.scope(custodian))
            var table = TextTable([
                .init("name", least: 16), .init("type"), .init("bytes", isNumber: true), .init("caption", least: 16),
            ])
            for one in list { table.add([one.name, one.type.rawValue, "\(one.bytes)", one.caption ?? ""]) }
            console.data(table)
            return CommandOutcome(.done, event: "listed", ["attachments": .array(list.map { .object($0.fields) })])
        }
    }
}

struct CatalogueAttachmentGetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Write an attachment into a file.",
        usage: "faisceau catalogue attachment get PID NAME [--to FILE] [<options>]",
        discussion: """
            No file is overwritten.

            Example:
              faisceau catalogue attachment get 10.5072/000000003rj076 loop.png
            """)

    @Argument(help: ArgumentHelp("A run's identifier.", valueName: "PID")) var pid: String
    @Argument(help: ArgumentHelp("As the list tells it.", valueName: "NAME")) var name: String
    @Option(help: ArgumentHelp("The file (default: its name, in this folder).", valueName: "FILE")) var to: String?
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            let attachment = try await custodian.store.attachment(
                name, of: catalogue.run(pid, custodian), scope: catalogue.scope(custodian))
            let file = to ?? attachment.name
            do { try Data(attachment.bytes).write(to: URL(fileURLWithPath: file), options: .withoutOverwriting) } catch {
                throw CatalogueError(
                    .storage, "The attachment cannot be written", at: file, remedy: "Name another file; none is overwritten",
                    cause: error)
            }
            console.data("\(file): \(attachment.bytes.count) bytes, \(attachment.type.rawValue)")
            return CommandOutcome(
                .done, event: "written",
                [
                    "file": .string(file), "name": .string(attachment.name), "type": .string(attachment.type.rawValue),
                    "bytes": .integer(Int64(attachment.bytes.count)),
                ])
        }
    }
}

struct CatalogueAttachmentRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take an attachment away; the history keeps its digest.",
        usage: "faisceau catalogue attachment remove PID NAME [<options>]",
        discussion: "Example:\n  faisceau catalogue attachment remove 10.5072/000000003rj076 a.png")

    @Argument(help: ArgumentHelp("A run's identifier.", valueName: "PID")) var pid: String
    @Argument(help: ArgumentHelp("As the list tells it.", valueName: "NAME")) var name: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            try await custodian.removeAttachment(name, of: catalogue.run(pid, custodian), by: catalogue.actor(custodian))
            console.data("\(name): removed")
            return CommandOutcome(.done, event: "removed", ["name": .string(name)])
        }
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

/// A file that is read whole, up to a size.
enum SmallFile {
    /// - Throws: `badRequest` for one that cannot be read, or is longer.
    static func contents(of path: String, most: Int) throws(CatalogueError) -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw CatalogueError(.badRequest, "The file cannot be opened", at: path, remedy: "Check the path and its rights")
        }
        let data: Data?
        do { data = try handle.read(upToCount: most + 1) } catch {
            throw CatalogueError(.badRequest, "The file cannot be read", at: path, cause: error)
        }
        guard let data, data.count <= most else {
            throw CatalogueError(
                .badRequest, data == nil ? "The file is empty" : "The file is too long", at: path,
                expected: "at most \(most) bytes")
        }
        return [UInt8](data)
    }
}
