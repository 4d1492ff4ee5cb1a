import JSON
import Quantities

/// The words of a progress line, without terminal or clock.
struct ProgressText: Sendable {
    let label: String
    /// What is counted, in the plural: `frames`.
    let unit: String
    let state: ProgressState
    /// Per second: of `unit`, and of bytes.
    let rate: (done: Double, bytes: Double)?
    let elapsed: Duration

    /// `ingest  120/300 frames  40 %  97.3 Hz  2.40 GB/s  2 s left  3 lost`.
    ///
    /// - Parameter columns: what fits; pieces fall away from the end (the losses never) before the line is cut.
    func line(style: TextStyle, columns: Int?) -> String {
        var pieces = [label, counted]
        if let percent { pieces.append(percent) }
        pieces += rates
        if let left { pieces.append(Readable.duration(left) + " left") }
        let losses = state.lost > 0 ? ["\(state.lost) lost"] : []
        if let columns {
            // Judged without colours, which take no room. One column stays free, or some terminals wrap.
            let room = max(10, columns - 1)
            while pieces.count > 2, Self.join(pieces + losses).count > room { pieces.removeLast() }
            let plain = Self.join(pieces + losses)
            if plain.count > room { return String(plain.prefix(room)) }
        }
        pieces[0] = style.apply(.emphasis, to: label)
        return Self.join(pieces + losses.map { style.apply(.warning, to: $0) })
    }

    /// The last words: `ingest  300 frames in 3 s  97.3 Hz  2.40 GB/s  3 lost`, rates over the whole time.
    func closing(style: TextStyle) -> String {
        let seconds = elapsed / .seconds(1)
        var pieces = [style.apply(.emphasis, to: label), "\(state.done) \(unit) in \(Readable.decimals(seconds, 1)) s"]
        if seconds > 0 {
            pieces.append(Readable.rate(Double(state.done) / seconds))
            if state.bytes > 0 { pieces.append(Readable.byteRate(Double(state.bytes) / seconds)) }
        }
        if state.lost > 0 { pieces.append(style.apply(.warning, to: "\(state.lost) lost")) }
        return Self.join(pieces)
    }

    /// Members: `done`, `total` (null when not known), `lost`, `bytes`, `rate_Hz`, `rate_bytes_per_s`, `seconds_left`.
    var fields: JSONObject {
        [
            "label": .string(label), "done": JSONValue(state.done), "total": JSONValue(state.total),
            "lost": JSONValue(state.lost),
            "bytes": JSONValue(state.bytes), "rate_Hz": JSONValue(rate?.done), "rate_bytes_per_s": JSONValue(rate?.bytes),
            "seconds_left": JSONValue(left),
        ]
    }

    private var counted: String { state.total.map { "\(state.done)/\($0) \(unit)" } ?? "\(state.done) \(unit)" }

    private var percent: String? {
        // Rounded down: 100 % is said when all is done.
        if let whole = state.totalBytes, whole > 0 { return "\(min(100, Int(100 * Double(state.bytes) / Double(whole)))) %" }
        return state.total.flatMap { $0 > 0 ? "\(Int(100 * Double(state.done) / Double($0))) %" : nil }
    }

    private var rates: [String] {
        guard let rate else { return [] }
        return [Readable.rate(rate.done)] + (state.bytes > 0 ? [Readable.byteRate(rate.bytes)] : [])
    }

    private var left: Double? {
        if let whole = state.totalBytes, let rate {
            return whole > state.bytes && rate.bytes > 0 ? Double(whole - state.bytes) / rate.bytes : nil
        }
        guard let total = state.total, let rate, rate.done > 0, total > state.done else { return nil }
        return Double(total - state.done) / rate.done
    }

    private static func join(_ pieces: [String]) -> String { pieces.joined(separator: "  ") }
}
