import Foundation
import TestSupport
import Testing

/// Holds README's table "Where does a frame go?" true: its files exist, and one frame is found at each place that it names.
@Suite(.serialized)
struct FrameJourneyTests {
    @Test func everyFileThatTheTableNamesExists() throws {
        let text = try String(contentsOf: PackageRoot.file("README.md"), encoding: .utf8)
        let section = try #require(text.components(separatedBy: "## Where does a frame go?\n\n").dropFirst().first)
        let table = try #require(section.components(separatedBy: "\n\n").first)
        let rows = table.split(separator: "\n").dropFirst(2)
        #expect(rows.count >= 11)
        for row in rows {
            let cell = row.split(separator: "|")[1]
            // `A/B.swift`, `C.swift`: the second lies beside the first.
            var folder = ""
            for name in cell.split(separator: "`").map(String.init) where name.hasSuffix(".swift") || name.hasSuffix("/") {
                let path = name.contains("/") ? name : folder + "/" + name
                folder = (path as NSString).deletingLastPathComponent
                #expect(FileManager.default.fileExists(atPath: PackageRoot.file("Sources/" + path).path), "\(path)")
            }
            #expect(!folder.isEmpty, "no file in: \(row)")
        }
    }

    /// Frame 7 of twelve, five a data file: the third of the second file.
    @Test(
        .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
        .enabled(if: LedgerView.isAvailable && TestPython.isAvailable("cbor2", "jsonschema"), "\(TestPython.absence)"))
    func oneFrameIsFoundAtEveryPlace() throws {
        let frame = 7
        let folder = try TemporaryFolder("e2e")
        // 1 to 3: the message, made and sent by Python.
        let (process, address, sent) = try OtherSources.pushSmallSeries(frames: 12, in: folder)
        let ingest = try Rehearsal.startIngest(from: address, ["--frames-per-file", "5"], in: folder)
        let recorded = Recorded(folder: folder, output: try ingest.wait(), player: nil)
        withExtendedLifetime(process) {}
        #expect(recorded.status == 0)
        let sealed = try recorded.sealed()
        let run = try recorded.run()
        let wire = sent[frame]
        #expect(Set(sent.map(\.sha256)).count == 12)

        // 4 to 6 and 9: checked, placed and acknowledged, with where its bytes lie and what they must be.
        let record = try #require(try LedgerView.records(ofRun: sealed.run).first { $0.frame == frame })
        #expect(record.sha256 == wire.sha256)
        #expect(record.size == wire.size)
        #expect(record.isIntact)
        #expect(!record.isMasked)

        // 7 and 8: the chunk as received in its data file, by h5py, at the address that the ledger gives.
        let data = try #require(run.dataFiles.first { ($0.first_frame ?? 0) + ($0.frames ?? 0) > frame })
        #expect(data.path == "lysozyme_15614_data_000002.h5")
        #expect(data.first_frame == 5)
        let index = frame - 5
        let digests = try HDF5View.chunkDigests(sealed.run + "/" + data.path)
        #expect(digests[index] == wire.sha256)
        let place: [Int] = try HDF5View.answer(
            """
            d = h5py.File(sys.argv[1])["/entry/data/data"].id
            info = d.get_chunk_info_by_coord((int(sys.argv[2]), 0, 0))
            print(json.dumps([info.byte_offset, info.size, info.filter_mask]))
            """, [sealed.run + "/" + data.path, "\(index)"])
        #expect(place == [record.offset, record.size, 0])

        // 11: pixels through the master's virtual data set, at NeXus' own path too; times, and the word that it is whole.
        let detector = "/entry/instrument/detector"
        for path in ["/entry/data/frames", "\(detector)/data"] {
            let sums: [Int] = try HDF5View.answer(
                "print(json.dumps([int(f.sum()) for f in h5py.File(sys.argv[1])[sys.argv[2]]]))", [sealed.master, path])
            #expect(sums == sent.map(\.counts), "\(path)")
        }
        let paths = ["start_time", "real_time", "frame_record/valid", "frame_record/received_time"].map { "\(detector)/\($0)" }
        let values = try HDF5View.values(sealed.master, paths)
        #expect(values[paths[0]]?.numbers?[frame] == 0.07)
        #expect(values[paths[1]]?.numbers?[frame] == 400_007.0 / 50_000_000)
        #expect(values[paths[2]]?.numbers?[frame] == 1)

        // 10: counted, listed, vouched for, and in the pictures.
        #expect(run.frames == Counts(expected: 12, received: 12, written: 12))
        #expect(run.missing_frames == [])
        let listed = try ChildProcess.run("sha256sum", ["-c", "manifest.sha256"], in: sealed.run)
        #expect(listed.status == 0)
        for path in [data.path, "ledger/lysozyme_15614_data_000002.ledger", "run.json", "thumbnail.png"] {
            #expect(listed.standardOutput.contains("\(path): OK"), "\(path)")
        }
        let highest: [Int] = try HDF5View.answer(
            """
            from PIL import Image
            image = Image.open(sys.argv[1] + "/thumbnail.png")
            image.load()
            print(json.dumps(list(image.size)))
            """, [sealed.run])
        #expect(highest.allSatisfy { $0 > 0 })
        #expect(try FaisceauProgram.run(["verify", sealed.run, "--decode"]).status == 0)
    }
}
