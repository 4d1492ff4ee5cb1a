import DetectorSimulation
import DetectorWire
import Diagnostics
import Foundation
import Frames
import TestSupport
import Testing

@Suite struct SimulationOptionsTests {
    private func parse(_ text: String) throws -> SimulationOptions.Source { try SimulationOptions.Source(parsing: text) }

    @Test func aDetectorAloneHasUsualSettings() throws {
        guard case .synthetic(let settings) = try parse("synthetic:eiger2-4m") else {
            Issue.record("not synthetic")
            return
        }
        #expect(settings.detector.name == "eiger2-4m")
        #expect(settings.pattern == .bragg)
        #expect(settings.encoding == .bslz4)
        #expect(settings.channelCount == 1)
        #expect(settings.pixelType == nil)
    }

    @Test func patternAndSettingsMayStandInAnyOrder() throws {
        let text =
            "synthetic:eiger2-1m:bits=32:rings:channels=2:encoding=zstd:distinct=3:energy=8048:level=0.5:frametime=0.2:detail=all"
        guard case .synthetic(let settings) = try parse(text) else {
            Issue.record("not synthetic")
            return
        }
        #expect(settings.pattern == .rings)
        #expect(settings.pixelType == .uint32)
        #expect(settings.channelCount == 2)
        #expect(settings.encoding == .zstd)
        #expect(settings.distinctFrames == 3)
        #expect(settings.photonEnergy_eV == 8048)
        #expect(settings.level == 0.5)
        #expect(settings.frameTime_s == 0.2)
        #expect(settings.headerDetail == .all)
    }

    @Test(arguments: [
        "synthetic:", "synthetic:eiger9", "synthetic:eiger2-1m:stars", "synthetic:eiger2-1m:bits=12", "synthetic:eiger2-1m:bits=",
        "synthetic:eiger2-1m:channels=3", "synthetic:eiger2-1m:encoding=gzip", "synthetic:eiger2-1m:level=-1",
        "synthetic:eiger2-1m:level=nan", "synthetic:eiger2-1m:colour=red", "synthetic:eiger2-1m:distinct=0",
        "synthetic:eiger2-1m:",
    ])
    func whatIsNoSourceIsRefused(text: String) {
        #expect(throws: SimulationError.self) { try parse(text) }
    }

    @Test func filesAreToldApartByTheirNames() throws {
        let folder = try TemporaryFolder("sources")
        for name in ["a.cbors", "b.cbor", "c.cbf", "d.h5", "e.nxs", "f.txt", "g.cbf.bz2", "frames/x.cbf", "messages/start.cbor"] {
            try folder.write("", to: name)
        }
        func source(_ name: String) throws -> SimulationOptions.Source { try parse(folder.file(name).path) }
        #expect(try source("a.cbors") == .recording(path: folder.file("a.cbors").path))
        #expect(try source("b.cbor") == .recording(path: folder.file("b.cbor").path))
        #expect(try source("c.cbf") == .cbf(path: folder.file("c.cbf").path))
        #expect(try source("d.h5") == .hdf5(path: folder.file("d.h5").path))
        #expect(try source("e.nxs") == .hdf5(path: folder.file("e.nxs").path))
        #expect(try source("frames") == .cbf(path: folder.file("frames").path))
        #expect(try source("messages") == .recording(path: folder.file("messages").path))
        #expect(throws: SimulationError.self) { try source("f.txt") }
        let packed = #expect(throws: SimulationError.self) { try source("g.cbf.bz2") }
        #expect(packed?.remedy?.contains("Decompress") == true)
        let missing = #expect(throws: SimulationError.self) { try source("nothing.cbors") }
        #expect(missing?.code == .fileUnreadable)
    }

    @Test func aSeriesHasAsManyFramesAsAskedOrAsItsSource() throws {
        var options = try SimulationOptions(source: "synthetic:8x16:dark:distinct=2", address: "tcp://127.0.0.1:*")
        let source = try options.openSource(armDate: "2026-11-20T10:00:00Z")
        #expect(source.frameCount == 2)
        #expect(options.frameCount(of: source) == 100)
        options.frames = 7
        #expect(options.frameCount(of: source) == 7)
        options.frames = 0
        #expect(throws: SimulationError.self) { try options.openSource() }
        options.frames = 1
        options.rate_Hz = 0
        #expect(throws: SimulationError.self) { try options.openSource() }
    }
}
