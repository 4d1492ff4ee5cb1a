import Diagnostics
import Foundation
import Quantities

/// How a run's folder and files are named: `{proposal}_{date}_{sample}_{series}`.
///
/// What is filled in comes from outside (a header appendix, a proposal system), so the result is made safe, whatever it holds:
/// one file name, visible, without `/`, `..`, control characters or a leading `-`. An existing name is the caller's concern: it
/// appends `_2`, `_3` with ``numbered(_:_:)`` and never overwrites.
public struct RunNameTemplate: Hashable, Sendable, CustomStringConvertible {
    public static let placeholders = ["proposal", "date", "time", "sample", "series", "beamline", "detector"]
    public static let standard = RunNameTemplate(pieces: [
        .placeholder("proposal"), .text("_"), .placeholder("date"), .text("_"), .placeholder("sample"), .text("_"),
        .placeholder("series"),
    ])

    /// Bytes of UTF-8. The longest name made of it is `<name>_data_000001.ledger`, plus what a file system appends while
    /// renaming; 255 is the limit of a name.
    public static let maximumBytes = 160

    private enum Piece: Hashable, Sendable {
        case text(String)
        case placeholder(String)
    }
    private let pieces: [Piece]

    private init(pieces: [Piece]) { self.pieces = pieces }

    /// - Throws: `badTemplate` for an unknown placeholder (with the nearest known one), an open brace, or no placeholder's
    ///   worth of name.
    public init(_ text: String) throws(RunModelError) {
        var pieces: [Piece] = []
        var rest = text[...]
        while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            if brace > rest.startIndex { pieces.append(.text(String(rest[..<brace]))) }
            guard rest[brace] == "{", let end = rest[brace...].firstIndex(of: "}") else {
                throw RunModelError(
                    .badTemplate, "A brace of the name template has no partner", at: "'\(text.prefix(200))'",
                    expected: "placeholders such as {sample}")
            }
            let name = String(rest[rest.index(after: brace)..<end])
            guard Self.placeholders.contains(name) else {
                throw RunModelError(
                    .badTemplate, "The name template has an unknown placeholder", at: "'\(text.prefix(200))'",
                    got: "{\(name)}", expected: "one of " + Self.placeholders.map { "{\($0)}" }.joined(separator: ", "),
                    remedy: NearestName.suggestion(for: name, among: Self.placeholders))
            }
            pieces.append(.placeholder(name))
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        guard !pieces.isEmpty else {
            throw RunModelError(.badTemplate, "The name template is empty", expected: "such as \(Self.standard)")
        }
        self.pieces = pieces
    }

    public var description: String {
        pieces.map {
            switch $0 {
            case .text(let text): text
            case .placeholder(let name): "{\(name)}"
            }
        }.joined()
    }

    /// Whether the name depends on the series.
    public var hasSeries: Bool { pieces.contains(.placeholder("series")) }

    /// Fills in what is known; a placeholder without a value is left out with the separator before it.
    /// - Throws: `badTemplate` when nothing visible is left.
    public func expand(_ fields: RunNameFields) throws(RunModelError) -> String {
        try fill { fields.value(of: $0).map { SafeFileName.cleaned($0) } ?? "" }
    }

    /// The name before the series is known: as `expand` makes it, with `{series}` where the number will stand.
    /// - Throws: as `expand`.
    public func preview(_ fields: RunNameFields) throws(RunModelError) -> String {
        let name = try fill { name in
            if name == "series" { return Self.openSeries }
            return fields.value(of: name).map { SafeFileName.cleaned($0) } ?? ""
        }
        return name.replacing(Self.openSeries, with: "{series}")
    }

    /// Stands for the series while a name is put together: one character of private use, which no cleaned text holds, so that nothing
    /// that comes from outside can be taken for it.
    private static let openSeries = "\u{E000}"

    /// - Parameter value: cleaned text for a placeholder.
    private func fill(_ value: (String) -> String) throws(RunModelError) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let literal): text += SafeFileName.cleaned(literal)
            case .placeholder(let name): text += value(name)
            }
        }
        let name = SafeFileName.joined(text, maximumBytes: Self.maximumBytes)
        guard !name.isEmpty else {
            throw RunModelError(
                .badTemplate, "The name template gives an empty name", at: "'\(self)'",
                remedy: "Give the run a sample or a series, or write fixed text into the template")
        }
        return name
    }

    /// The `count`-th run of a name: the name itself, then `name_2`, `name_3`.
    public static func numbered(_ name: String, _ count: Int) -> String { count <= 1 ? name : "\(name)_\(count)" }
}

/// What a template can be filled with.
public struct RunNameFields: Hashable, Sendable {
    public var proposal: String?
    public var sample: String?
    public var series: String?
    public var beamline: String?
    public var detector: String?
    /// The instant of arming and the zone in which the beamline counts its days.
    public var time: Timestamp
    public var zone: TimeZone

    public init(
        proposal: String? = nil, sample: String? = nil, series: String? = nil, beamline: String? = nil,
        detector: String? = nil, time: Timestamp, zone: TimeZone
    ) {
        self.proposal = proposal
        self.sample = sample
        self.series = series
        self.beamline = beamline
        self.detector = detector
        self.time = time
        self.zone = zone
    }

    func value(of placeholder: String) -> String? {
        switch placeholder {
        case "proposal": proposal
        case "sample": sample
        case "series": series
        case "beamline": beamline
        case "detector": detector
        case "date": time.date(in: zone)
        case "time": time.timeOfDay(in: zone)
        default: nil
        }
    }
}
