/// What a client wants (RFC 9110, section 12.5.1): media ranges with their weights.
struct AcceptedTypes {
    private struct Range {
        let type: Substring
        let subtype: Substring
        let weight: Double

        /// How closely it names a type: 2 by its whole name, 1 by its first half, 0 as anything; nil: not at all.
        func closeness(to type: String) -> Int? {
            let halves = type.split(separator: "/", maxSplits: 1)
            guard halves.count == 2 else { return nil }
            if self.type == "*", subtype == "*" { return 0 }
            guard self.type.lowercased() == halves[0] else { return nil }
            return subtype == "*" ? 1 : subtype.lowercased() == halves[1] ? 2 : nil
        }
    }

    private let ranges: [Range]
    private static let most = 64

    /// - Parameter headers: of `Accept`; none means that anything will do. What is no media range is passed over.
    init(_ headers: [String]) {
        var ranges: [Range] = []
        for item in headers.flatMap({ $0.split(separator: ",") }).prefix(Self.most) {
            let parts = item.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            guard let halves = parts.first?.split(separator: "/", maxSplits: 1), halves.count == 2 else { continue }
            var weight = 1.0
            for parameter in parts.dropFirst() where parameter.lowercased().hasPrefix("q=") {
                weight = Double(parameter.dropFirst(2)).flatMap { (0...1).contains($0) ? $0 : nil } ?? 0
            }
            ranges.append(Range(type: halves[0], subtype: halves[1], weight: weight))
        }
        self.ranges = ranges
    }

    /// The one that is wanted most; of several the first. nil where none is acceptable.
    func best<Form>(of offered: [(type: String, form: Form)]) -> Form? {
        guard !ranges.isEmpty else { return offered.first?.form }
        var best: (form: Form, weight: Double)?
        for (type, form) in offered {
            let closest = ranges.compactMap { range in range.closeness(to: type).map { (closeness: $0, weight: range.weight) } }
                .max { $0.closeness < $1.closeness }
            guard let weight = closest?.weight, weight > best?.weight ?? 0 else { continue }
            best = (form, weight)
        }
        return best?.form
    }
}
