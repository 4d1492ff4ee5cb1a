import BeamlineMetadata
import Foundation
import JSON
import RunModel

/// A beamline's YAML file, as text.
enum BeamlineTarget: FuzzTarget {
    static let name = "beamline"

    static func run(_ bytes: UnsafeRawBufferPointer) {
        guard let text = String(bytes: bytes, encoding: .utf8) else { return }
        _ = try? BeamlineConfiguration(yaml: text, file: "beamline.yaml")
    }

    static func seeds() throws -> [[UInt8]] {
        let example = try Fixture.bytes("schemas/beamline.example.yaml")
        // Section by section too: a fuzzer changes little of a long text.
        let sections = String(decoding: example, as: UTF8.self).components(separatedBy: "\n\n").map { Array($0.utf8) }
        return [example] + sections
    }
}

/// The texts around a run. Input: which one (run.json, manifest, arm.json), then the text.
enum RunTextTarget: FuzzTarget {
    static let name = "run-text"

    static func run(_ bytes: UnsafeRawBufferPointer) {
        var input = InputReader(bytes)
        let kind = input.byte() % 3
        let text = input.take(input.rest.count)
        switch kind {
        case 0:
            guard let summary = try? RunSummary(json: Data(text)) else { return }
            guard let json = try? summary.json() else { return require(false, "a summary that was read can be written") }
            require((try? RunSummary(json: json)) == summary, "a summary is written and read back as it was")
        case 1:
            guard let text = String(bytes: text, encoding: .utf8), let manifest = try? Manifest(text: text) else { return }
            require((try? Manifest(text: manifest.text)) == manifest, "a manifest is written and read back as it was")
        default:
            guard let arm = try? ArmMetadata(json: Data(text)) else { return }
            guard let json = try? arm.json() else { return require(false, "arm metadata that were read can be written") }
            require((try? ArmMetadata(json: json)) == arm, "arm metadata are written and read back as they were")
        }
    }

    static func seeds() throws -> [[UInt8]] {
        let arm = #"{"name": "l_1", "proposal": "mx-2345", "sample": "lysozyme", "session": "s-7", "metadata": {"dose": 1.5}}"#
        return [[0] + (try Fixture.bytes(SeedRun.summary)), [1] + (try Fixture.bytes(SeedRun.manifest)), [2] + Array(arm.utf8)]
    }
}

/// Whatever is sent as JSON: dumps of other catalogues, answers of a registry, documents of people.
enum JSONTarget: FuzzTarget {
    static let name = "json"

    static func run(_ bytes: UnsafeRawBufferPointer) {
        let limits = JSONLimits(depth: 32, textBytes: 1 << 16, valueBytes: 1 << 20, takesAnyNumber: true)
        guard let value = try? JSONValue(reading: Array(bytes), limits: limits) else { return }
        let line = value.line
        require(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\u{2028}" }, "a value is written on one line")
        require(
            (try? JSONValue(reading: Array(line.utf8), limits: limits)) == value, "a value is written and read back as it was")
    }

    static func seeds() throws -> [[UInt8]] {
        let pieces = [
            #"{"pid": "20.500/\u00e9\ud83d\ude00", "size": [0, -1.5e+3, 1.10, 1e400], "x": {"": null, "\/\b\f\n\r\t": true}}"#,
            #"{"data": {"attributes": {"doi": "10.5072/abc", "state": "findable"}}}"#, "[[[[[[[[]]]]]]]]", "\u{FEFF}[false]",
        ]
        return pieces.map { Array($0.utf8) } + [try Fixture.bytes(SeedRun.summary)]
    }
}
