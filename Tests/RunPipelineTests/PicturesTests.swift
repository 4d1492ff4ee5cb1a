import DetectorWire
import Foundation
import RunModel
import RunPipeline
import TestFileSystems
import TestSupport
import Testing

@Suite struct PicturesTests {
    private static let signature = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])

    @Test func aRunHasItsPicturesAndListsThemAsTheyAre() throws {
        let folder = try TemporaryFolder()
        let run = try #require(try Recording.record(try Recording.series(.v2, count: 25), in: folder))
        for name in ["thumbnail.png", "mean.png", "maximum.png", "preview.json"] {
            let entry = try #require(run.summary.files.first { $0.path == name }, "\(name) is not listed")
            let data = try Data(contentsOf: URL(fileURLWithPath: run.folder.path + "/" + name))
            #expect(Int64(data.count) == entry.bytes)
            #expect(name == "preview.json" || data.starts(with: Self.signature))
        }
        let preview = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(fileURLWithPath: run.folder.path + "/preview.json")))
        let record = try #require(preview as? [String: Int])
        #expect(record["frames_written"] == 25)
        #expect((1...25).contains(record["frames_examined"] ?? 0))
        #expect(record["frames_failed"] == 0)
    }

    @Test func aRunWithoutFramesHasNoPictures() throws {
        let folder = try TemporaryFolder()
        let run = try #require(try Recording.record(try Recording.series(.v2, count: 0, announced: 5), in: folder))
        #expect(run.summary.verdict == .failed)
        #expect(run.summary.files.allSatisfy { $0.role != .thumbnail && $0.role != .image })
    }

    @Test func aFileSystemThatDoesNotAnswerCostsThePicturesAndNotTheSeal() throws {
        let folder = try TemporaryFolder()
        let files = FaultyFileSystem(.init(heldSuffix: "_data_000001.h5"))
        files.change { $0.holdsReads = true }
        let run = try #require(
            try Recording.record(
                try Recording.series(.v2, count: 25), in: folder,
                configure: { plan, _ in (plan.fileSystem, plan.picturePatience_s) = (files, 0.05) },
                // The digests, which follow the seal, are made of what is read.
                whenSealed: { files.change { $0.holdsReads = false } }))
        #expect(run.summary.verdict == .complete && run.summary.frames.written == 25)
        #expect(run.summary.files.allSatisfy { $0.role != .thumbnail && $0.role != .image })
        #expect(run.summary.notes.contains { $0.hasSuffix("none was derived: the frames could not be looked at within 0.05 s") })
    }

    @Test func whoeverLooksSeesTheRun() throws {
        let folder = try TemporaryFolder()
        let live = LivePictures()
        #expect(live.newestPNG() == nil)
        #expect(live.summedPNG() == nil)
        _ = try Recording.record(try Recording.series(.v2, count: 25), in: folder) { plan, _ in plan.livePictures = live }
        let newest = try #require(live.newestPNG())
        #expect(newest.starts(with: Self.signature))
        #expect(try #require(live.summedPNG()).starts(with: Self.signature))
        // Nothing changed: the same file again.
        #expect(live.newestPNG() == newest)
    }
}
