/// The three entries of an NPY header: a Python dictionary literal, of which only what numpy writes there is read.
///
/// `{'descr': '<u2', 'fortran_order': False, 'shape': (512, 1028), }` and blanks.
struct NPYDictionary {
    /// The element type as written; nil where it is a list (a structured type).
    private(set) var description: String?
    private(set) var isStructured = false
    private(set) var isFortranOrder: Bool?
    /// Slowest axis first, whatever the order in memory is.
    private(set) var shape: [Int]?

    struct Malformed: Error {
        let what: String
        /// Offset in the header's text.
        let offset: Int
    }

    private let text: [UInt8]
    private var place = 0

    init(_ text: [UInt8]) throws(Malformed) {
        self.text = text
        try expect("{")
        while !take("}") {
            let key = try string()
            try expect(":")
            switch key {
            case "descr" where description == nil && !isStructured:
                if next == UInt8(ascii: "[") || next == UInt8(ascii: "(") {
                    // What follows a structured type is not read: it is refused anyway.
                    isStructured = true
                    return
                }
                description = try string()
            case "fortran_order" where isFortranOrder == nil: isFortranOrder = try truth()
            case "shape" where shape == nil: shape = try tuple()
            default: throw Malformed(what: "an entry \(quoted(key)) that is unknown or there twice", offset: place)
            }
            if !take(",") {
                try expect("}")
                break
            }
        }
        skipBlanks()
        guard place == text.count else { throw Malformed(what: "text behind the dictionary", offset: place) }
    }

    private mutating func skipBlanks() {
        while place < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[place]) { place += 1 }
    }

    private var next: UInt8? {
        mutating get {
            skipBlanks()
            return place < text.count ? text[place] : nil
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(Malformed) {
        guard take(character) else { throw Malformed(what: "no '\(character)' where one belongs", offset: place) }
    }

    /// Between single or double quotes, without escapes.
    private mutating func string() throws(Malformed) -> String {
        guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            throw Malformed(what: "no text in quotes where one belongs", offset: place)
        }
        let start = place + 1
        guard let end = text[start...].firstIndex(of: quote), !text[start..<end].contains(UInt8(ascii: "\\")) else {
            throw Malformed(what: "a text without an end", offset: place)
        }
        place = end + 1
        return String(decoding: text[start..<end], as: UTF8.self)
    }

    private mutating func truth() throws(Malformed) -> Bool {
        skipBlanks()
        for (word, value) in [("True", true), ("False", false)] where text[place...].starts(with: word.utf8) {
            place += word.utf8.count
            return value
        }
        throw Malformed(what: "neither True nor False", offset: place)
    }

    /// `()`, `(3,)`, `(3, 4)`; numpy of Python 2 wrote `3L`.
    private mutating func tuple() throws(Malformed) -> [Int] {
        var axes: [Int] = []
        try expect("(")
        while !take(")") {
            skipBlanks()
            let digits = text[place...].prefix { (0x30...0x39).contains($0) }
            guard let axis = Int(String(decoding: digits, as: UTF8.self)), axes.count < 32 else {
                throw Malformed(what: "no axis that can be", offset: place)
            }
            place += digits.count
            axes.append(axis)
            _ = take("L")
            if !take(",") {
                try expect(")")
                break
            }
        }
        return axes
    }
}
