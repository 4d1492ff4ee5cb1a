import Diagnostics

/// An element of XML 1.0 (fifth edition) that has either text or children.
struct XMLElement {
    let name: String
    var attributes: [(name: String, value: String)] = []
    var text: String?
    var children: [XMLElement] = []

    /// An element with a text; attributes without a value are left out.
    init(_ name: String, _ text: String, _ attributes: (String, String?)...) {
        self.name = name
        self.text = text
        self.attributes = attributes.compactMap { key, value in value.map { (key, $0) } }
    }

    /// An element with children.
    init(_ name: String, _ children: [XMLElement]) { self.init(name, [], children) }

    /// An element with attributes and children.
    init(_ name: String, _ attributes: [(String, String)], _ children: [XMLElement]) {
        self.name = name
        self.attributes = attributes.map { ($0, $1) }
        self.children = children
    }

    /// Refuses empty texts and characters that XML 1.0 cannot write, wherever they stand.
    /// - Parameter path: where this element stands, for the error.
    func check(at path: @autoclosure () -> String) throws(DataCiteError) {
        if let text { try Self.check(text, at: path()) }
        for attribute in attributes { try Self.check(attribute.value, at: "\(path())/@\(attribute.name)") }
        for (index, child) in children.enumerated() { try child.check(at: "\(path())/\(place(of: child, index))") }
    }

    private func place(of child: XMLElement, _ index: Int) -> String {
        let isList = children.count > 1 && children.allSatisfy { $0.name == children.first?.name }
        return child.name + (isList ? "[\(index + 1)]" : "")
    }

    /// - Parameter path: asked for when something is wrong.
    private static func check(_ text: String, at path: @autoclosure () -> String) throws(DataCiteError) {
        guard !text.isEmpty else { throw DataCiteError(.missing, "A text is empty", at: path()) }
        // Of a text without these bytes no character need be looked at: U+FFFE and U+FFFF begin with the second.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0xEF }) { return }
        guard let wrong = text.unicodeScalars.first(where: { !$0.isXMLCharacter }) else { return }
        throw DataCiteError(
            .characterNotAllowed, "A character that XML cannot write", at: path(),
            got: "U+\(String(wrong.value, radix: 16, uppercase: true)) in \(quoted(text))",
            remedy: "Take it out of the text where it was typed")
    }

    /// The element and what is in it, one element a line, two blanks a level.
    func write(to output: inout String, depth: Int = 0) {
        let indent = String(repeating: "  ", count: depth)
        output += "\(indent)<\(name)"
        for attribute in attributes {
            output += " \(attribute.name)=\""
            Self.escape(attribute.value, isAttribute: true, to: &output)
            output += "\""
        }
        if let text {
            output += ">"
            Self.escape(text, isAttribute: false, to: &output)
            output += "</\(name)>\n"
        } else if children.isEmpty {
            output += "/>\n"
        } else {
            output += ">\n"
            for child in children { child.write(to: &output, depth: depth + 1) }
            output += "\(indent)</\(name)>\n"
        }
    }

    /// `>` always, so that `]]>` cannot arise. A carriage return would be read as a line feed, and white space in an attribute as a blank, were
    /// they not written as references (XML 1.0, sections 2.11 and 3.3.3). Control characters beyond ASCII are allowed, and written as references
    /// too: an editor would not show them.
    private static func escape(_ text: String, isAttribute: Bool, to output: inout String) {
        guard text.utf8.contains(where: mayNeedEscape) else {
            output += text
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"" where isAttribute: output += "&quot;"
            case "\n" where !isAttribute, "\t" where !isAttribute: output.unicodeScalars.append(scalar)
            case _ where scalar.isControl || scalar == "\u{2028}": output += "&#\(scalar.value);"
            default: output.unicodeScalars.append(scalar)
            }
        }
    }

    /// Bytes of UTF-8 with which each character begins that is not written as it is, and a few others.
    private static func mayNeedEscape(_ byte: UInt8) -> Bool {
        switch byte {
        case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), 0x7F, 0xC2, 0xE2: true
        default: false
        }
    }
}

extension Unicode.Scalar {
    /// `Char` of XML 1.0, section 2.2: no control character of ASCII but tab, line feed and carriage return, and neither U+FFFE nor U+FFFF.
    var isXMLCharacter: Bool {
        switch value {
        case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}

extension String {
    /// What a person typed, fit to be published: a blank for each control character (line feeds stay where a text may have paragraphs), none for
    /// what XML cannot write, and nothing around it. Nil when nothing is left.
    func tidied(keepingLines: Bool = false) -> String? {
        // Most texts are: without these bytes there is no control character, and no white space but the blank.
        if utf8.first != 0x20, utf8.last != 0x20, !utf8.contains(where: Self.mayNeedTidying) { return isEmpty ? nil : self }
        var scalars = String.UnicodeScalarView()
        // A carriage return and its line feed are one break.
        var wasReturn = false
        for scalar in unicodeScalars {
            defer { wasReturn = scalar == "\r" }
            if scalar == "\n", wasReturn { continue }
            if keepingLines, scalar == "\n" || scalar == "\r" {
                scalars.append("\n")
            } else {
                scalars.append(scalar.isControl || !scalar.isXMLCharacter ? " " : scalar)
            }
        }
        var rest = String(scalars)[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest.isEmpty ? nil : String(rest)
    }

    private static func mayNeedTidying(_ byte: UInt8) -> Bool {
        switch byte {
        case 0..<0x20, 0x7F, 0xC2, 0xE1, 0xE2, 0xE3, 0xEF: true
        default: false
        }
    }
}
