import Diagnostics
import Foundation
import HDF5
import Identifiers
import NeXus
import Reductions
import ScatteringGeometry
import TestSupport
import Testing

@Suite("The file of a reduction")
struct ReductionFileTests {
    private func numbers(_ root: HDF5Group, _ path: String) throws -> [Double] {
        guard case .numbers(let array) = try root.dataset(path).value() else { return [] }
        return array.doubles
    }

    private func same(_ left: [Double], _ right: [Double]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
    }

    @Test func rowsAverageAndSumsAreWhatWasAppended() throws {
        let folder = try TemporaryFolder("reduction")
        let path = folder.file("curve.h5").path
        let description = try Results.description()
        try Results.write(path, description, failing: 5)
        #expect(!FileManager.default.fileExists(atPath: ReductionFile.partialPath(path)))

        let root = try HDF5File.open(path).root
        let intensity = try numbers(root, "entry/frames/I")
        let errors = try numbers(root, "entry/frames/I_errors")
        let signals = try numbers(root, "entry/sums/sum_signal")
        var total = [Double](repeating: 0, count: 40)
        var norms = total
        for frame in 0..<12 {
            let row = Results.row(frame, bins: 40)
            let place = frame * 40..<(frame + 1) * 40
            if frame == 5 {
                #expect(intensity[place].allSatisfy(\.isNaN) && errors[place].allSatisfy(\.isNaN))
                #expect(signals[place].allSatisfy { $0 == 0 })
                continue
            }
            #expect(same(Array(intensity[place]), row.intensity().map { Double(Float($0)) }))
            #expect(same(Array(errors[place]), row.standardError().map { Double(Float($0)) }))
            #expect(Array(signals[place]) == row.signal)
            for bin in 0..<40 {
                total[bin] += row.signal[bin]
                norms[bin] += row.norm[bin]
            }
        }
        #expect(try numbers(root, "entry/total/sum_signal") == total)
        let average = try numbers(root, "entry/average/I")
        #expect(average[3].isNaN)
        for bin in 0..<40 where bin != 3 { #expect(abs(average[bin] - total[bin] / norms[bin]) <= 1e-13 * average[bin]) }
        #expect(try numbers(root, "entry/total/frame_count") == [11])
        #expect(try numbers(root, "entry/total/failed_count") == [1])
        #expect(try numbers(root, "entry/frames/frame_status") == (0..<12).map { $0 == 5 ? 2 : 1 })
        #expect(try numbers(root, "entry/frames/frame") == (0..<12).map { Double($0) })
        let problems = try root.dataset("entry/frames/frame_problem").value().texts
        #expect(problems?[5] == "frame 5: chunk damaged")
        #expect(problems?.filter(\.isEmpty).count == 11)
        #expect(try root.dataset("entry/end_time").value().text == Results.end.description)
    }

    @Test(arguments: [RadialUnit.q_perNanometre, .q_perAngstrom])
    func aCurveOverAScatteringVectorKeepsTheRulesOfNXcanSAS(unit: RadialUnit) throws {
        let folder = try TemporaryFolder("reduction")
        let path = folder.file("curve.h5").path
        try Results.write(path, try Results.description(unit: unit))
        let findings = try NeXusValidator.checkFile(path, rules: .nxcanSAS())
        #expect(findings.map(\.description) == [])
        let root = try HDF5File.open(path).root
        #expect(try root.dataset("entry/average/Q").attribute("units").text == unit.symbol)
        #expect(try root.group("entry").attribute("canSAS_class").text == "SASentry")
    }

    @Test(
        arguments: [
            (RadialUnit.twoTheta_degree, nil, "two_theta"), (.r_millimetre, nil, "r"), (.d_angstrom, nil, "d"),
            (.s_perNanometre, nil, "s"),
            (.q_perAngstrom, 6, "Q"), (.twoTheta_degree, 3, "two_theta"),
        ] as [(RadialUnit, Int?, String)])
    func whatIsNoCurveOfASolutionSaysSo(unit: RadialUnit, azimuthal: Int?, axis: String) throws {
        let folder = try TemporaryFolder("reduction")
        let path = folder.file("other.h5").path
        try Results.write(path, try Results.description(unit: unit, bins: 8, azimuthal: azimuthal, frames: 3))
        let findings = try NeXusValidator.checkFile(path, rules: .plain())
        #expect(findings.map(\.description) == [])
        let root = try HDF5File.open(path).root
        #expect(try !root.group("entry").hasLink("definition"))
        #expect(try !root.group("entry").hasAttribute("canSAS_class"))
        #expect(try root.dataset("entry/frames/\(axis)").attribute("units").text == unit.symbol)
        let shape = azimuthal.map { [3, $0, 8] } ?? [3, 8]
        #expect(try root.dataset("entry/frames/I").shape() == shape)
        #expect(try root.group("entry/frames").attribute("axes").texts?.count == shape.count)
        #expect(try numbers(root, "entry/average/I").count == shape.dropFirst().reduce(1, *))
    }

    @Test func withoutAnErrorModelThereAreNoErrors() throws {
        let folder = try TemporaryFolder("reduction")
        let path = folder.file("curve.h5").path
        try Results.write(path, try Results.description(errors: "none"))
        let root = try HDF5File.open(path).root
        #expect(try !root.group("entry/frames").hasLink("I_errors"))
        #expect(try !root.group("entry/average").hasLink("Idev"))
        #expect(try !root.group("entry/average").hasLink("I_errors"))
        #expect(try !root.dataset("entry/average/I").hasAttribute("uncertainties"))
        #expect(try NeXusValidator.checkFile(path, rules: .nxcanSAS()).map(\.description) == [])
    }

    @Test func withoutFrameSumsTheTotalIsExactAllTheSame() throws {
        let folder = try TemporaryFolder("reduction")
        let description = try Results.description(bins: 8, azimuthal: 5, keepsFrameSums: false)
        let total = try Results.write(folder.file("map.h5").path, description)
        let root = try HDF5File.open(folder.file("map.h5").path).root
        #expect(try !root.group("entry").hasLink("sums"))
        for (name, values) in zip(
            ["sum_signal", "sum_normalization", "sum_normalization2", "sum_variance", "count"],
            [total.signal, total.norm, total.norm2, total.variance, total.count])
        {
            #expect(try numbers(root, "entry/total/\(name)") == values)
            #expect(try root.dataset("entry/total/\(name)").shape() == [5, 8])
        }
    }

    @Test func theProcessSufficesToRunAgain() throws {
        let folder = try TemporaryFolder("reduction")
        let path = folder.file("curve.h5").path
        let configuration = "radial:\n  unit: q_nm^-1   # µ\n"
        try Results.write(path, try Results.description(configuration: configuration))
        let process = try HDF5File.open(path).root.group("entry/process")
        #expect(try process.dataset("configuration/data").value().text == configuration)
        #expect(try process.dataset("configuration/type").value().text == "application/yaml")
        #expect(try process.dataset("program").value().text == "faisceau")
        #expect(try process.dataset("inputs/path").value().texts == ["runs/agbh_0001", "runs/agbh_0002"])
        #expect(try process.dataset("inputs/identifier").value().texts == ["20.500.12345/abc", ""])
        #expect(try process.dataset("inputs/digest").value().texts == ["sha256:0011", ""])
        #expect(try process.dataset("geometry/rot3").value().double == 0.3)
        #expect(try process.dataset("parameters/corrections").value().texts == ["solid angle", "polarisation, factor 0.99"])
    }

    /// In the places where runs of a detector have it.
    @Test(arguments: [nil, "20.500.12345", "10.5072"]) func theRunsOwnIdentifierIsInTheEntry(prefix: String?) throws {
        let folder = try TemporaryFolder("reduction")
        var generator = SeededGenerator(seed: 3)
        let pid = try RunIdentifier.draw(prefix: prefix, using: &generator)
        for (name, unit) in [("curve", RadialUnit.q_perNanometre), ("angle", .twoTheta_degree)] {
            let path = folder.file(name + ".h5").path
            var description = try Results.description(unit: unit)
            description.identifier = "\(pid)"
            try Results.write(path, description)
            let entry = try HDF5File.open(path).root.group("entry")
            #expect(try entry.dataset("entry_identifier").value().text == "\(pid)")
            #expect(try entry.dataset("identifier_run").value().text == "\(pid)")
            #expect(
                try entry.dataset("identifier_run").attribute("type").text
                    == (prefix == nil ? "URN" : prefix == "10.5072" ? "DOI" : "Hdl"))
            #expect(try ReductionReader(path).identifier == "\(pid)")
            let rules: NeXusRules = name == "curve" ? try .nxcanSAS() : try .plain()
            #expect(try NeXusValidator.checkFile(path, rules: rules).map(\.description) == [])
        }
    }

    @Test func aContinuedReductionKeepsItsFirstIdentifier() throws {
        let folder = try TemporaryFolder("reduction")
        let path = folder.file("curve.h5").path
        var description = try Results.description(frames: 2)
        description.identifier = "urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057"
        do { try ReductionFile.create(path, description).append(Results.row(0, bins: 40), frame: 0) }
        for other in [nil, "urn:uuid:01890a5d-ac96-774b-bcce-b302099a8058"] {
            description.identifier = other
            do { _ = try ReductionFile.resume(path, description) }
            #expect(
                try ReductionReader(ReductionFile.partialPath(path)).identifier == "urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057"
            )
        }
        description.identifier = "my favourite run"
        let error = #expect(throws: ReductionFileError.self) { try ReductionFile.resume(path, description) }
        #expect(error?.code == .invalid && error?.got == "'my favourite run'")
        #expect(try ReductionReader(ReductionFile.partialPath(path)).hasErrors)
        try Results.write(folder.file("none.h5").path, try Results.description())
        #expect(try ReductionReader(folder.file("none.h5").path).identifier == nil)
    }

    @Test func whatCannotBeStoredIsRefused() throws {
        let folder = try TemporaryFolder("reduction")
        let path = folder.file("curve.h5").path
        var wrong = try Results.description()
        wrong.wavelength_m = nil
        #expect(throws: ReductionFileError.self) { try ReductionFile.create(path, wrong) }
        wrong = try Results.description()
        wrong.frameCount = 0
        #expect(throws: ReductionFileError.self) { try ReductionFile.create(path, wrong) }
        wrong = try Results.description()
        wrong.title = "a\0b"
        #expect(throws: ReductionFileError.self) { try ReductionFile.create(path, wrong) }
        wrong = try Results.description()
        wrong.geometry?.rot1_rad = .nan
        #expect(throws: ReductionFileError.self) { try ReductionFile.create(path, wrong) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])

        let file = try ReductionFile.create(path, try Results.description(frames: 2))
        #expect(throws: ReductionFileError.self) { try file.append(BinSums(binCount: 39), frame: 0) }
        #expect(throws: ReductionFileError.self) { try file.finish(endTime: Results.end) }
        try file.append(BinSums(binCount: 40), frame: 7)
        let order = #expect(throws: ReductionFileError.self) { try file.append(BinSums(binCount: 40), frame: 7) }
        #expect(order?.code == .invalid)
        try file.append(BinSums(binCount: 40), frame: 8)
        #expect(throws: ReductionFileError.self) { try file.append(BinSums(binCount: 40), frame: 9) }
        try file.finish(endTime: Results.end)
        #expect(file.rowCount == 2)
    }

    @Test func anExistingResultIsReplacedOnlyWhenAskedFor() throws {
        let folder = try TemporaryFolder("reduction")
        let path = folder.file("curve.h5").path
        let description = try Results.description(frames: 1)
        try folder.write("somebody's", to: "curve.h5")
        let refused = #expect(throws: ReductionFileError.self) { try ReductionFile.create(path, description) }
        #expect(refused?.code == .alreadyExists)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["curve.h5"])

        let file = try ReductionFile.create(path, description, replacing: true)
        #expect(try String(contentsOf: folder.file("curve.h5"), encoding: .utf8) == "somebody's")
        let second = #expect(throws: ReductionFileError.self) { try ReductionFile.create(path, description, replacing: true) }
        #expect(second?.code == .unfinishedExists)
        try file.append(Results.row(0, bins: 40), frame: 0)
        try file.finish(endTime: Results.end)
        #expect(HDF5File.isHDF5(path))
    }

    @Test func aResultThatAppearsMeanwhileIsNotOverwritten() throws {
        let folder = try TemporaryFolder("reduction")
        let path = folder.file("curve.h5").path
        let file = try ReductionFile.create(path, try Results.description(frames: 1))
        try file.append(Results.row(0, bins: 40), frame: 0)
        try folder.write("somebody's", to: "curve.h5")
        let error = #expect(throws: ReductionFileError.self) { try file.finish(endTime: Results.end) }
        #expect(error?.code == .alreadyExists)
        #expect(try String(contentsOf: folder.file("curve.h5"), encoding: .utf8) == "somebody's")
        try FileManager.default.removeItem(at: folder.file("curve.h5"))
        try file.finish(endTime: Results.end)
        #expect(HDF5File.isHDF5(path))
    }
}
