import Diagnostics
import Foundation
import Identifiers
import Quantities
import RunModel
import TestSupport
import Testing

@Suite struct RunSummaryTests {
    static func full() throws -> RunSummary {
        var generator = SeededGenerator(seed: 1)
        return RunSummary(
            name: "mx-2345_2026-11-21_lysozyme_7",
            pid: try .draw(prefix: "21.T11998", using: &generator),
            verdict: .partial, frames: FrameCounts(expected: 4, received: 3, written: 3, lostDetector: 1),
            times: .init(
                armed: try Timestamp("2026-11-21T04:45:55Z"), firstFrame: try Timestamp("2026-11-21T04:45:56.25Z"),
                lastFrame: try Timestamp("2026-11-21T04:45:57Z"), sealed: try Timestamp("2026-11-21T04:45:58.000000001Z")),
            origin: .init(
                facility: "Diamond Light Source", facilityROR: try ROR("05etxs293"), beamline: "I04", instrument: "MX",
                proposal: try ProposalIdentifier("mx-2345"), sample: "lysozyme", title: "test", series: 7,
                seriesUniqueID: "01HBV3JPF2T0ZDPADX2EMK6XMZ"),
            detector: .init(
                description: "EIGER2", serialNumber: "E-32", shape: [4362, 4148], pixelType: "uint16", compression: "bslz4",
                channels: ["threshold_1"], distance: try Length("351 mm"), countTime: try TimeSpan("10 ms")),
            beam: .init(wavelength: try Wavelength("0.9184 Å"), photonEnergy: try PhotonEnergy("13.5 keV")),
            technique: "macromolecular crystallography", keywords: ["rotation", "cryo"],
            sample: .init(temperature: try Temperature("100 K")), completeness: 0.5, master: "x_master.h5",
            files: [
                try FileEntry(path: "x_data_000001.h5", role: .data, bytes: 123, firstFrame: 0, frames: 4),
                try FileEntry(
                    path: "ledger/x_data_000001.ledger", role: .ledger, bytes: 320, firstFrame: 0, frames: 4,
                    xxh3: String(repeating: "0f", count: 16)),
            ],
            ending: .silence, missingFrames: [[2, 2]], invalidFrames: [.init(frame: 3, reason: "cut after 12 bytes")],
            findings: ["/entry/instrument/beam: no wavelength"], notes: ["frame 2 never arrived"],
            metadata: ["loop": .quantity(0.2, .millimetre), "ring": .number(7), "robot": .text("B")],
            recovery: .init(time: try Timestamp("2026-11-21T05:00:00Z"), note: "sealed by recover"),
            software: .init(name: "faisceau", version: "0.1.0"))
    }

    /// run.json of a run that was sealed before refused messages were counted.
    @Test func countsWithoutRefusedMessagesAreReadAndOnesWithThemAreWritten() throws {
        let old =
            #"{"expected":null,"received":3,"written":2,"lost_detector":1,"lost_here":0,"duplicate":0,"reordered":0,"invalid":1}"#
        var counts = try JSONDecoder().decode(FrameCounts.self, from: Data(old.utf8))
        #expect(counts == FrameCounts(received: 3, written: 2, lostDetector: 1, invalid: 1))
        counts.refusedMessages = 4
        let json = try JSONEncoder().encode(counts)
        #expect(String(decoding: json, as: UTF8.self).contains(#""refused_messages":4"#))
        #expect(try JSONDecoder().decode(FrameCounts.self, from: json) == counts)
    }

    static func small() throws -> RunSummary {
        var generator = SeededGenerator(seed: 2)
        let time = try Timestamp("2026-11-21T04:45:55Z")
        return RunSummary(
            name: "x", pid: try .draw(prefix: nil, using: &generator), verdict: .failed,
            frames: FrameCounts(), times: .init(armed: time, sealed: time), files: [],
            software: .init(name: "faisceau", version: "0.1.0"))
    }

    @Test func aSummaryIsReadBackAsWritten() throws {
        for summary in [try Self.full(), try Self.small()] {
            #expect(try RunSummary(json: summary.json()) == summary)
        }
    }

    /// Drawn now, and drawn before.
    private static let identifiers = [
        "21.T11998/000000003rj076", "10.5072/000000003rj076", "urn:uuid:01890a5d-ac96-474b-bcce-b302099a8057",
        "urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057", "21.T11998/01h455vb4pex5vsknk084sn02qa",
        "20.500.12345/01j9z4t4hmerjbc70s7y1xnck5u",
    ]

    @Test(arguments: identifiers)
    func anIdentifierIsReadBackFromARunFileAsWritten(text: String) throws {
        var summary = try Self.full()
        summary.pid = try RunIdentifier(text)
        let json = try summary.json()
        #expect(String(decoding: json, as: UTF8.self).replacing("\\/", with: "/").contains(#""pid" : "\#(text)""#))
        #expect(try RunSummary(json: json).pid == summary.pid)
    }

    /// As a person may have edited it, or an older program have written it.
    @Test func anotherSpellingInARunFileIsTheSameIdentifier() throws {
        var summary = try Self.full()
        summary.pid = try RunIdentifier("21.T11998/000000003rj076")
        let text = String(decoding: try summary.json(), as: UTF8.self).replacing("\\/", with: "/")
        let spelt = text.replacing("21.T11998/000000003rj076", with: "hdl:21.t11998/0000-OOOO-3RJ0-76")
        #expect(spelt != text)
        #expect(try RunSummary(json: Data(spelt.utf8)) == summary)
        let mistyped = text.replacing("21.T11998/000000003rj076", with: "21.T11998/000000003rj067")
        #expect(throws: RunModelError.self) { try RunSummary(json: Data(mistyped.utf8)) }
    }

    @Test func theKeysAreThoseOfTheDesign() throws {
        let text = String(decoding: try Self.full().json(), as: UTF8.self)
        #expect(text.contains(#""lost_detector" : 1"#))
        #expect(text.contains(#""first_frame" : "2026-11-21T04:45:56.25Z""#))
        #expect(text.contains(#""path" : "ledger/x_data_000001.ledger""#))
        #expect(text.contains(#""facility_ror" : "https://ror.org/05etxs293""#))
        #expect(String(decoding: try Self.small().json(), as: UTF8.self).contains(#""expected" : null"#))
    }

    @Test func aSummaryOfAnotherVersionIsRefused() throws {
        let text = String(decoding: try Self.small().json(), as: UTF8.self)
        let newer = text.replacingOccurrences(of: "faisceau.run.1", with: "faisceau.run.9")
        let error = #expect(throws: RunModelError.self) { try RunSummary(json: Data(newer.utf8)) }
        #expect(error?.code == .badSummary)
        #expect(error?.got == "'faisceau.run.9'")
        #expect(throws: RunModelError.self) { try RunSummary(json: Data("{}".utf8)) }
    }

    /// An independent judge: the Python package jsonschema.
    @Test(.enabled(if: TestPython.isAvailable("jsonschema"), "\(TestPython.absence)"))
    func theSchemaAcceptsWhatIsWrittenAndNothingElse() throws {
        let folder = try TemporaryFolder("summary")
        for (name, summary) in [("full", try Self.full()), ("small", try Self.small())] {
            try folder.write([UInt8](summary.json()), to: "\(name).json")
        }
        var summary = try Self.small()
        for (number, text) in Self.identifiers.enumerated() {
            summary.pid = try RunIdentifier(text)
            try folder.write([UInt8](summary.json()), to: "identifier-\(number).json")
        }
        try SchemaJudge.judge(
            schema: "schemas/run.schema.json",
            documents: [folder.file("full.json"), folder.file("small.json")]
                + Self.identifiers.indices.map { folder.file("identifier-\($0).json") },
            refusing: [
                #"d.pop("pid")"#,
                #"d.update(verdict="good")"#,
                #"d.update(extra=1)"#,
                #"d.update(schema="faisceau.run.2")"#,
                #"d["frames"].pop("expected")"#,
                #"d["frames"].update(written=-1)"#,
                #"d.update(master="../x.h5")"#,
                #"d.update(ending="done")"#,
                #"d.update(missing_frames=[[1]])"#,
                #"d.update(invalid_frames=[{"frame": 1}])"#,
                #"d.update(pid="urn:uuid:01927e4d-1234-1000-8000-000000000000")"#,
                #"d.update(pid="21.T11998/0000-0000-3rj0-76")"#,
                #"d.update(pid="21.T11998/000000003rj0k6")"#,
                #"d.update(pid="21.t11998/000000003rj076")"#,
                #"d.update(pid="21.T11998/00000000003rj076")"#,
                #"d["times"].update(armed="2026-11-21T04:45:55")"#,
            ])
    }
}
