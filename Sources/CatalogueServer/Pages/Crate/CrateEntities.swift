import JSON

/// The flat graph of a crate: every thing once, named by others by its identifier.
struct CrateEntities {
    private(set) var list: [JSONValue] = []
    private var known: Set<String> = []

    static func reference(_ identifier: String) -> JSONValue { ["@id": .string(identifier)] }

    /// Adds a thing that is not there yet.
    /// - Returns: how others name it.
    mutating func add(_ identifier: String, _ type: JSONValue, _ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        guard known.insert(identifier).inserted else { return Self.reference(identifier) }
        var object: JSONObject = ["@id": .string(identifier), "@type": type]
        for (key, value) in members {
            guard let value, !value.isEmpty else { continue }
            object[key] = value.withoutList
        }
        list.append(.object(object))
        return Self.reference(identifier)
    }
}

extension JSONValue {
    /// A list of one thing is that thing: so RO-Crate writes it.
    var withoutList: JSONValue {
        guard case .array(let values) = self, values.count == 1 else { return self }
        return values[0]
    }
}
