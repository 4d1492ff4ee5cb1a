/// Names of groups and fields that come from outside: channels and axes as the detector calls them.
enum NXmxName {
    /// As NeXus allows a name (letters, digits, `_`), so that none climbs to another group; at most 63 characters; never empty.
    static func valid(_ name: String?, fallback: String) -> String {
        let characters = (name ?? "").unicodeScalars.prefix(63).map { scalar -> Character in
            let isPlain = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
            return isPlain || scalar == "_" ? Character(scalar) : "_"
        }
        return characters.isEmpty ? fallback : String(characters)
    }

    /// Valid names, each once: the second of two equal ones gets `_2`.
    static func unique(_ names: [String?], fallback: String) -> [String] {
        var taken: Set<String> = []
        return names.map { name in
            let wanted = valid(name, fallback: fallback)
            var candidate = wanted
            var number = 2
            while !taken.insert(candidate).inserted {
                candidate = "\(wanted)_\(number)"
                number += 1
            }
            return candidate
        }
    }
}
