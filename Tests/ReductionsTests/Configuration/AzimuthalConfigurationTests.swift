import ConfigurationText
import Diagnostics
import Foundation
import Quantities
import Reductions
import ScatteringGeometry
import Testing

@Suite struct AzimuthalConfigurationTests {
    private func read(_ yaml: String) throws -> AzimuthalConfiguration {
        try AzimuthalConfiguration(yaml: yaml, file: "dir/a.yaml")
    }

    @Test func anEmptyFileIsTheUsualReduction() throws {
        let configuration = try read("")
        #expect(configuration.bins == BinSettings())
        #expect(configuration.geometry.source == .input)
        #expect(configuration.splitting == .none)
        #expect(configuration.errors.model == .poisson)
        #expect(configuration.corrections.solidAngle)
        #expect(configuration.mask.usesDetectorMask)
    }

    @Test func everyKeyIsRead() throws {
        let configuration = try read(AzimuthalSchemaTests.everyKey)
        #expect(configuration.frames == FrameSelection(dataset: "/entry/data/data", channel: 1, first: 10, count: 20, step: 2))
        #expect(configuration.geometry.source == .poni("dir/det.poni"))
        #expect(configuration.geometry.wavelength?.angstrom == 0.98)
        #expect(configuration.geometry.pixelSizeFast?.metres == 75e-6)
        #expect(configuration.bins.unit == .q_perAngstrom)
        #expect(configuration.bins.spacing == .logarithmic)
        #expect(configuration.bins.ends == .pyFAI)
        let sector = try Sector(from: .degrees(-10), to: .degrees(10), hasOpposite: true)
        #expect(configuration.selection == .sectors([sector]))
        #expect(configuration.cake?.count == 90)
        #expect(configuration.splitting == .boundingBox)
        #expect(!configuration.mask.usesDetectorMask)
        #expect(configuration.mask.saturation == 60000)
        #expect(configuration.mask.files.map(\.array.file) == ["dir/mask.edf", "/data/m.h5"])
        #expect(configuration.mask.files.map(\.isInverted) == [true, false])
        #expect(
            configuration.mask.regions == [
                .polygon([(0, 0), (10, 0), (10, 10.5)]), .rectangle(from: (1, 2), to: (3, 4)),
                .ellipse(centre: (5, 6), radii: (7, 7)), .ellipse(centre: (5, 6), radii: (7, 8)),
            ])
        #expect(configuration.corrections.dark == ArraySource(file: "dir/dark.npy"))
        #expect(configuration.corrections.flat == ArraySource(file: "dir/flat.tif", frame: 1))
        #expect(!configuration.corrections.solidAngle)
        #expect(configuration.corrections.polarisation?.factor == 0.99)
        #expect(abs((configuration.corrections.absorption?.transmission ?? 0) - 0.22313016014842982) < 1e-15)
        #expect(configuration.corrections.transmission == 0.8)
        #expect(configuration.corrections.monitor == ArraySource(file: "", dataset: "/entry/monitor/data"))
        #expect(configuration.corrections.monitorReference == 1e5)
        #expect(configuration.errors.model == .hybrid)
        #expect(configuration.clipping == ClippingSettings(cutoff: 3, cycles: 4))
        #expect(configuration.output == OutputSettings(sums: false, text: true, plots: false))
    }

    @Test func aGivenGeometryNeedsBothHalves() throws {
        let whole = try read("geometry: {distance: 200 mm, beam_center: [10 px, 20 px], energy: 12.39841984 keV}")
        #expect(whole.geometry.source == .given)
        #expect(abs((whole.geometry.wavelength?.angstrom ?? 0) - 1) < 1e-9)
        #expect(throws: ConfigurationError.self) { _ = try read("geometry: {distance: 200 mm}") }
        #expect(throws: ConfigurationError.self) { _ = try read("geometry: {beam_center: 10 px}") }
    }

    /// What people write wrongly, and a word that the answer must have.
    @Test(arguments: [
        ("bin: {count: 3}", "bins"), ("geometry: {wavelength: 12.4 keV}", "wavelength"), ("bins: {unit: q}", "q_nm^-1"),
        ("bins: {count: 0}", "1 to"), ("bins: {from: 3, to: 2}", "larger"), ("splitting: pseudo", "bbox"),
        ("geometry: {poni: a.poni, nexus: b.h5}", "one of them"), ("geometry: {poni: a.poni, distance: 1 m}", "twice"),
        ("geometry: {distance: 200, beam_center: 3 px}", "unit"), ("corrections: {polarisation: {factor: 99}}", "-1"),
        ("corrections: {dark_variance: a.npy}", "dark: FILE"), ("errors: {model: variance}", "variance: FILE"),
        ("errors: {model: poison}", "poisson"), ("clipping: {cutoff: 3}\nerrors: {model: none}", "azimuthal"),
        ("mask: {regions: [{circle: {center: [1, 2]}}]}", "radius"), ("mask: {regions: [{}]}", "polygon"),
        ("mask: {saturation: -1}", "0 to"), ("azimuth: {slab: {direction: 0 deg}}", "half width"),
        ("azimuth: {sectors: [{from: 10 deg, to: 5 deg}]}", "range of azimuths"), ("output: {sums: yes}", "true"),
        ("cake: {from: 0 deg, to: 400 deg}", "full turn"), ("corrections: {sensor: {thickness: 1 mm}}", "attenuation_length"),
        // What would be taken and have no effect.
        ("corrections: {monitor: {dataset: /a, frame: 1}}", "reference"), ("geometry: {pixel_size: 75 um}", "poni"),
        ("geometry: {nexus: a.h5, pixel_size: 75 um}", "nexus"), ("geometry: {corners: c.npy}", "dataset"),
        ("geometry: {poni: a.poni, corners: {file: c.h5, dataset: /c}, pixel_size: 75 um}", "corners"),
        ("geometry: {corners: {file: c.h5, dataset: /c, frame: 1}}", "frame"),
        ("corrections: {dark: a.npy, dark_variance: b.npy}\nerrors: {model: azimuthal}", "azimuthal"),
        ("corrections: {dark: a.npy, dark_variance: b.npy}\nerrors: {model: none}", "none"),
    ])
    func mistakesAreNamed(_ yaml: String, _ word: String) throws {
        do {
            _ = try read(yaml)
            Issue.record("read: \(yaml)")
        } catch let error as ConfigurationError {
            #expect("\(error)".contains(word), "\(error)")
            #expect("\(error)".contains("a.yaml"), "\(error)")
        }
    }
}
