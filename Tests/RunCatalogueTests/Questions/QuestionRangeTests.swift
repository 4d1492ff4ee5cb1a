import Diagnostics
import Foundation
import Quantities
import RunCatalogue
import RunModel
import Testing

/// Ranges of metadata values, asked of a catalogue.
@Suite struct QuestionRangeTests {
    /// Runs of one energy each, in keV: as a number of keV, as a number of eV, and of a beam of which the wavelength alone is known.
    private static let energies = [7.99, 8.0, 9.4999, 9.5, 10.0, 10.4999, 10.5001, 12.0, 12.01]

    private func catalogue() async throws -> TemporaryCatalogue {
        let catalogue = try TemporaryCatalogue()
        var runs: [RunHandOver] = []
        for (number, energy) in Self.energies.enumerated() {
            runs.append(try SampleRuns.run(number * 3, name: "\(energy) keV", energy: energy, unit: "keV"))
            runs.append(try SampleRuns.run(number * 3 + 1, name: "\(energy) eV", energy: energy * 1000, unit: "eV"))
            var run = try SampleRuns.run(number * 3 + 2, name: "\(energy) lambda")
            let wavelength = try PhotonEnergy(energy, .kiloelectronvolt).wavelength
            run.values = try RunValueKeys.beam(RunSummary.Beam(wavelength: wavelength))
            runs.append(run)
        }
        _ = try await catalogue.store.handOver(batch: runs)
        return catalogue
    }

    private static let questions: [(String, ClosedRange<Double>)] = [
        ("energy:8..12keV", 8...12), ("energy:8keV..12keV", 8...12), ("energy:8000eV..12keV", 8...12),
        ("energy:8keV..12", 8...12),
        ("ENERGY:8..12keV", 8...12), ("beam/incident_energy:8..12keV", 8...12), ("\"beam/incident_energy\":8..12keV", 8...12),
        ("energy:\"8 .. 12 keV\"", 8...12), ("energy:0.8e1..1.2e1keV", 8...12),
        ("energy:8keV..", 8...99), ("energy:..12keV", 0...12), ("energy:8..99keV energy:..10keV", 8...10),
        // As many digits as were typed.
        ("energy:10keV", 9.5...10.5), ("energy:10.0keV", 9.95...10.05), ("energy:10000eV", 9.9995...10.0005),
        ("energy:1e1keV", 5...15),
        ("energy:+10keV", 9.5...10.5),
        // The other view of the beam: 1.0332 Å is 12.0 keV, 1.5498 Å is 8.0 keV.
        ("wavelength:1.03315..1.54981angstrom", 8...12.0001), ("wavelength:0.103315..0.154981nm", 8...12.0001),
        ("wavelength:1.2398angstrom..", 0...10.0005), ("wavelength:..1.2399Å", 9.9995...99),
        ("wavelength:1.240angstrom", 9.995...10.003),
        ("beam/incident_wavelength:1.03315..1.54981angstrom", 8...12.0001), ("wavelength:-1..1.2399angstrom", 9.9995...99),
        ("wavelength:0angstrom", 24.8...99),
    ]

    @Test(arguments: questions.indices)
    func energyAndWavelengthFindTheRunsOfTheirBeam(_ index: Int) async throws {
        let (text, range) = Self.questions[index]
        let catalogue = try await catalogue()
        let expected = Self.energies.filter(range.contains).flatMap { ["\($0) keV", "\($0) eV", "\($0) lambda"] }
        let found = try await catalogue.numbers(try QuestionFieldTests.filter(text))
        #expect(Set(found) == Set(expected), "\(text)")
        #expect(found.count == expected.count)
    }

    @Test func otherValuesAreFoundByTheirOwnName() async throws {
        let catalogue = try TemporaryCatalogue()
        var run = try SampleRuns.run(1, name: "one")
        run.values = [
            try MetadataValue("sample/temperature", -20.4, unit: "degC"), try MetadataValue("frames/written", 100, unit: ""),
            try MetadataValue("ring current", 450, unit: "mA"), try MetadataValue("energy", 3, unit: "V"),
            try MetadataValue("run/completeness", 0.9, unit: ""), try MetadataValue("enegry", 5, unit: ""),
        ]
        _ = try await catalogue.store.handOver(run)
        for text in [
            "temperature:-21..-20degC", "temperature:-20degC", "temperature:250..260K", "temperature:..0degC", "frames:100",
            "frames:100..",
            "completeness:90%..", "completeness:0.9", "completeness:0.5..1", "\"ring current\":0.4..0.5A", "ring\\ current:450mA",
            // A quoted name is a value's own, not the short name.
            "\"energy\":3V", "\"enegry\":5", "temperature:-20degC frames:100 completeness:90%",
        ] {
            let found = try await catalogue.numbers(try QuestionFieldTests.filter(text))
            #expect(found == ["one"], "\(text)")
        }
        for text in [
            "temperature:-20..-10degC", "temperature:-20.0degC", "frames:101", "frames:..99", "ring_current:450mA",
            "\"energy\":3keV",
            "energy:3keV", "sample/temperature:1K..2K", "frames:100 temperature:0degC..",
        ] {
            let found = try await catalogue.numbers(try QuestionFieldTests.filter(text))
            #expect(found == [], "\(text)")
        }
    }

    @Test func aBeamHasBothViewsOrNone() throws {
        let energy = try PhotonEnergy(12.4, .kiloelectronvolt)
        let both = try RunValueKeys.beam(RunSummary.Beam(photonEnergy: energy))
        #expect(both.map(\.key) == ["beam/incident_energy", "beam/incident_wavelength"])
        #expect(both.first?.content == .number(12_400, unit: "eV"))
        #expect(both.last?.content == .number(energy.wavelength.angstrom, unit: "angstrom"))
        let recorded = try RunValueKeys.beam(RunSummary.Beam(wavelength: try Wavelength("0.9999 angstrom"), photonEnergy: energy))
        #expect(recorded.last?.content == .number(0.9999, unit: "angstrom"))
        let none = try RunValueKeys.beam(RunSummary.Beam())
        #expect(none.isEmpty)
    }

    @Test func keysAndShortNamesAreDistinctAndTheirUnitsReadable() throws {
        #expect(Set(RunValueKeys.all.map(\.key)).count == RunValueKeys.all.count)
        #expect(Set(RunValueKeys.all.map(\.shortName)).count == RunValueKeys.all.count)
        for known in RunValueKeys.all { #expect(try PhysicalUnit(known.unit.symbol) == known.unit) }
    }

    /// The whole language at once, as the page of the help has it.
    @Test func everyTermMustHold() async throws {
        let catalogue = try await catalogue()
        let text =
            "technique:MX energy:8..12keV sample:HEWL state:embargoed lambda cryst beamline:proxima-1 after:2026-05-01 proposal:20260101 "
            + "session:s1 kind:raw name:lambda"
        let found = try await catalogue.numbers(try QuestionFieldTests.filter(text, zone: "UTC"))
        let expected = Self.energies.filter((8...12).contains).reversed().map { "\($0) lambda" }
        #expect(found == expected)
        for other in [
            "technique:SAXS", "state:open", "before:2026-05-28", "kind:derived", "energy:13keV..", "name:zzz", "absent",
        ] {
            let narrowed = text.split(separator: " ").filter { term in
                !other.contains(":") || term.prefix { $0 != ":" } != other.prefix { $0 != ":" }
            }
            let none = try await catalogue.numbers(
                try QuestionFieldTests.filter("\(narrowed.joined(separator: " ")) \(other)", zone: "UTC"))
            #expect(none == [], "\(other)")
        }
    }
}
