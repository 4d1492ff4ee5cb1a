/// What the command line asks for.
struct Options {
    var blocks = 10_000_000
    var indexes = 1_000_000
    var seed: UInt64 = 1
    var first = 0

    static let usage = """
        usage: mutate [--blocks N] [--indexes N] [--seed S] [--first CASE] [--only blocks|indexes]

        Decodes N mutated chunks (10,000,000) and reads N files with mutated chunk indexes (1,000,000), and exits with 1 at the first that
        breaks a promise. A seed makes the same mutants again (1). --first begins with a later case: to see one again, or for the second
        half of them; with --only, the other kind is left out.
        """

    init?(_ arguments: some Sequence<String>) {
        var only: String?
        var words = arguments.makeIterator()
        while let word = words.next() {
            guard let text = words.next() else { return nil }
            switch (word, Int(text), UInt64(text)) {
            case ("--blocks", let number?, _) where number >= 0: blocks = number
            case ("--indexes", let number?, _) where number >= 0: indexes = number
            case ("--seed", _, let number?): seed = number
            case ("--first", let number?, _) where number >= 0: first = number
            case ("--only", _, _) where ["blocks", "indexes"].contains(text): only = text
            default: return nil
            }
        }
        if only == "blocks" { indexes = 0 }
        if only == "indexes" { blocks = 0 }
    }
}
