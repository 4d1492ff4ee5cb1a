import Foundation
import TestSupport
import Testing

/// Files of other programs through the whole of it: `simulate stream --from FILE`, ZeroMQ, `ingest stream`, a sealed run; its pixels, as
/// h5py decodes them, are those that were written into the source.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: TestPython.isAvailable("h5py", "hdf5plugin", "fabio"), "\(TestPython.absence)"))
struct FileReplayTests {
    /// What Python wrote: SHA-256 of each frame's pixels, with their type in front.
    private typealias Written = [String]

    private func expectReplay(of source: String, protocol version: String, to written: Written) throws {
        let recorded = try Rehearsal.record(source, playing: ["--protocol", version])
        #expect(recorded.status == 0, "\(recorded.output.standardError)")
        let sealed = try recorded.sealed()
        #expect(sealed.verdict == "complete")
        #expect(sealed.frames == Counts(expected: written.count, received: written.count, written: written.count))
        #expect(try HDF5View.pixelDigests(sealed.master) == written)
        // And where the frames themselves are, without any link.
        let file = sealed.run + "/" + (try recorded.run().dataFiles[0].path)
        #expect(try HDF5View.pixelDigests(file, at: "/entry/data/data") == written)
    }

    private static let frames = """
        def digest(a): return f"{a.dtype} {hashlib.sha256(np.ascontiguousarray(a)).hexdigest()}"
        generator = np.random.default_rng(7)

        """

    /// fabio's own writer, one file a frame; -1 and -2 are what Pilatus detectors write for gaps and dead pixels.
    @Test(arguments: ["v1", "v2"])
    func filesOfAPilatusArriveWithTheirPixels(version: String) throws {
        let folder = try TemporaryFolder("cbf")
        let written: Written = try HDF5View.answer(
            Self.frames + """
                from fabio.cbfimage import CbfImage
                answer = []
                for n in range(4):
                    a = generator.poisson(20, (61, 83)).astype("i4")
                    a[30:33], a[5, 7], a[n, :3] = -1, -2, (40_000, 3_000_000, 0)
                    CbfImage(data=a).write(f"{sys.argv[1]}/scan_{n + 1:05}.cbf")
                    answer.append(digest(a))
                print(json.dumps(answer))
                """, [folder.path])
        try expectReplay(of: folder.path, protocol: version, to: written)
        try expectReplay(of: folder.file("scan_00003.cbf").path, protocol: version, to: [written[2]])
    }

    /// A master file with two data files behind external links, packed by the HDF5 filter, as a DECTRIS file writer leaves them.
    @Test(arguments: ["v1", "v2"])
    func filesOfAFileWriterArriveWithTheirPixels(version: String) throws {
        let folder = try TemporaryFolder("dectris")
        let written: Written = try HDF5View.answer(
            Self.frames + """
                a = generator.poisson(3, (7, 70, 110)).astype("u4")
                a[:, 20:24], a[3, 5, 6] = 0xFFFFFFFF, 123_456_789
                for file, part in ((1, a[:4]), (2, a[4:])):
                    with h5py.File(f"{sys.argv[1]}/x_data_{file:06}.h5", "w") as f:
                        f.create_dataset("entry/data/data", data=part, chunks=(1, 70, 110), **hdf5plugin.Bitshuffle(cname="lz4"))
                with h5py.File(sys.argv[1] + "/x_master.h5", "w") as f:
                    f.create_group("entry").attrs["NX_class"] = "NXentry"
                    f.create_group("entry/data").attrs["NX_class"] = "NXdata"
                    f.create_group("entry/instrument").attrs["NX_class"] = "NXinstrument"
                    f.create_group("entry/instrument/detector").attrs["NX_class"] = "NXdetector"
                    for file in (1, 2):
                        f[f"entry/data/data_{file:06}"] = h5py.ExternalLink(f"x_data_{file:06}.h5", "entry/data/data")
                print(json.dumps([digest(frame) for frame in a]))
                """, [folder.path])
        try expectReplay(of: folder.file("x_master.h5").path, protocol: version, to: written)
    }

    /// What we sealed is a source too, and a second run of it holds the same.
    @Test func aSealedRunPlayedAgainGivesTheSamePixels() throws {
        let first = try Rehearsal.record("synthetic:64x128:rings", playing: ["--frames", "5", "--seed", "11"])
        let master = try first.sealed().master
        let written = try HDF5View.pixelDigests(master)
        #expect(Set(written).count == 5, "five different frames")
        try expectReplay(of: master, protocol: "v2", to: written)
    }
}
