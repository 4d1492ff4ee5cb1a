import DetectorSimulation
import Diagnostics
import Frames
import Testing

@Suite struct DetectorModelTests {
    /// Sides from the vendors' data sheets and from recorded headers, slow × fast.
    @Test(arguments: [
        ("eiger2-500k", 514, 1030), ("eiger2-1m", 1062, 1028), ("eiger2-4m", 2162, 2068), ("eiger2-9m", 3262, 3108),
        ("eiger2-16m", 4362, 4148), ("eiger-1m", 1065, 1030), ("eiger-4m", 2167, 2070), ("eiger-9m", 3269, 3110),
        ("eiger-16m", 4371, 4150), ("pilatus3-300k", 619, 487), ("pilatus3-1m", 1043, 981), ("pilatus3-2m", 1679, 1475),
        ("pilatus3-6m", 2527, 2463), ("jungfrau-4m", 2164, 2068),
    ])
    func aNamedDetectorHasTheSidesOfItsDataSheet(name: String, slow: Int, fast: Int) throws {
        let detector = try DetectorModel.find(name)
        #expect(detector.slow == slow)
        #expect(detector.fast == fast)
        #expect(try detector.shape() == FrameShape(slow: slow, fast: fast))
    }

    @Test func namesAreUnique() {
        #expect(Set(DetectorModel.named.map(\.name)).count == DetectorModel.named.count)
    }

    @Test func anyShapeIsADetectorWithoutGaps() throws {
        let detector = try DetectorModel.find("64x128")
        #expect(detector.slow == 64)
        #expect(detector.fast == 128)
        let model = try SyntheticDetector(detector, pattern: .background, seed: 1)
        #expect(model.mask.bits.allSatisfy { $0 & PixelMask.Reason.gap.rawValue == 0 })
    }

    @Test(arguments: ["eiger3", "", "0x5", "12x", "70000x3"])
    func anUnknownNameIsRefusedWithTheNamesThereAre(name: String) {
        let error = #expect(throws: SimulationError.self) { try DetectorModel.find(name) }
        #expect(error?.code == .nameUnknown)
        #expect(error?.expected?.contains("eiger2-16m") == true)
    }

    @Test func theGapsOfThe16MegapixelDetectorAreThoseOfARealFrame() throws {
        // 1,253,075 pixels of a recorded frame hold 65535; about 1,800 of them are no gaps.
        let model = try SyntheticDetector(try DetectorModel.find("eiger2-16m"), pattern: .dark, seed: 1)
        let gaps = model.mask.bits.reduce(0) { $0 + Int($1 & PixelMask.Reason.gap.rawValue) }
        #expect(gaps == 4362 * 4148 - 32 * 512 * 1028)
        #expect(abs(gaps - 1_253_075) < 3000)
    }
}
