import Diagnostics
import JSON
import RunCatalogue
import RunModel

/// Which datasets are asked for: what the store looks for, what is asked of each that it finds, and how the answer is cut.
struct DatasetQuestion {
    var filter = RunFilter()
    /// Datasets that are named themselves: they are read one by one.
    var pids: [String]?
    /// An instrument by its name or its identifier.
    var instrument: String?
    /// What the store does not look for.
    var rest: [SciCatCondition] = []
    /// Nothing can be so: another type than there are.
    private(set) var findsNothing = false
    var limits = SciCatLimits()

    private static let mostNamed = 200

    /// - Parameter conditions: all must hold.
    init(_ conditions: [SciCatCondition], text: String? = nil, ranges: [NumericRange] = [], limits: SciCatLimits = SciCatLimits())
    {
        filter.text = text
        filter.ranges = ranges
        self.limits = limits
        for condition in conditions.flatMap(Self.parts) where !take(condition) { rest.append(condition) }
        // Words and ranges are the store's to look for, and not among runs that are named.
        if let named = pids, text != nil || !ranges.isEmpty {
            rest.append(.field("pid", .isOne(of: named.map { .string($0) })))
            pids = nil
        }
        // Of runs that are named themselves what they are told to be of is compared: more may be stated than is linked.
        guard pids != nil else { return }
        for (field, path) in [(\RunFilter.proposal, "proposalIds"), (\.sample, "sampleIds")] {
            guard let name = filter[keyPath: field] else { continue }
            rest.append(.field(path, .isOne(of: [.string(name)])))
            filter[keyPath: field] = nil
        }
    }

    private static func parts(_ condition: SciCatCondition) -> [SciCatCondition] {
        if case .all(let conditions) = condition { return conditions.flatMap(parts) }
        return [condition]
    }

    /// Whether what the store looks for says all of it.
    private mutating func take(_ condition: SciCatCondition) -> Bool {
        guard case .field(let path, let test) = condition else { return false }
        switch test {
        case .isOne(let values): return take(path, values)
        // A run begins before it ends: runs that end before a time are among those that began before it.
        case .isBelow(let limit, _) where path == "creationTime" || path == "endTime" || path == "startTime":
            if let time = limit.text.flatMap(SciCatTimeText.read) { narrow(before: time.advanced(bySeconds: 1)) }
            return false
        case .isAbove(let limit, _) where path == "startTime":
            if let time = limit.text.flatMap(SciCatTimeText.read) { narrow(from: time) }
            return false
        default: return false
        }
    }

    private mutating func narrow(before time: Timestamp) {
        let known = filter.started
        let lower = known?.lowerBound ?? Timestamp(unixNanoseconds: .min)
        filter.started = lower..<max(lower, min(time, known?.upperBound ?? time))
    }

    private mutating func narrow(from time: Timestamp) {
        let known = filter.started
        let upper = known?.upperBound ?? Timestamp(unixNanoseconds: .max)
        filter.started = min(upper, max(time, known?.lowerBound ?? time))..<upper
    }

    private mutating func take(_ path: String, _ values: [JSONValue]) -> Bool {
        let texts = values.compactMap(\.text)
        guard texts.count == values.count, texts.allSatisfy({ !$0.isEmpty }) else { return false }
        if path == "pid" || path == "_id" {
            guard pids == nil, texts.count <= Self.mostNamed else { return false }
            pids = texts
            // Another spelling of an identifier is the same one.
            return true
        }
        guard texts.count == 1, let text = texts.first else { return false }
        func set(_ field: WritableKeyPath<RunFilter, String?>) -> Bool {
            guard filter[keyPath: field] == nil else { return filter[keyPath: field] == text }
            filter[keyPath: field] = text
            return true
        }
        switch path {
        case "proposalIds", "proposalId": return set(\.proposal)
        case "sampleIds", "sampleId": return set(\.sample)
        case "keywords": return set(\.keyword)
        case "techniques.name": return set(\.technique)
        case "instrumentIds", "instrumentId":
            guard instrument == nil else { return instrument == text }
            instrument = text
            return true
        case "type":
            guard let kind = RunKind(rawValue: text), filter.kind == nil || filter.kind == kind else {
                findsNothing = true
                return true
            }
            filter.kind = kind
            return true
        default: return false
        }
    }

    /// Of what is asked of each dataset.
    var condition: SciCatCondition? { rest.isEmpty ? nil : .all(rest) }
}
