import Diagnostics
import JSON

/// What a question came to: fields for programs, and what people are told, in the facility's words and days.
public struct CatalogueAnswer: Sendable, Hashable {
    /// `found`, `shown`, `registered`: the first word of the final object of a command.
    public var event: String
    public var fields: JSONObject
    public private(set) var told: [Told]
    /// With which a command ends: a check that has found something has been answered, and does not end well.
    public var status: ExitStatus

    public enum Told: Sendable, Hashable {
        /// Data, a line or several.
        case line(String)
        case table(AnswerTable)
        /// Beside the data, on standard error.
        case note(String, isWarning: Bool)
    }

    public init(_ event: String, _ fields: JSONObject = [:], told: [Told] = [], status: ExitStatus = .done) {
        self.event = event
        self.fields = fields
        self.told = told
        self.status = status
    }

    /// Tells people one thing more.
    public mutating func add(_ one: Told) { told.append(one) }

    // MARK: As bytes

    /// By whose `Accept` an answer has what people are told, too.
    public static let mediaType = "application/vnd.faisceau.answer+json"

    /// `{"event", "answer", "told"}`, and `exit_code` where it is not 0.
    public var json: JSONValue {
        var object: JSONObject = ["event": .string(event), "answer": .object(fields), "told": .array(told.map(\.json))]
        if status != .done { object["exit_code"] = .integer(Int64(status.rawValue)) }
        return .object(object)
    }

    /// - Returns: nil for what is none.
    public init?(_ json: JSONValue) {
        guard let event = json["event"]?.text, let fields = json["answer"]?.object, let list = json["told"]?.list else {
            return nil
        }
        var told: [Told] = []
        for entry in list {
            guard let one = Told(entry) else { return nil }
            told.append(one)
        }
        var status = ExitStatus.done
        if let code = json["exit_code"] {
            guard let known = code.integer.flatMap({ Int32(exactly: $0) }).flatMap(ExitStatus.init(rawValue:)) else { return nil }
            status = known
        }
        self.init(event, fields, told: told, status: status)
    }
}

/// What is told to people, written line by line.
public struct AnswerLines: Sendable {
    public private(set) var told: [CatalogueAnswer.Told] = []

    public init() {}

    public mutating func data(_ line: String) { told.append(.line(line)) }
    public mutating func data(_ table: AnswerTable) { told.append(.table(table)) }
    public mutating func message(_ text: String) { told.append(.note(text, isWarning: false)) }
    public mutating func warning(_ text: String) { told.append(.note(text, isWarning: true)) }

    public func answer(_ event: String, _ fields: JSONObject, status: ExitStatus = .done) -> CatalogueAnswer {
        CatalogueAnswer(event, fields, told: told, status: status)
    }
}

/// Rows of a list; how wide its columns are is decided where it is shown.
public struct AnswerTable: Sendable, Hashable {
    public struct Column: Sendable, Hashable {
        public let title: String
        public let isNumber: Bool
        /// Below this it does not shrink; nil: by its title.
        public let least: Int?

        public init(_ title: String, isNumber: Bool = false, least: Int? = nil) {
            self.title = title
            self.isNumber = isNumber
            self.least = least
        }
    }

    public let columns: [Column]
    public private(set) var rows: [[String]] = []

    public init(_ columns: [Column]) { self.columns = columns }

    public mutating func add(_ row: [String]) { rows.append(row) }
}

extension CatalogueAnswer.Told {
    var json: JSONValue {
        switch self {
        case .line(let text): ["line": .string(text)]
        case .note(let text, let isWarning): ["note": .string(text), "warning": .bool(isWarning)]
        case .table(let table):
            [
                "columns": .array(
                    table.columns.map {
                        ["title": .string($0.title), "number": .bool($0.isNumber), "least": JSONValue($0.least)]
                    }),
                "rows": .array(table.rows.map { JSONValue($0) }),
            ]
        }
    }

    init?(_ json: JSONValue) {
        if let text = json["line"]?.text {
            self = .line(text)
        } else if let text = json["note"]?.text {
            self = .note(text, isWarning: json["warning"] == true)
        } else if let columns = json["columns"]?.list, let rows = json["rows"]?.list {
            var table = AnswerTable([])
            guard columns.count <= 100, columns.allSatisfy({ $0["title"]?.text != nil }) else { return nil }
            table = AnswerTable(
                columns.map { column in
                    // What a server says of widths is bounded, as a terminal is.
                    let least = column["least"]?.integer.flatMap { (0...1000).contains($0) ? Int($0) : nil }
                    return .init(column["title"]?.text ?? "", isNumber: column["number"] == true, least: least)
                })
            for row in rows {
                guard let cells = row.list else { return nil }
                table.add(cells.map { $0.text ?? "" })
            }
            self = .table(table)
        } else {
            return nil
        }
    }
}
