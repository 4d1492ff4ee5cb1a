import JSON

/// How far an answer is that takes its time.
public struct AnswerProgress: Sendable, Hashable {
    /// Records, messages, copies: as the question counts.
    public var done: Int
    /// Nil where nobody knows.
    public var total: Int?

    public init(done: Int, total: Int? = nil) {
        self.done = done
        self.total = total
    }

    /// By whose `Accept` a server tells how far it is: one JSON object a line, `{"done", "total"}`, and at the end the answer or why there is none,
    /// each as it stands alone elsewhere.
    public static let mediaType = "application/vnd.faisceau.progress+jsonl"

    public var json: JSONValue {
        var object: JSONObject = ["done": .integer(Int64(done))]
        if let total { object["total"] = .integer(Int64(total)) }
        return .object(object)
    }

    /// - Returns: nil for what is none.
    public init?(_ json: JSONValue) {
        guard let done = json["done"]?.integer.flatMap({ Int(exactly: $0) }), done >= 0 else { return nil }
        self.init(done: done, total: json["total"]?.integer.flatMap { Int(exactly: $0) }.flatMap { $0 >= done ? $0 : nil })
    }
}
