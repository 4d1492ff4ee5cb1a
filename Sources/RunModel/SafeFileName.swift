/// Makes one harmless file name of any text.
enum SafeFileName {
    /// Letters, digits and a few signs stay; every other character (separators, control and format characters, spaces, and `%`,
    /// which HDF5 takes for a pattern in the file names of virtual data sets) becomes one `_`.
    static func cleaned(_ text: String) -> String {
        var result = ""
        for character in text.prefix(4096) {
            let stays = character.isLetter || character.isNumber || "-_.+=@,".contains(character)
            result.append(stays && character.unicodeScalars.allSatisfy(isHarmless) ? character : "_")
        }
        return result
    }

    /// One name of text that is `cleaned` already: runs of `_` become one, no `.`, `-` or `_` at either end (a hidden file, an option,
    /// a parent folder), at most `maximumBytes` bytes of UTF-8 cut between characters.
    static func joined(_ cleaned: String, maximumBytes: Int) -> String {
        var name = ""
        for character in cleaned where !(character == "_" && name.last == "_") { name.append(character) }
        name = trimmed(name)
        while name.utf8.count > maximumBytes { name.removeLast() }
        return trimmed(name)
    }

    private static func trimmed(_ text: String) -> String {
        var rest = text[...]
        while let first = rest.first, ".-_".contains(first) { rest.removeFirst() }
        while let last = rest.last, ".-_".contains(last) { rest.removeLast() }
        return String(rest)
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
