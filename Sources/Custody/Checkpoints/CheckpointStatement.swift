import Diagnostics
import Digests
import Foundation
import RunCatalogue
import RunModel

/// What is signed of a day: which links had been written, by their digest, and the statement of the day before, by its digest. So the last
/// signature speaks for all days.
///
///     faisceau checkpoint 1
///     tenant facility
///     day 2026-05-10
///     written 2026-05-10T21:50:00Z
///     after 120
///     change 240
///     links 131
///     list 9f86…
///     previous 60ab…     (- for the first)
///     key 4c2e…
///
/// `after` and `change`: the links of change numbers behind the one and up to the other; `list`: SHA-256 of their lines. The first one begins
/// behind -1: links from before there were checkpoints have 0.
struct CheckpointStatement: Equatable {
    static let first = "faisceau checkpoint 1"
    static let longest = 2000

    let tenant: String
    let day: String
    let written: String
    let after: Int64
    let change: Int64
    let links: Int
    let list: String
    let previous: String?
    let key: String

    var text: String {
        """
        \(Self.first)
        tenant \(tenant)
        day \(day)
        written \(written)
        after \(after)
        change \(change)
        links \(links)
        list \(list)
        previous \(previous ?? "-")
        key \(key)

        """
    }

    var digest: [UInt8] { Self.digest(of: text) }

    static func digest(of text: String) -> [UInt8] {
        var digest = SHA256()
        Array(text.utf8).withUnsafeBytes { digest.add($0) }
        return digest.finishBytes()
    }

    init(
        tenant: String, day: String, written: String, after: Int64, change: Int64, links: Int, list: String, previous: String?,
        key: String
    ) {
        self.tenant = tenant
        self.day = day
        self.written = written
        self.after = after
        self.change = change
        self.links = links
        self.list = list
        self.previous = previous
        self.key = key
    }

    /// Nil for a text that is not, byte for byte, a statement.
    init?(_ text: String) {
        guard text.utf8.count <= Self.longest else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let names = ["tenant", "day", "written", "after", "change", "links", "list", "previous", "key"]
        guard lines.count == names.count + 2, lines[0] == Self.first else { return nil }
        var values: [Substring] = []
        for (name, line) in zip(names, lines.dropFirst()) {
            guard line.hasPrefix(name + " ") else { return nil }
            values.append(line.dropFirst(name.count + 1))
        }
        guard let after = Int64(values[3]), let change = Int64(values[4]), let links = Int(values[5]), links >= 0, change >= after
        else { return nil }
        self.init(
            tenant: String(values[0]), day: String(values[1]), written: String(values[2]), after: after, change: change,
            links: links, list: String(values[6]), previous: values[7] == "-" ? nil : String(values[7]), key: String(values[8]))
        guard self.text == text else { return nil }
    }
}

/// A checkpoint as a file that leaves the machine: the statement, its signature, and the links that were written since the day before.
public struct CheckpointFile: Sendable {
    /// A first checkpoint of a large catalogue holds a line of some 120 bytes for each link.
    public static let maximumBytes = 2 << 30

    let statement: CheckpointStatement
    public let signature: [UInt8]
    /// As the store writes them.
    public let lines: [UInt8]
    /// As messages name it.
    public let place: String

    public var day: String { statement.day }
    public var change: Int64 { statement.change }
    public var links: Int { statement.links }
    /// `checkpoint-2026-05-10.txt`
    public var name: String { Self.name(of: statement.day) }
    static func name(of day: String) -> String { "checkpoint-\(day).txt" }

    public var bytes: Data { Data(Self.head(statement, signature).utf8) + Data(lines) }

    private static func head(_ statement: CheckpointStatement, _ signature: [UInt8]) -> String {
        statement.text + "signature \(Data(signature).base64EncodedString())\n\n"
    }

    init(statement: CheckpointStatement, signature: [UInt8], lines: [UInt8], place: String) {
        self.statement = statement
        self.signature = signature
        self.lines = lines
        self.place = place
    }

    /// Reads a file and looks whether it is whole: the list is that of the statement. Whose signature it is, `isSigned(by:)` tells.
    /// - Throws: `damaged`.
    public init(_ data: Data, at place: String) throws(CatalogueError) {
        let refused = { (what: String, got: String?, expected: String?) in
            CatalogueError(
                .damaged, what, at: place, got: got, expected: expected,
                remedy:
                    "Take another copy of this day's file; faisceau catalogue checkpoint --day writes it anew from a sound catalogue"
            )
        }
        let end = Data("\n\n".utf8)
        guard data.count <= Self.maximumBytes, let gap = data.prefix(CheckpointStatement.longest + 200).range(of: end) else {
            throw refused("This is no checkpoint, or its beginning is damaged", "\(data.count) bytes", CheckpointStatement.first)
        }
        let head = String(decoding: data[data.startIndex..<gap.upperBound], as: UTF8.self)
        // Byte by byte as it is written: an ending that decodes to the same signature is another file.
        guard let last = head.range(of: "\nsignature ", options: .backwards),
            let statement = CheckpointStatement(String(head[..<last.lowerBound]) + "\n"),
            let signature = Data(base64Encoded: String(head[last.upperBound...].dropLast(2))), signature.count == 64,
            Data(Self.head(statement, [UInt8](signature)).utf8) == data[data.startIndex..<gap.upperBound]
        else {
            throw refused("This is no checkpoint, or its beginning is damaged", nil, CheckpointStatement.first)
        }
        let lines = [UInt8](data[gap.upperBound...])
        var digest = SHA256()
        lines.withUnsafeBytes { digest.add($0) }
        let list = digest.finish()
        guard list == statement.list else {
            throw refused("The list of the checkpoint was cut, or is damaged", list, statement.list)
        }
        self.init(statement: statement, signature: [UInt8](signature), lines: lines, place: place)
    }

    public func isSigned(by key: VerifyingKey) -> Bool {
        statement.key == CheckpointKeys.name(of: key) && key.isSignature(signature, of: Array(statement.text.utf8))
    }
}
