/// The known name that a misspelt one most likely meant.
package enum NearestName {
    /// The nearest of `names`, or nil when none is near enough to be a likely slip (a third of the letters, at least one).
    package static func nearest(to name: String, among names: some Sequence<String>) -> String? {
        guard name.count <= 64 else { return nil }
        let limit = Swift.max(1, name.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in names {
            // A slip of case alone is nearer than any other.
            let distance = candidate.lowercased() == name.lowercased() ? 0 : distance(name, candidate)
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// `Did you mean 'keV'?`
    package static func suggestion(for name: String, among names: some Sequence<String>) -> String? {
        nearest(to: name, among: names).map { "Did you mean '\($0)'?" }
    }

    /// Number of letters to insert, remove, change, or swap with a neighbour (optimal string alignment distance).
    private static func distance(_ left: String, _ right: String) -> Int {
        let a = Array(left)
        let b = Array(right)
        var before: [Int] = []
        var last = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
                row.append(cost)
            }
            before = last
            last = row
        }
        return last[b.count]
    }
}
