import Diagnostics
import JSON

/// How a command ended when it did not throw: with `--json` this is the final object.
public struct CommandOutcome: Sendable {
    /// `done`, `sealed`, … the first member of the final object.
    public let event: String
    public let status: ExitStatus
    /// Between `event` and `exit_code`, in this order.
    public let fields: JSONObject

    public init(_ status: ExitStatus = .done, event: String = "done", _ fields: JSONObject = [:]) {
        self.event = event
        self.status = status
        self.fields = fields
    }

    public static let done = CommandOutcome()

    var json: JSONObject {
        var object: JSONObject = ["event": .string(event)]
        object.merge(fields)
        object["exit_code"] = .integer(Int64(status.rawValue))
        return object
    }
}
