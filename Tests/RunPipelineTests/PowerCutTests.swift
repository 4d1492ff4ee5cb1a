import ChunkFile
import DetectorWire
import Foundation
import RunModel
import RunPipeline
import TestFileSystems
import TestSupport
import Testing

/// `--fsync`: what was forced to the disk is there after a power cut, whatever else is not.
@Suite struct PowerCutTests {
    /// Records with every frame forced to the disk, until the machine loses power after so many changes.
    private static func record(
        _ folder: TemporaryFolder, life: Int
    ) -> (cut: PowerCutFileSystem, changes: Int, sealed: SealedRun?) {
        let faulty = FaultyFileSystem(.init(refusesMapping: true, livesFor: life))
        let cut = PowerCutFileSystem(over: faulty)
        let sealed = try? Recording.record(try Recording.series(.v2, count: 9), in: folder) { plan, _ in
            plan.fileSystem = cut
            plan.framesPerFile = 4
            plan.flushInterval_s = 0
            plan.syncInterval_s = 0
            plan.space = SpaceOptions(preallocationStep: 1 << 14, endOfFileStep: 1 << 20)
        }
        return (cut, faulty.changes, sealed)
    }

    /// `luck`: the part of what was never forced to the disk that got there all the same, page by page, in no order.
    @Test(arguments: [0, 0.5, 0.9])
    func whatWasForcedToTheDiskOutlivesAPowerCut(luck: Double) throws {
        let whole = try TemporaryFolder("whole")
        let changes = Self.record(whole, life: .max).changes
        #expect(changes > 100)
        var most = 0
        for life in stride(from: luck == 0 ? 0 : 3, to: changes, by: luck == 0 ? 2 : 5) {
            let folder = try TemporaryFolder("cut")
            let (cut, _, _) = Self.record(folder, life: life)
            let written = try KilledRun(in: folder.path)
            let image = try TemporaryFolder("image")
            // What the disk is sure to hold: records that were forced to it, and with each of them its chunk.
            try cut.image(of: folder.path, in: image.path)
            let promised = try KilledRun(in: image.path)?.acknowledged ?? [:]
            if luck > 0 {
                for name in try FileManager.default.contentsOfDirectory(atPath: image.path) {
                    try FileManager.default.removeItem(atPath: image.path + "/" + name)
                }
                try cut.image(of: folder.path, in: image.path, luck: luck, seed: UInt64(life))
            }
            // Each frame was forced to the disk before the next was taken: all but the last are safe.
            #expect(promised.count >= (written?.acknowledged.count ?? 0) - 1, "power cut after call \(life)")
            most = max(most, promised.count)
            guard let left = try KilledRun(in: image.path) else { continue }
            try left.checkedRecovery("power cut after call \(life), luck \(luck)", keeping: Set(promised.keys))
        }
        #expect(most == 9)
    }

    @Test func aSealedRunOutlivesAPowerCutAsItIs() throws {
        let folder = try TemporaryFolder("sealed")
        let (cut, _, sealed) = Self.record(folder, life: .max)
        let run = try #require(sealed)
        let image = try TemporaryFolder("image")
        try cut.image(of: folder.path, in: image.path)
        let summary = try RunVerifier.summary(of: image.path + "/" + run.folder.name)
        #expect(summary.verdict == .complete)
        for file in summary.files where [.master, .data, .ledger].contains(file.role) {
            let there = FileManager.default.contents(atPath: image.path + "/" + run.folder.name + "/" + file.path)
            #expect(there == FileManager.default.contents(atPath: run.folder.path + "/" + file.path), "\(file.path)")
        }
    }
}
