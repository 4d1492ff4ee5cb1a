import Diagnostics
import ScatteringGeometry
import Testing

@Suite struct DetectorCatalogueTests {
    @Test(arguments: [
        ("Pilatus100k", 195, 487), ("Pilatus 300k", 619, 487), ("Pilatus1M", 1043, 981), ("pilatus 2m", 1679, 1475),
        ("Dectris Pilatus 6M", 2527, 2463), ("Pilatus3 X 2M", 1679, 1475), ("PilatusCdTe2M", 1679, 1475),
        ("Pilatus 300k CdTe", 619, 487), ("Pilatus3 X CdTe 1M", 1043, 981), ("Pilatus CdTe 300kw", 195, 1475),
        ("Eiger500k", 514, 1030), ("Eiger 1M", 1065, 1030), ("Eiger4M", 2167, 2070), ("Eiger9M", 3269, 3110),
        ("Eiger16M", 4371, 4150), ("Eiger2_500k", 512, 1028), ("Eiger2 1M", 1062, 1028), ("Eiger2_1MW", 512, 2068),
        ("Eiger2 1M-W", 512, 2068), ("Eiger2_4M", 2162, 2068), ("Eiger2 Si 9M", 3262, 3108), ("Eiger2 CdTe 16M", 4362, 4148),
        ("DECTRIS EIGER2 Si 16M", 4362, 4148), ("Pilatus4 2M CdTe", 1630, 1553), ("Jungfrau 4M", 2164, 2068),
        ("Jungfrau1M", 1064, 1030),
    ])
    func aDetectorHasItsShape(name: String, slow: Int, fast: Int) throws {
        #expect(try KnownDetector.named(name).shape == DetectorShape(slow: slow, fast: fast))
    }

    @Test func pixelSizesAreThoseOfTheFamilies() throws {
        #expect(try KnownDetector.named("Pilatus1M").pixelSize == PixelSize(slow_m: 172e-6, fast_m: 172e-6))
        #expect(try KnownDetector.named("Eiger2_4M").pixelSize == PixelSize(slow_m: 75e-6, fast_m: 75e-6))
        #expect(try KnownDetector.named("Pilatus4_1M").pixelSize == PixelSize(slow_m: 150e-6, fast_m: 150e-6))
    }

    @Test func everyNameIsFoundAndNoneTwice() throws {
        for name in KnownDetector.names { #expect(try KnownDetector.named(name).name == name) }
        #expect(Set(KnownDetector.names).count == KnownDetector.names.count)
    }

    @Test(arguments: ["", "Pilatus", "Eiger2", "cdte", "Pilatus7M", "Jungfrau 500k"])
    func anUnknownNameIsRefusedWithWhatToGive(name: String) {
        let error = #expect(throws: GeometryError.self) { try KnownDetector.named(name) }
        #expect(error?.code == .detectorUnknown)
        #expect(error?.remedy?.contains("corner array") == true)
        #expect(error?.expected?.contains("Eiger2_4M") == true)
    }
}
