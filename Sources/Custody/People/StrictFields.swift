/// A key of a document in which one that nothing reads is refused.
struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ text: String) { (stringValue, intValue) = (text, nil) }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { (stringValue, self.intValue) = ("\(intValue)", intValue) }
}

extension Decoder {
    func strict(_ keys: [String]) throws -> KeyedDecodingContainer<AnyKey> {
        let fields = try container(keyedBy: AnyKey.self)
        guard let stranger = fields.allKeys.first(where: { !keys.contains($0.stringValue) }) else { return fields }
        throw DecodingError.dataCorruptedError(
            forKey: stranger, in: fields,
            debugDescription: "nothing reads this key; there are \(keys.joined(separator: ", "))")
    }
}

extension KeyedDecodingContainer where Key == AnyKey {
    /// - Throws: for a list that is longer than anybody writes one.
    func list<Element: Decodable>(_ key: String, of _: Element.Type, most: Int) throws -> [Element] {
        let list = try decodeIfPresent([Element].self, forKey: .init(key)) ?? []
        guard list.count <= most else {
            throw DecodingError.dataCorruptedError(
                forKey: .init(key), in: self, debugDescription: "\(list.count) entries, and \(most) at most are taken")
        }
        return list
    }

    func nameIfPresent(_ key: String) throws -> String? {
        try decodeIfPresent(String.self, forKey: .init(key)) == nil ? nil : try name(key)
    }

    /// A text that says something, on one line.
    func name(_ key: String) throws -> String {
        let text = try decode(String.self, forKey: .init(key))
        guard !text.allSatisfy(\.isWhitespace), text.utf8.count <= 1000, !text.unicodeScalars.contains(where: { $0.value < 0x20 })
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .init(key), in: self, debugDescription: "a text of one line is needed, 1 to 1000 bytes")
        }
        return text
    }

    func word<Word: RawRepresentable<String> & CaseIterable>(_ key: String, _: Word.Type) throws -> Word {
        let text = try decode(String.self, forKey: .init(key))
        guard let word = Word(rawValue: text) else {
            throw DecodingError.dataCorruptedError(
                forKey: .init(key), in: self,
                debugDescription: "'\(text.prefix(60))' is none of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }
}
