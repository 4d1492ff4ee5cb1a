/// Texts that would cost the YAML parser its stack or its time, found before it sees them.
///
/// The composer recurses into each level of nesting, and hashes mapping keys: an alias of an alias of an alias as a key is hashed
/// once for each of its exponentially many leaves. A configuration needs a few levels and no aliases.
enum YAMLBomb {
    static let maximumDepth = 32

    /// The first thing that is too much, or nil. Looks at characters alone, quotes and comments too: it may refuse a strange
    /// file that YAML allows, and never passes one that nests deeper than its own count.
    static func found(in text: String) -> (line: Int, what: String)? {
        var brackets = 0
        var anchorLine: Int?
        var aliasLine: Int?
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            var before: Character = " "
            var opensToken = true
            var spaces = 0
            var dashes = 0
            var isLeading = true
            for character in line {
                isLeading = isLeading && " -?:".contains(character)
                if isLeading { if character == " " { spaces += 1 } else { dashes += 1 } }
                if character == "[" || character == "{" { brackets += 1 }
                if character == "]" || character == "}" { brackets = max(0, brackets - 1) }
                // A sign with a name behind it: "&a" and "*a", not the "&" of "A & B".
                if opensToken, !character.isWhitespace {
                    if before == "&" { anchorLine = anchorLine ?? index + 1 }
                    if before == "*" { aliasLine = aliasLine ?? index + 1 }
                }
                opensToken = "&*".contains(character) && (before.isWhitespace || "[{,".contains(before))
                before = character
                guard brackets <= maximumDepth else { return (index + 1, "\(brackets) open brackets") }
            }
            guard dashes <= maximumDepth else { return (index + 1, "\(dashes) nested list entries") }
            guard spaces <= 4 * maximumDepth else { return (index + 1, "\(spaces) spaces of indentation") }
        }
        if anchorLine != nil, let aliasLine { return (aliasLine, "an alias of an anchor") }
        return nil
    }
}
