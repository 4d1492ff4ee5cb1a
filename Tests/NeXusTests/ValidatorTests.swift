import Diagnostics
import Foundation
import HDF5
import NeXus
import TestSupport
import Testing

@Suite("NeXus rules")
struct ValidatorTests {
    private typealias Expected = (String, NeXusFinding.Severity, String, NeXusFinding.Rule, (inout NeXusGroup) -> Void)

    @Test func aTreeInWhichAllRulesHoldHasNoFindings() throws {
        #expect(NeXusValidator.check(SmallestNXmx.tree, rules: try .nxmx()) == [])
    }

    @Test func eachRuleFindsWhatBreaksItAndNothingElse() throws {
        let rules = try NeXusRules.nxmx()
        let detector = "/entry/instrument/detector"
        let breaks: [Expected] = [
            ("no definition", .error, "/entry/definition", .fieldMissing, { $0.replace("/entry/definition", with: nil) }),
            (
                "end time unknown", .error, "/entry/end_time_estimated", .fieldMissing,
                {
                    $0.replace("/entry/end_time_estimated", with: nil)
                }
            ),
            ("no entry at all", .error, "/", .groupMissing, { $0.replace("/entry", with: nil) }),
            (
                "another definition", .error, "/", .groupMissing,
                { $0.change("/entry/definition") { $0.value = .string("NXtomo") } }
            ),
            (
                "definition as an array", .error, "/entry/definition", .valueShape,
                {
                    $0.change("/entry/definition") { $0.value = .strings(["NXmx"]) }
                }
            ),
            ("no source", .error, "/entry", .groupMissing, { $0.replace("/entry/source", with: nil) }),
            ("no module", .error, detector, .groupMissing, { $0.replace("\(detector)/module", with: nil) }),
            (
                "no detector group", .warning, "/entry/instrument", .groupMissing,
                { $0.replace("/entry/instrument/detectors", with: nil) }
            ),
            (
                "no description", .warning, "\(detector)/description", .fieldMissing,
                { $0.replace("\(detector)/description", with: nil) }
            ),
            ("no file name", .warning, "/@file_name", .attributeMissing, { $0.attributes.removeAll { $0.name == "file_name" } }),
            (
                "local time in words", .error, "/entry/start_time", .dateTime,
                {
                    $0.change("/entry/start_time") { $0.value = .string("21 Nov 2026 05:31") }
                }
            ),
            (
                "a day that is not", .error, "/entry/start_time", .dateTime,
                {
                    $0.change("/entry/start_time") { $0.value = .string("2026-02-29T00:00:00Z") }
                }
            ),
            (
                "thickness as integer", .error, "\(detector)/sensor_thickness", .valueType,
                {
                    $0.change("\(detector)/sensor_thickness") { $0.value = .int32(450) }
                }
            ),
            (
                "mask of floats", .error, "\(detector)/pixel_mask", .valueType,
                {
                    $0.change("\(detector)/pixel_mask") { $0.value = grid(0, [4, 6]) }
                }
            ),
            (
                "mask of another shape", .error, "\(detector)/pixel_mask", .valueShape,
                {
                    $0.change("\(detector)/pixel_mask") { $0.value = .array([UInt32](repeating: 0, count: 24)) }
                }
            ),
            (
                "mask turned", .error, "\(detector)/pixel_mask", .valueShape,
                {
                    $0.change("\(detector)/pixel_mask") { $0.value = integers(0, [6, 4]) }
                }
            ),
            (
                "two count times for three frames", .error, "\(detector)/count_time", .valueShape,
                {
                    $0.change("\(detector)/count_time") { $0.value = .array([0.1, 0.1]) }
                }
            ),
            (
                "a flag that is 2", .error, "\(detector)/distance_derived", .valueType,
                {
                    $0.change("\(detector)/distance_derived") { $0.value = .int32(2) }
                }
            ),
            (
                "an unknown profile", .error, "/entry/instrument/beam/profile", .valueAllowed,
                {
                    $0.change("/entry/instrument/beam/profile") { $0.value = .string("banana") }
                }
            ),
            (
                "wavelength without unit", .error, "/entry/instrument/beam/incident_wavelength@units", .unitsMissing,
                {
                    $0.change("/entry/instrument/beam/incident_wavelength") { $0.units = nil }
                }
            ),
            (
                "distance in seconds", .error, "\(detector)/distance@units", .unitsCategory,
                {
                    $0.change("\(detector)/distance") { $0.units = "s" }
                }
            ),
            (
                "an invented unit", .error, "\(detector)/distance@units", .unitsCategory,
                {
                    $0.change("\(detector)/distance") { $0.units = "cubits" }
                }
            ),
            (
                "direction without vector", .error, "\(detector)/module/fast_pixel_direction@vector", .attributeMissing,
                {
                    $0.change("\(detector)/module/fast_pixel_direction") { $0.attributes.removeAll { $0.name == "vector" } }
                }
            ),
            (
                "a direction that wobbles", .error, "\(detector)/module/fast_pixel_direction@transformation_type", .valueAllowed,
                {
                    $0.change("\(detector)/module/fast_pixel_direction") {
                        $0.attributes[0] = .init("transformation_type", "wobble")
                    }
                }
            ),
            (
                "a group without class", .warning, "/entry/instrument/notes@NX_class", .classMissing,
                {
                    $0.changeGroup("/entry/instrument") { $0.add(.group("notes", nil)) }
                }
            ),
            (
                "a group for a field", .error, "/entry/title", .nodeKind,
                {
                    $0.changeGroup("/entry") { $0.add(.group("title", "NXnote")) }
                }
            ),
            (
                "a chain to nothing", .error, "/entry/sample/depends_on", .chainDangling,
                {
                    $0.change("/entry/sample/depends_on") { $0.value = .string("transformations/phi") }
                }
            ),
            (
                "a chain without end", .error, "\(detector)/transformations/distance@depends_on", .chainDangling,
                {
                    $0.change("\(detector)/transformations/distance") { $0.attributes.removeLast() }
                }
            ),
            (
                "a chain in a circle", .error, "\(detector)/transformations/distance@depends_on", .chainCircular,
                {
                    $0.change("\(detector)/transformations/distance") { $0.attributes[2] = .init("depends_on", "distance") }
                }
            ),
            (
                "a chain over a number", .error, "/entry/sample/depends_on", .chainNotAxis,
                {
                    $0.change("/entry/sample/depends_on") { $0.value = .string("/entry/sample/name") }
                }
            ),
            (
                "an axis that does nothing", .error, "\(detector)/transformations/distance@transformation_type", .axisKind,
                {
                    $0.change("\(detector)/transformations/distance") {
                        $0.attributes[0] = .init("transformation_type", "wobble")
                    }
                }
            ),
            (
                "an axis without direction", .error, "/entry/sample/transformations/omega@vector", .axisVector,
                {
                    $0.change("/entry/sample/transformations/omega") { $0.attributes[1] = .init("vector", .array([0.0, 0, 0])) }
                }
            ),
            (
                "a rotation in metres", .error, "/entry/sample/transformations/omega@units", .axisUnits,
                {
                    $0.change("/entry/sample/transformations/omega") { $0.units = "m" }
                }
            ),
            (
                "a module with its axes exchanged", .error, "\(detector)/module", .moduleOutsideDetector,
                {
                    $0.change("\(detector)/module/data_size") { $0.value = .array([Int32(6), 4]) }
                }
            ),
            (
                "a default that is not there", .error, "/entry@default", .defaultDangling,
                {
                    $0.changeGroup("/entry") { $0.attributes[0] = .init("default", "plot") }
                }
            ),
            (
                "axes for another rank", .error, "/entry/data@axes", .axesLength,
                {
                    $0.changeGroup("/entry/data") { $0.attributes[1] = .init("axes", .strings(["omega", "."])) }
                }
            ),
            (
                "an axis that is not there", .error, "/entry/data@axes", .axesDangling,
                {
                    $0.changeGroup("/entry/data") { $0.attributes[1] = .init("axes", .strings(["phi", ".", "."])) }
                }
            ),
            (
                "an axis of another length", .error, "/entry/data/omega", .axesLength,
                {
                    $0.change("/entry/sample/transformations/omega") { $0.value = .array([0.0, 1]) }
                }
            ),
            (
                "a link to nothing", .error, "/entry/thumbnail", .linkDangling,
                {
                    $0.changeGroup("/entry") { $0.add(.softLink(name: "thumbnail", target: "/gone")) }
                }
            ),
            (
                "a target of another path", .warning, "\(detector)/data@target", .linkWithoutTarget,
                {
                    $0.change("\(detector)/data") { $0.attributes = [.init("target", "/elsewhere")] }
                }
            ),
            (
                "an unknown kind of source", .error, "/entry/source/type", .valueAllowed,
                {
                    $0.changeGroup("/entry/source") { $0.add(.field("type", "torch")) }
                }
            ),
        ]
        for (what, severity, path, rule, change) in breaks {
            var tree = SmallestNXmx.tree
            change(&tree)
            let found = NeXusValidator.check(tree, rules: rules)
            #expect(found.map(\.rule) == [rule], "\(what): \(found)")
            #expect(found.first?.path == path, "\(what)")
            #expect(found.first?.severity == severity, "\(what)")
        }
        // A missing signal is two findings: the plot has none, and NXmx recommends that it has.
        var tree = SmallestNXmx.tree
        tree.changeGroup("/entry/data") { $0.attributes[0] = .init("signal", "counts") }
        #expect(NeXusValidator.check(tree, rules: rules).map(\.rule) == [.fieldMissing, .signalDangling])
        let tested = Set(breaks.map(\.3)).union([.signalDangling])
        #expect(Set(NeXusFinding.Rule.allCases).subtracting(tested) == [])
    }

    @Test func aFileIsCheckedAsItsTreeAndItsSourcesAreOpened() throws {
        let folder = try TemporaryFolder("nexus")
        let data = try HDF5File.create(folder.file("d.h5").path)
        try data.root.createDataset("data", integers(1, [3, 4, 6]))
        try data.close()
        var tree = SmallestNXmx.tree
        tree.replace(
            "/entry/instrument/detector/data",
            with: .virtualField(
                NeXusVirtualField(
                    "data", elementType: .uint16, shape: [3, 4, 6],
                    sources: [
                        .init(
                            file: "d.h5", dataset: "/data", sourceShape: [3, 4, 6], sourceStart: [0, 0, 0],
                            targetStart: [0, 0, 0], count: [3, 4, 6])
                    ])))
        tree.changeGroup("/entry/data") { $0.add(.externalLink(name: "data_000001", file: "d.h5", path: "/data")) }
        try NeXusWriter.write(tree, to: folder.file("m.h5").path)
        let path = folder.file("m.h5").path
        #expect(try NeXusValidator.checkFile(path, rules: .nxmx()) == [])

        try FileManager.default.removeItem(at: folder.file("d.h5"))
        let found = try NeXusValidator.checkFile(path, rules: .nxmx())
        #expect(
            found.map(\.path).sorted() == ["/entry/data/data_000001", "/entry/instrument/detector/data"], "\(found)")
        #expect(found.allSatisfy { $0.rule == .linkDangling && $0.severity == .error })
    }

    @Test func datesAreThoseOfISO8601() throws {
        let rules = try NeXusRules.nxmx()
        func isDate(_ text: String) -> Bool {
            var tree = SmallestNXmx.tree
            tree.change("/entry/start_time") { $0.value = .string(text) }
            return NeXusValidator.check(tree, rules: rules).isEmpty
        }
        for text in [
            "2026-11-21", "2026-11-21T05:31", "2026-11-21T05:31:14Z", "2026-11-21T05:31:14.123456789+01:00",
            "2024-02-29T23:59:60Z", "2026-11-21 05:31:14-0330",
        ] { #expect(isDate(text), "\(text)") }
        for text in [
            "", "2026", "2026-13-01", "2026-11-31", "2025-02-29T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T05:31:14.Z",
            "2026-11-21T05:31:14+1", "2026-11-21T05:31:14Zulu", "２０２６-11-21",
        ] { #expect(!isDate(text), "\(text)") }
    }

    @Test func theTablesInTheProgramAreThoseInTheRepository() throws {
        for (name, bytes) in NeXusRules.embeddedTables {
            let url = PackageRoot.file("schemas/nexus/\(name)")
            #expect(try [UInt8](Data(contentsOf: url)) == bytes, "\(name)")
        }
        #expect(try NeXusRules.nxmx().definition == "NXmx")
    }

    @Test func aTableThatIsNoneIsRefused() throws {
        let error = #expect(throws: NeXusError.self) { try NeXusRules(table: Array("{}".utf8), baseClasses: Array("{}".utf8)) }
        #expect(error?.code == .invalidRules)
        #expect(throws: NeXusError.self) { try NeXusRules(table: Array("nonsense".utf8), baseClasses: []) }
    }

    @Test(.enabled(if: TestPython.isAvailable("jsonschema"), "\(TestPython.absence)"))
    func theTablesFollowTheirSchema() throws {
        try TestPython.run(
            """
            import json, sys, jsonschema
            schema = json.load(open(sys.argv[1] + '/rules.schema.json'))
            jsonschema.Draft202012Validator.check_schema(schema)
            for name in sys.argv[2:]: jsonschema.validate(json.load(open(sys.argv[1] + '/' + name)), schema)
            """, [PackageRoot.file("schemas/nexus").path] + NeXusRules.embeddedTables.keys.sorted())
    }
}

private func integers(_ value: UInt16, _ shape: [Int]) -> NeXusValue {
    (try? .array([UInt16](repeating: value, count: shape.reduce(1, *)), shape: shape)) ?? .opaque([])
}

private func grid(_ value: Double, _ shape: [Int]) -> NeXusValue {
    (try? .array([Double](repeating: value, count: shape.reduce(1, *)), shape: shape)) ?? .opaque([])
}
