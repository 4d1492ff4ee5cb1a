import Diagnostics
import JSON

/// How much an event matters; the order is that of swift-log.
public enum EventLevel: String, Sendable, CaseIterable, Comparable {
    case trace, debug, info, notice, warning, error, critical

    private var rank: Int {
        switch self {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .notice: 3
        case .warning: 4
        case .error: 5
        case .critical: 6
        }
    }

    public static func < (one: EventLevel, other: EventLevel) -> Bool { one.rank < other.rank }
}

/// Something that happened, with a name that scripts may look for, and fields.
public struct Event: Sendable, Hashable {
    public let time: EventTime
    public let level: EventLevel
    public let name: String
    public let fields: JSONObject

    public init(time: EventTime, level: EventLevel, name: String, fields: JSONObject = [:]) {
        self.time = time
        self.level = level
        self.name = name
        self.fields = fields
    }

    /// `{"time":"2026-08-01T12:00:00.123Z","level":"info","event":"ready","from":"tcp://…"}`: the three fixed members first; a field that
    /// has one of their names is written with `_` behind it rather than lost.
    public var jsonLine: String {
        var object: JSONObject = ["time": .string(time.text), "level": .string(level.rawValue), "event": .string(name)]
        for member in fields.members {
            let key = Self.fixed.contains(member.key) ? member.key + "_" : member.key
            object[key] = member.value
        }
        return JSONValue.object(object).line
    }

    /// `12:00:00.123 warning  frame lost  frame=17 run=/data/x`: the time of day (UTC), the level unless it is info, the name, the fields.
    public func textLine(style: TextStyle) -> String {
        var line = style.apply(.faint, to: time.timeOfDay) + " "
        switch level {
        case .trace, .debug: line += style.apply(.faint, to: level.rawValue) + " "
        case .info: break
        case .notice: line += "notice "
        case .warning: line += style.apply(.warning, to: "warning") + " "
        case .error, .critical: line += style.apply(.error, to: level.rawValue) + " "
        }
        line += name.printable
        for member in fields.members {
            line += " " + style.apply(.faint, to: member.key + "=") + Self.bare(member.value)
        }
        return line
    }

    private static let fixed: Set<String> = ["time", "level", "event"]

    /// Texts stand without quotes where nothing can be mistaken.
    private static func bare(_ value: JSONValue) -> String {
        guard case .string(let text) = value else { return value.line }
        let isSimple =
            !text.isEmpty && text.unicodeScalars.allSatisfy { $0 != " " && $0 != "\"" && $0 != "\\" && !$0.isControl }
        return isSimple ? text : value.line
    }
}
