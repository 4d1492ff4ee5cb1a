import ConfigurationText
import Diagnostics
import Foundation
import Reductions
import TestSupport
import Testing

/// The schema that editors use and the reader must know the same keys.
@Suite struct AzimuthalSchemaTests {
    /// Every key of a configuration, once at least. Nothing in it contradicts anything else.
    static let everyKey = """
        title: Lysozyme powder
        frames: {dataset: /entry/data/data, channel: 1, first: 10, count: 20, step: 2}
        geometry: {poni: det.poni, wavelength: 0.98 angstrom, pixel_size: 75 um}
        bins: {unit: q_A^-1, count: 500, from: 0.1, to: 4, spacing: logarithmic, ends: pyFAI}
        azimuth: {sectors: [{from: -10 deg, to: 10 deg, opposite: true}]}
        cake: {count: 90, from: 0 deg, to: 180 deg}
        splitting: bbox
        mask:
          detector: false
          saturation: 60000
          files: [{file: mask.edf, invert: true}, {file: /data/m.h5, dataset: /mask, frame: 2}]
          regions:
            - polygon: [[0, 0], [10, 0], [10, 10.5]]
            - rectangle: {from: [1, 2], to: [3, 4]}
            - circle: {center: [5, 6], radius: 7}
            - ellipse: {center: [5, 6], radii: [7, 8]}
        regions: [{name: peak_1, slow: [0, 10], fast: [5, 6]}]
        corrections:
          dark: dark.npy
          dark_variance: {file: darkvar.npy}
          flat: {file: flat.tif, frame: 1}
          solid_angle: false
          polarisation: {factor: 0.99, offset: 1 deg}
          sensor: {thickness: 0.45 mm, attenuation_length: 0.3 mm}
          transmission: 0.8
          monitor: {dataset: /entry/monitor/data, reference: 100000}
        errors: {model: hybrid}
        clipping: {cutoff: 3, cycles: 4}
        output: {sums: false, text: true, plots: false}
        notes: nothing reads this
        """

    /// What cannot stand beside the above.
    static let others = [
        "geometry: {distance: 60 mm, beam_center: [1 px, 2 px], rotations: [0 deg, 1 deg, 2 deg], energy: 12 keV}",
        "geometry: {nexus: a.h5, corners: {file: c.h5, dataset: /corners}}",
        "azimuth: {slab: {direction: 0 deg, half_width: 1}}\nmask: {files: mask.edf}\ncorrections: {monitor: /entry/monitor/data}",
        "corrections: {sensor: {transmission: 0.5}, monitor: {file: m.npy}}\nerrors: {model: variance, variance: v.npy}",
    ]

    /// Sections, each with a text that has `zzzzzz` in it, which the reader refuses and then names every key there is.
    private static let places: [(path: [String], yaml: String)] = [
        ([], "zzzzzz: 1"), (["frames"], "frames: {zzzzzz: 1}"), (["geometry"], "geometry: {zzzzzz: 1}"),
        (["geometry", "corners"], "geometry: {corners: {zzzzzz: 1}}"), (["bins"], "bins: {zzzzzz: 1}"),
        (["azimuth"], "azimuth: {zzzzzz: 1}"), (["azimuth", "sectors"], "azimuth: {sectors: [{zzzzzz: 1}]}"),
        (["azimuth", "slab"], "azimuth: {slab: {zzzzzz: 1}}"), (["cake"], "cake: {zzzzzz: 1}"),
        (["mask"], "mask: {zzzzzz: 1}"), (["mask", "files"], "mask: {files: [{zzzzzz: 1}]}"),
        (["mask", "regions"], "mask: {regions: [{zzzzzz: 1}]}"),
        (["mask", "regions", "rectangle"], "mask: {regions: [{rectangle: {zzzzzz: 1}}]}"),
        (["mask", "regions", "circle"], "mask: {regions: [{circle: {zzzzzz: 1}}]}"),
        (["mask", "regions", "ellipse"], "mask: {regions: [{ellipse: {zzzzzz: 1}}]}"),
        (["regions"], "regions: [{zzzzzz: 1}]"), (["corrections"], "corrections: {zzzzzz: 1}"),
        (["corrections", "dark"], "corrections: {dark: {zzzzzz: 1}}"),
        (["corrections", "dark_variance"], "corrections: {dark: a.npy, dark_variance: {zzzzzz: 1}}"),
        (["corrections", "flat"], "corrections: {flat: {zzzzzz: 1}}"),
        (["corrections", "polarisation"], "corrections: {polarisation: {zzzzzz: 1}}"),
        (["corrections", "sensor"], "corrections: {sensor: {zzzzzz: 1}}"),
        (["corrections", "monitor"], "corrections: {monitor: {zzzzzz: 1}}"), (["errors"], "errors: {zzzzzz: 1}"),
        (["errors", "variance"], "errors: {model: variance, variance: {zzzzzz: 1}}"), (["clipping"], "clipping: {zzzzzz: 1}"),
        (["output"], "output: {zzzzzz: 1}"),
    ]

    /// The keys of an object in a schema: its own, those of what its list has, or of what a reference or an alternative leads to.
    private func keys(_ schema: Any?, _ whole: [String: Any]) throws -> [String: Any] {
        let object = try #require(schema as? [String: Any])
        if let properties = object["properties"] as? [String: Any] { return properties }
        if let reference = object["$ref"] as? String {
            let name = reference.replacingOccurrences(of: "#/$defs/", with: "")
            return try keys((whole["$defs"] as? [String: Any])?[name], whole)
        }
        if let items = object["items"] { return try keys(items, whole) }
        for one in object["oneOf"] as? [Any] ?? [] {
            let found = try keys(one, whole)
            if !found.isEmpty { return found }
        }
        return [:]
    }

    /// The reader names every key of a section when it refuses one.
    private func read(_ yaml: String) -> Set<String> {
        let error = #expect(throws: ConfigurationError.self, "\(yaml)") { try AzimuthalConfiguration(yaml: yaml, file: "a") }
        #expect(error?.place?.contains("zzzzzz") == true || error?.got?.contains("zzzzzz") == true, "\(yaml): \(error as Any)")
        let list = error?.expected?.replacingOccurrences(of: "one of ", with: "") ?? ""
        return Set(list.components(separatedBy: ", "))
    }

    @Test func theSchemaListsTheKeysThatAreRead() throws {
        let data = try Data(contentsOf: PackageRoot.file("schemas/azimuthal.schema.json"))
        let whole = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        var visited: Set<[String]> = []
        for (path, yaml) in Self.places {
            let found = try path.reduce(try keys(whole, whole)) { try keys($0[$1], whole) }
            #expect(Set(found.keys) == read(yaml), "\(path)")
            visited.insert(path)
            // No section is forgotten above.
            for (name, schema) in found where try !keys(schema, whole).isEmpty {
                #expect(Self.places.contains { $0.path == path + [name] }, "\(path + [name])")
            }
        }
        #expect(visited.count == Self.places.count)
    }

    /// An independent judge: PyYAML reads the texts, jsonschema checks them.
    @Test(.enabled(if: TestPython.isAvailable("jsonschema", "yaml"), "\(TestPython.absence)"))
    func theSchemaAcceptsWhatIsReadAndRefusesSlips() throws {
        let folder = try TemporaryFolder("schema")
        for yaml in [Self.everyKey] + Self.others { _ = try AzimuthalConfiguration(yaml: yaml, file: "a.yaml") }
        let every = try folder.write(Self.everyKey, to: "every.yaml")
        let refused = try SchemaJudge.judge(
            schema: "schemas/azimuthal.schema.json", documents: [every],
            refusing: [
                "d.update(bin={})", "d['frames'].update(first=-1)", "d['geometry'].update(wavelength=0.98)",
                "d['geometry'].update(corners='c.npy')", "d['bins'].update(unit='q')", "d.update(splitting='pseudo')",
                "d['mask']['regions'][0].update(circle={})", "d['regions'][0].update(slow=[1])",
                "d['corrections']['monitor'].update(frame=1)", "d['corrections']['flat'].update(image=1)",
                "d['errors'].update(model='poison')", "d['output'].update(text='yes')",
            ])
        #expect(refused == 12)
        let others = try Self.others.enumerated().map { try folder.write($1, to: "other\($0).yaml") }
        #expect(try SchemaJudge.judge(schema: "schemas/azimuthal.schema.json", documents: others, refusing: []) == 0)
    }
}
