import Diagnostics

extension JSONValue {
    /// Reads a text that is one value and nothing else, in UTF-8. A byte order mark before it is passed over.
    /// - Throws: `notJSON`, `badValue`, `tooMuch`.
    public init(reading text: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
        let bytes = JSONBytes(text)
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.seek(to: 3) }
        var reader = JSONReader(bytes, limits: limits)
        let (value, fault) = try reader.value()
        if let fault { throw fault }
        guard try reader.look() == nil else { throw reader.wrong("nothing behind the value") }
        self = value
    }
}
