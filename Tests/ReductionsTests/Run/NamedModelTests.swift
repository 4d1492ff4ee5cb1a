import Foundation
import HDF5
import Reductions
import TestSupport
import Testing

/// A result says by which model its errors were made, and everything else that its numbers depend on.
@Suite struct NamedModelTests {
    /// A text, or texts, of the process.
    private func parameter(_ name: String, of master: String) throws -> HDF5Value {
        try HDF5File.open(master).root.dataset("/entry/process/parameters/\(name)").value()
    }

    @Test(arguments: ErrorSettings.Model.allCases) func everyModelIsNamed(_ model: ErrorSettings.Model) throws {
        let jobs = try JobFolder(damaged: false)
        let pixels = FrameFile.shape.slow * FrameFile.shape.fast
        let variance = try jobs.folder.write(
            NumPyFile.bytes([Double](repeating: 2, count: pixels), FrameFile.shape), to: "variance.npy")
        let given = model == .variance ? ", variance: \(variance.path)" : ""
        let outcome = try jobs.job("out", "errors: {model: \(model.rawValue)\(given)}\n").run()
        #expect(try parameter("error_model", of: outcome.master).text == model.rawValue)
        let description = try HDF5File.open(outcome.master).root.dataset("/entry/process/description").value().text
        #expect(description?.hasPrefix("error model \(model.rawValue); ") == true, "\(description ?? "none")")
        #expect(try ReductionReader(outcome.master).hasErrors == (model != .none))
    }

    @Test(arguments: [
        (
            "errors: {model: azimuthal}\nclipping: {cutoff: 2.5, cycles: 7}\n",
            "sigma clipping: cutoff 2.5 standard deviations or Chauvenet's, the larger, 7 cycles at most"
        ),
        (
            "azimuth: {sectors: [{from: 0.25 rad, to: 1.5 rad}, {from: -1 rad, to: 0 rad, opposite: true}]}\n",
            "azimuth: sector from -1.0 to 0.0 rad, and the one opposite to it"
        ), ("azimuth: {sectors: [{from: 0.25 rad, to: 1.5 rad}]}\n", "azimuth: sector from 0.25 to 1.5 rad"),
        ("azimuth: {slab: {direction: 0.5 rad, half_width: 0.75}}\n", "azimuth: slab along 0.5 rad, half width 0.75 1/nm"),
        ("mask: {saturation: 15}\n", "mask: values above 15 counts, frame by frame"),
        ("mask: {regions: [{rectangle: {from: [0, 0], to: [2, 2]}}]}\n", "mask: 1 regions"),
        ("corrections: {transmission: 0.5}\n", "transmission of the sample: 0.5"),
        ("corrections: {polarisation: {factor: 0.75}}\n", "polarisation: factor 0.75"),
        ("corrections: {sensor: {transmission: 0.25}}\n", "sensor absorption: transmission 0.25 at normal incidence"),
        ("corrections: {solid_angle: false}\n", "solid angle: not corrected"), ("", "solid angle: relative"),
    ])
    func everythingThatWasDoneIsSaidInWords(_ yaml: String, _ sentence: String) throws {
        let jobs = try JobFolder(damaged: false)
        let outcome = try jobs.job("out", yaml).run()
        guard case .strings(let sentences, _) = try parameter("corrections", of: outcome.master) else {
            Issue.record("no sentences")
            return
        }
        #expect(sentences.contains(sentence), "\(sentences)")
        let description = try HDF5File.open(outcome.master).root.dataset("/entry/process/description").value().text
        #expect(description?.contains(sentence) == true)
    }

    @Test func theSplittingIsNamed() throws {
        let jobs = try JobFolder(damaged: false)
        for (word, name) in [("none", "none"), ("bbox", "boundingBox"), ("full", "fullPixel")] {
            let outcome = try jobs.job(word, "splitting: \(word)\n").run()
            #expect(try parameter("pixel_splitting", of: outcome.master).text == name)
        }
    }
}
