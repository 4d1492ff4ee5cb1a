import ArgumentParser
import CatalogueQuestions
import CommandLineSupport
import Diagnostics
import Foundation
import JSON
import RunCatalogue

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
        let name = URL(fileURLWithPath: file).lastPathComponent
        try await catalogue.asking(output) { asked, console in
            guard AttachmentType(fileName: name) != nil else {
                throw CatalogueError(
                    .badRequest, "No attachment is of this type", at: file, got: "'\(name.printable)'",
                    expected: ".png, .jpg, .pdf, .txt, .md, .csv or .log")
            }
            let bytes = try SmallFile.contents(of: file, most: Attachment.mostBytes)
            return try await asked.ask(
                CatalogueQuestion(
                    .attach, of: pid,
                    [
                        "name": .string(name), "caption": JSONValue(caption),
                        "content": .string(Data(bytes).base64EncodedString()),
                    ])
            ).outcome(on: console)
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
        try await catalogue.ask(output, CatalogueQuestion(.attachments, of: pid))
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
        try await catalogue.asking(output) { asked, console in
            let fields = try await asked.ask(CatalogueQuestion(.attachment, of: pid, ["name": .string(name)])).fields
            guard let given = fields["name"]?.text, let type = fields["type"]?.text,
                let bytes = fields["content"]?.text.flatMap({ Data(base64Encoded: $0) })
            else { throw CatalogueError(.damaged, "The attachment did not arrive whole", at: name.printable) }
            // A name that came from elsewhere is one in this folder, and no way.
            guard to != nil || given == SafeName.last(of: given) else {
                throw CatalogueError(
                    .badRequest, "The attachment has a name that leads out of this folder",
                    got: "'\(given.prefix(80).printable)'",
                    remedy: "Name a file: --to FILE")
            }
            let file = to ?? given
            do { try bytes.write(to: URL(fileURLWithPath: file), options: .withoutOverwriting) } catch {
                throw CatalogueError(
                    .storage, "The attachment cannot be written", at: file, remedy: "Name another file; none is overwritten",
                    cause: error)
            }
            console.data("\(file): \(bytes.count) bytes, \(type)")
            return CommandOutcome(
                .done, event: "written",
                ["file": .string(file), "name": .string(given), "type": .string(type), "bytes": .integer(Int64(bytes.count))])
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
        try await catalogue.ask(output, CatalogueQuestion(.removeAttachment, of: pid, ["name": .string(name)]))
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

/// The last part of a path, where that is a name of a file.
enum SafeName {
    static func last(of text: String) -> String? {
        guard let last = text.split(separator: "/").last.map(String.init), last != ".", last != "..", !last.contains("\0") else {
            return nil
        }
        return last
    }
}

/// A document that is sent as it is written.
enum SentText {
    private static let mostBytes = 64 << 20

    /// - Throws: `badRequest` for a file that cannot be read, is longer, or is no text.
    static func contents(of path: String, _ what: String) throws(CatalogueError) -> String {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw CatalogueError(.badRequest, "\(what) cannot be read", at: path)
        }
        guard let text = String(validating: try SmallFile.contents(of: path, most: mostBytes), as: UTF8.self) else {
            throw CatalogueError(.badRequest, "\(what) is no text in UTF-8", at: path)
        }
        return text
    }
}
