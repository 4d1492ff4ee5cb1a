import Diagnostics
import Foundation
import HDF5
import NeXus
import ScatteringGeometry
import TestSupport
import Testing

@Suite struct TransformationChainTests {
    private static let detectorPath = "/entry/instrument/detector"

    private func tree(_ nodes: [NeXusNode], _ axes: [NeXusNode]) -> NeXusGroup {
        MadeGeometry.tree(detector: nodes + [.group("transformations", "NXtransformations", children: axes)])
    }

    /// A module on a pitch that is on a distance; paths are absolute, relative to a group, and with "..".
    @Test func aChainIsFollowedByEveryKindOfPath() throws {
        for next in [
            "\(Self.detectorPath)/transformations/pitch", "../transformations/pitch", "../../detector/transformations/pitch",
        ] {
            let offset = MadeGeometry.axis(
                "module_offset", 1, "cm", "translation", [1, 0, 0], offset: [0, 2, 0], offsetUnits: "mm", on: next)
            let axes = [
                MadeGeometry.axis(
                    "pitch", 90, "deg", "rotation", [2, 0, 0], offset: [0, 0, 30], offsetUnits: "cm", on: "distance"),
                MadeGeometry.axis("distance", 0.1, "m", "translation", [0, 0, 1], on: "."),
            ]
            let geometry = try MadeGeometry.read(tree([MadeGeometry.module(offset: offset, on: "module_offset")], axes))
            // (0.01, 0.002, 0), a quarter turn about x (y to z), then 0.3 and 0.1 m along the beam.
            #expect(MadeGeometry.apart(geometry.origin_m, SIMD3(0.01, 0, 0.402)) < 1e-16)
            #expect(MadeGeometry.apart(geometry.slowStep_m, SIMD3(0, 0, -172e-6)) < 1e-18)
            #expect(MadeGeometry.apart(geometry.fastStep_m, SIMD3(-75e-6, 0, 0)) < 1e-18)
        }
    }

    @Test func modulesOfOneGridAreOneDetector() throws {
        func module(_ name: String, _ slow: Int32, _ fast: Int32, shift: Double = 0) -> NeXusNode {
            let x = 0.02 - Double(fast) * 75e-6 + shift
            let y = 0.03 - Double(slow) * 172e-6
            return MadeGeometry.module(
                name, origin: [slow, fast], size: [10, 10],
                offset: MadeGeometry.axis("module_offset", 0, "m", "translation", [1, 0, 0], offset: [x, y, 0.5], on: "."),
                on: "module_offset")
        }
        let geometry = try MadeGeometry.read(
            tree([module("a", 0, 0), module("b", 0, 40), module("c", 200, 40, shift: 5e-6)], []))
        #expect(MadeGeometry.apart(geometry.origin_m, SIMD3(0.02, 0.03, 0.5)) < 1e-15)
        // A detector whose only module begins elsewhere has its origin where pixel [0, 0] would be.
        let single = try MadeGeometry.read(tree([module("b", 7, 40)], []))
        #expect(MadeGeometry.apart(single.origin_m, SIMD3(0.02, 0.03, 0.5)) < 1e-15)
        let error = try #require(try MadeGeometry.refusal(tree([module("a", 0, 0), module("b", 0, 40, shift: 5e-5)], [])))
        #expect(error.code == .geometryUnsupported)
        #expect(error.place?.hasSuffix("/detector/b") == true)
    }

    @Test func withoutAModuleOffsetTheOffsetOfTheDirectionsIsTheOrigin() throws {
        func directions(_ offset: [Double], _ second: [Double]? = nil, on next: String) -> NeXusNode {
            .group(
                "module", "NXdetector_module",
                children: [
                    MadeGeometry.axis("fast_pixel_direction", 75e-6, "m", "translation", [1, 0, 0], offset: offset, on: next),
                    MadeGeometry.axis("slow_pixel_direction", 75e-6, "m", "translation", [0, 1, 0], offset: second, on: next),
                ])
        }
        let axes = [MadeGeometry.axis("distance", 0.1, "m", "translation", [0, 0, 1], on: ".")]
        let geometry = try MadeGeometry.read(tree([directions([0.01, 0, 0], on: "../transformations/distance")], axes))
        #expect(MadeGeometry.apart(geometry.origin_m, SIMD3(0.01, 0, 0.1)) < 1e-16)
        let same = tree([directions([0.01, 0, 0], [0.01, 0, 0], on: "../transformations/distance")], axes)
        #expect(try MadeGeometry.refusal(same) == nil)
        let other = tree([directions([0.01, 0, 0], [0.02, 0, 0], on: "../transformations/distance")], axes)
        #expect(try MadeGeometry.refusal(other)?.code == .geometryContradictory)
    }

    @Test func brokenChainsAreToldWithTheirPlace() throws {
        func refusal(_ axes: [NeXusNode], offset: NeXusNode? = nil) throws -> NeXusError {
            let offset =
                offset ?? MadeGeometry.axis("module_offset", 0, "m", "translation", [1, 0, 0], on: "../transformations/distance")
            return try #require(try MadeGeometry.refusal(tree([MadeGeometry.module(offset: offset, on: "module_offset")], axes)))
        }
        func distance(
            _ units: String = "m", _ kind: String = "translation", _ vector: [Double] = [0, 0, 1], on next: String = "."
        ) -> NeXusNode {
            MadeGeometry.axis("distance", 0.1, units, kind, vector, on: next)
        }
        #expect(try refusal([]).code == .geometryIncomplete)
        #expect(try refusal([]).place?.hasSuffix("/transformations/distance") == true)
        #expect(try refusal([distance(on: "../module/module_offset")]).code == .geometryContradictory)
        #expect(try refusal([distance("deg")]).code == .wrongUnit)
        #expect(try refusal([distance("m", "rotation")]).code == .wrongUnit)
        #expect(try refusal([distance("parsnip")]).code == .wrongUnit)
        #expect(try refusal([distance("m", "general")]).place?.hasSuffix("@transformation_type") == true)
        #expect(try refusal([distance("m", "translation", [0, 0, 0])]).place?.hasSuffix("@vector") == true)
        #expect(try refusal([distance("m", "translation", [0, 1])]).place?.hasSuffix("@vector") == true)
        #expect(try refusal([distance("m", "translation", [0, 0, 2])]).code == .geometryContradictory)
        let noUnits = MadeGeometry.axis(
            "module_offset", 5, "deg", "rotation", [1, 0, 0], offset: [0, 0, 1], offsetUnits: nil, on: ".")
        #expect(try refusal([], offset: noUnits).place?.hasSuffix("module_offset@offset_units") == true)
        let noNext = NeXusNode.field(
            "distance", .float64(1), units: "m",
            attributes: [.init("vector", .array([0.0, 0, 1])), .init("transformation_type", "translation")])
        #expect(try refusal([noNext]).place?.hasSuffix("@depends_on") == true)
        let scan = NeXusNode.field(
            "distance", .array([0.1, 0.2]), units: "m",
            attributes: [
                .init("vector", .array([0.0, 0, 1])), .init("transformation_type", "translation"), .init("depends_on", "."),
            ])
        #expect(try refusal([scan]).code == .geometryUnsupported)
    }

    /// Chains of random axes: positions as numpy computes them from the same file by 4 x 4 matrices, and, once turned into PONI parameters
    /// and an orientation, as pyFAI computes them from those.
    @Test(.enabled(if: TestPython.isAvailable("numpy", "h5py", "pyFAI"), "\(TestPython.absence)"))
    func randomChainsAgreeWithMatricesAndWithPyFAI() throws {
        var random = SeededGenerator(seed: 2026)
        func number(_ limit: Double) -> Double { Double.random(in: -limit...limit, using: &random) }
        func unit() -> [Double] {
            let v = [number(1), number(1), number(1) + 2]
            let length = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return v.map { $0 / length }
        }
        let folder = try TemporaryFolder("chains")
        var lines: [String] = []
        for round in 0..<40 {
            var axes: [NeXusNode] = []
            let count = 1 + round % 5
            for index in 0..<count {
                let next = index == count - 1 ? "." : "axis\(index + 1)"
                let offset = [number(30), number(30), number(30)]
                let axis =
                    round % 2 == index % 2
                    ? MadeGeometry.axis(
                        "axis\(index)", number(180), "deg", "rotation", unit(), offset: offset, offsetUnits: "mm", on: next)
                    : MadeGeometry.axis(
                        "axis\(index)", number(0.4) + 0.6, "m", "translation", unit(), offset: offset, offsetUnits: "mm", on: next
                    )
                axes.append(axis)
            }
            let (c, s) = (cos(Double(round)), sin(Double(round)))
            // Half of the arrays are mirror images of the others.
            let side: Double = round % 4 < 2 ? 1 : -1
            let module = MadeGeometry.module(
                origin: [Int32(round), 3], fast: [c, s, 0], slow: [-s * side, c * side, 0],
                offset: MadeGeometry.axis(
                    "module_offset", 0.2, "m", "translation", unit(), offset: [0.01, -0.02, 0.3], on: "../transformations/axis0"),
                on: "module_offset")
            let path = folder.file("\(round).nxs").path
            try NeXusWriter.write(tree([module], axes), to: path)
            let geometry = try NeXusDetectorGeometry.read(path)
            let shape = try DetectorShape(slow: 40, fast: 60)
            #expect(geometry.shape == [40, 60])
            let vectors = try DetectorVectors(
                nexusOrigin_m: geometry.origin_m, slowStep_m: geometry.slowStep_m, fastStep_m: geometry.fastStep_m, shape: shape)
            let (detector, placed) = try vectors.placed()
            let last = geometry.centre_m(slow: 39, fast: 59)
            let first = geometry.centre_m(slow: 0, fast: 0)
            let numbers = [
                placed.distance_m, placed.poni1_m, placed.poni2_m, placed.rotation1_rad, placed.rotation2_rad,
                placed.rotation3_rad,
                Double(detector.orientation.rawValue), first.x, first.y, first.z, last.x, last.y, last.z,
            ]
            lines.append("\(path) " + numbers.map { "\($0)" }.joined(separator: " "))
        }
        let list = try folder.write(lines.joined(separator: "\n"), to: "list")
        let judge = """
            import sys, h5py, numpy, posixpath
            from pyFAI.geometry import Geometry
            from pyFAI.detectors import Detector

            def metres(units): return {"m": 1.0, "mm": 1e-3}[units]

            def matrix(field):
                m = numpy.eye(4)
                vector = numpy.asarray(field.attrs["vector"], float)
                value = float(field[()])
                if field.attrs["transformation_type"] == "rotation":
                    k = numpy.array([[0, -vector[2], vector[1]], [vector[2], 0, -vector[0]], [-vector[1], vector[0], 0]])
                    t = numpy.radians(value)
                    m[:3, :3] = numpy.eye(3) + numpy.sin(t) * k + (1 - numpy.cos(t)) * k @ k
                else:
                    m[:3, 3] = value * metres(field.attrs["units"]) * vector
                if "offset" in field.attrs:
                    m[:3, 3] += numpy.asarray(field.attrs["offset"]) * metres(field.attrs["offset_units"])
                return m

            def chain(field):
                m = numpy.eye(4)
                while True:
                    m = matrix(field) @ m
                    target = field.attrs["depends_on"]
                    if target == ".": return m
                    field = field.file[posixpath.normpath(posixpath.join(posixpath.dirname(field.name), target))]

            worst = [0, 0]
            orientations = set()
            for line in open(sys.argv[1]):
                path, *numbers = line.split()
                dist, poni1, poni2, rot1, rot2, rot3, orientation, *ours = map(float, numbers)
                with h5py.File(path) as f:
                    module = f["/entry/instrument/detector/module"]
                    whole = chain(module["module_offset"])
                    fast, slow = (1e-3 * module[n][()] * numpy.asarray(module[n].attrs["vector"])
                                  for n in ("fast_pixel_direction", "slow_pixel_direction"))
                    first = module["data_origin"][()]
                    def place(i, j):
                        local = (i + 0.5 - first[0]) * slow + (j + 0.5 - first[1]) * fast
                        return (whole @ numpy.append(local, 1))[:3]
                    expected = numpy.concatenate([place(0, 0), place(39, 59)])
                worst[0] = max(worst[0], numpy.abs(expected - ours).max())
                detector = Detector(pixel1=0.172e-3, pixel2=0.075e-3, max_shape=(40, 60), orientation=int(orientation))
                z, y, x = Geometry(dist, poni1, poni2, rot1, rot2, rot3, detector=detector).calc_pos_zyx()
                # pyFAI: y up, x to the right seen from the sample; NeXus: x to the left.
                theirs = numpy.array([[-x[p], y[p], z[p]] for p in ((0, 0), (39, 59))]).ravel()
                worst[1] = max(worst[1], numpy.abs(expected - theirs).max())
                orientations.add(int(orientation))
            assert worst[0] < 1e-14, worst
            # pyFAI holds positions on the detector in single precision: a part of 1.7e7 of 7 mm.
            assert worst[1] < 1e-9, worst
            assert orientations == {1, 2, 3, 4}, orientations
            print(worst)
            """
        try TestPython.run(judge, [list.path])
    }
}
