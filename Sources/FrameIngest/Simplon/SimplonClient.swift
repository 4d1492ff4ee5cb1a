import DetectorWire
import Diagnostics

/// Reads a DECTRIS detector's own counters over its REST interface.
///
/// SIMPLON API reference 1.8, `<module>/api/<version>/<task>/<parameter>`: an answer is a JSON object with a `value`. Nothing is ever set.
public struct SimplonClient: Sendable {
    private let transport: any SimplonTransport
    /// For all questions of one reading together.
    private let patience: Duration
    /// Versions to try where the detector does not tell its own: the path is not in every release.
    private static let knownVersions = ["1.8.0", "1.6.0"]

    public init(_ transport: any SimplonTransport, patience: Duration = .seconds(3)) {
        self.transport = transport
        self.patience = patience
    }

    public var address: String { transport.address }

    /// Asks for everything; blocks for no longer than its patience.
    ///
    /// - Throws: `simplonFailed` when the stream's count of dropped images cannot be had: the others are of no use without it.
    public func read() throws(IngestError) -> SimplonReading {
        let deadline = ContinuousClock.now + patience
        var reading = SimplonReading()
        let (version, dropped) = try findVersion(until: deadline)
        reading.dropped = dropped
        func value(_ module: String, _ name: String) -> WireValue? {
            try? self.value("/\(module)/api/\(version)/\(name)", until: deadline)
        }
        reading.streamState = value("stream", "status/state")?.textValue
        reading.detectorState = value("detector", "status/state")?.textValue
        reading.imagesPerTrigger = value("detector", "config/nimages").flatMap(Self.count)
        reading.triggers = value("detector", "config/ntrigger").flatMap(Self.count)
        reading.triggerMode = value("detector", "config/trigger_mode")?.textValue
        return reading
    }

    private func findVersion(until deadline: ContinuousClock.Instant) throws(IngestError) -> (version: String, dropped: Int) {
        var versions = Self.knownVersions
        if let told = try? value("/detector/api/version/", until: deadline).textValue, Self.isVersion(told) {
            versions = [told] + versions.filter { $0 != told }
        }
        var failure: IngestError?
        for version in versions {
            let path = "/stream/api/\(version)/status/dropped"
            do throws(IngestError) {
                let value = try value(path, until: deadline)
                guard let count = Self.count(value) else {
                    throw IngestError(
                        .simplonFailed, "the count of dropped images is no count", at: transport.address + path,
                        got: value.integerValue.map { "\($0)" } ?? value.kind, expected: "0 to \(Self.mostImages)")
                }
                return (version, count)
            } catch {
                failure = failure ?? error
            }
        }
        throw failure ?? IngestError(.simplonFailed, "the detector has no SIMPLON interface", at: transport.address)
    }

    private func value(_ path: String, until deadline: ContinuousClock.Instant) throws(IngestError) -> WireValue {
        let body = try transport.get(path, until: deadline)
        do throws(WireError) {
            let object = try WireValue(json: body)
            if let value = object["value"] { return value }
        } catch {
            throw IngestError(.simplonFailed, "an answer that is not JSON", at: transport.address + path, cause: error)
        }
        throw IngestError(.simplonFailed, "an answer without a value", at: transport.address + path)
    }

    /// More than any detector counts: 10 kHz for three years.
    private static let mostImages = 1 << 40

    /// A number of images; nil for what can be none.
    private static func count(_ value: WireValue) -> Int? {
        value.integerValue.flatMap(Int.init(exactly:)).flatMap { (0...mostImages).contains($0) ? $0 : nil }
    }

    /// It becomes part of a path: digits and dots only.
    private static func isVersion(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 16 && text.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (48...57).contains($0) }
    }
}
