import Diagnostics

/// The keys of a header, looked up by name; each one read is checked for its type, and noted when it has another.
struct HeaderFields {
    private let values: [String: WireValue]

    /// - Throws: `duplicateField` for a text key that is there twice.
    init(_ entries: [WireEntry]) throws(WireError) {
        var values: [String: WireValue] = [:]
        for entry in entries {
            guard let key = entry.key.textValue else { continue }
            guard values.updateValue(entry.value, forKey: key) == nil else {
                throw WireError(.duplicateField, "A field of a message is there twice", at: String(key.prefix(64)))
            }
        }
        self.values = values
    }

    /// The value of a key; null counts as absent.
    subscript(key: String) -> WireValue? {
        guard let value = values[key], value != .null else { return nil }
        return value
    }

    func text(_ key: String, _ notes: inout HeaderNotes) -> String? {
        read(key, "a text", &notes) { $0.textValue }
    }

    func number(_ key: String, _ notes: inout HeaderNotes) -> Double? {
        read(key, "a number", &notes) { $0.doubleValue }
    }

    func integer(_ key: String, _ notes: inout HeaderNotes) -> Int64? {
        read(key, "a whole number", &notes) { $0.integerValue }
    }

    /// A whole number of 0 or more that counts something in memory.
    func size(_ key: String, _ notes: inout HeaderNotes) -> Int? {
        read(key, "a whole number of 0 or more", &notes) { value in value.integerValue.flatMap { $0 >= 0 ? Int($0) : nil } }
    }

    func flag(_ key: String, _ notes: inout HeaderNotes) -> Bool? {
        read(key, "true or false", &notes) { $0.boolValue }
    }

    func numbers(_ key: String, count: Int, _ notes: inout HeaderNotes) -> [Double]? {
        read(key, "\(count) numbers", &notes) { value in
            guard case .array(let items) = value.untagged, items.count == count else { return nil }
            let numbers = items.compactMap(\.doubleValue)
            return numbers.count == count ? numbers : nil
        }
    }

    func texts(_ key: String, _ notes: inout HeaderNotes) -> [String]? {
        read(key, "a list of texts", &notes) { value in
            guard case .array(let items) = value.untagged else { return nil }
            let texts = items.compactMap(\.textValue)
            return texts.count == items.count ? texts : nil
        }
    }

    private func read<Value>(
        _ key: String, _ wanted: String, _ notes: inout HeaderNotes, _ convert: (WireValue) -> Value?
    ) -> Value? {
        guard let value = self[key] else { return nil }
        guard let converted = convert(value) else {
            notes.ignored(key, value, wanted: wanted)
            return nil
        }
        return converted
    }
}

/// What is odd about a header, as sentences; bounded, so that a hostile header cannot fill the log.
struct HeaderNotes {
    private static let maximumCount = 64
    private(set) var sentences: [String] = []

    mutating func add(_ sentence: String) {
        guard sentences.count < Self.maximumCount else { return }
        sentences.append(sentence)
    }

    mutating func ignored(_ key: String, _ value: WireValue, wanted: String) {
        add("\(key.prefix(64)): \(value.kind) where \(wanted) should be: ignored")
    }
}
