import Diagnostics
import Digests
import FrameSlices
import Foundation
import HDF5
import Identifiers
import TestSupport
import Testing

/// A slice's digest is that of its frames, wherever they lie.
@Suite struct SliceDigestTests {
    /// Frames 0 to 8: in one file; in two files behind links; in two files behind a virtual dataset; in nine files.
    private struct Series {
        let folder: TemporaryFolder
        var whole: String { folder.file("whole.h5").path }
        var linked: String { folder.file("linked_master.h5").path }
        var virtual: String { folder.file("virtual_master.h5").path }
        var scattered: String { folder.file("scattered_master.h5").path }
        var all: [String] { [whole, linked, virtual, scattered] }

        init(_ model: SliceFile = SliceFile()) throws {
            folder = try TemporaryFolder("slice")
            try model.write(0..<9, to: whole)
            try model.write(0..<5, to: folder.file("a.h5").path)
            try model.write(5..<9, to: folder.file("b.h5").path)
            for number in 0..<9 { try model.write(number..<number + 1, to: folder.file("\(number).h5").path) }
            try SliceFile.link(["a.h5", "b.h5"], to: linked)
            if model.channels == nil {
                try model.show([("a.h5", 5), ("b.h5", 4)], to: virtual)
                try model.show((0..<9).map { ("\($0).h5", 1) }, to: scattered)
            }
        }
    }

    /// As the documentation has it, made of the bytes that were written.
    private func expected(_ frames: ClosedRange<Int>, channels: Int = 1) -> String {
        var digest = SHA256()
        func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { digest.add($0) } }
        add(
            Array(
                "faisceau.slice.1\ngroup /entry/data\nshape \(channels) 6 8\nframes \(frames.lowerBound) \(frames.upperBound)\n"
                    .utf8)
        )
        for frame in frames {
            for channel in 0..<channels {
                let bytes = SliceFile.bytes(frame, channel: channel)
                add(Array("chunk \(frame) \(channel) <u2 32008 0 \(bytes.count)\n".utf8))
                add(bytes)
            }
        }
        return digest.finish()
    }

    @Test func theDigestIsThatOfTheDescribedBytesInEveryLayout() throws {
        let series = try Series()
        for frames in [0...8, 0...0, 8...8, 3...6, 4...4, 5...5, 4...5] {
            let expected = expected(frames)
            for master in series.all {
                let slice = try SliceDigest.compute(master: master, frames: frames)
                #expect(slice.sha256 == expected, "\(master) \(frames)")
                #expect(slice.frames == frames)
                #expect(slice.group == "/entry/data")
                #expect(slice.byteCount == frames.map { SliceFile.bytes($0).count }.reduce(0, +))
                try SliceDigest.verify(slice.fragment, master: series.whole)
            }
        }
    }

    @Test func allChannelsOfAFrameBelongToIt() throws {
        var model = SliceFile()
        model.channels = 2
        let series = try Series(model)
        for master in [series.whole, series.linked] {
            let slice = try SliceDigest.compute(master: master, frames: 3...6)
            #expect(slice.sha256 == expected(3...6, channels: 2))
        }
    }

    @Test func aByteWithinTheSliceCountsAndOneOutsideDoesNot() throws {
        let series = try Series()
        let cited = try SliceDigest.compute(master: series.virtual, frames: 3...6).fragment
        for (file, frame) in [("a.h5", 2), ("b.h5", 2)] {
            try SliceFile.spoil(series.folder.file(file).path, frame: frame)
            try SliceDigest.verify(cited, master: series.virtual)
            try SliceDigest.verify(cited, master: series.linked)
        }
        for (file, frame) in [("a.h5", 3), ("b.h5", 1)] {
            let path = series.folder.file(file).path
            try SliceFile.spoil(path, frame: frame)
            for master in [series.virtual, series.linked] {
                let error = #expect(throws: SliceError.self) { try SliceDigest.verify(cited, master: master) }
                #expect(error?.code == .differs)
                #expect(error?.expected == cited.sha256)
            }
            try SliceFile.spoil(path, frame: frame)
            try SliceDigest.verify(cited, master: series.virtual)
        }
    }

    @Test func whatTheBytesMeanIsDigestedToo() throws {
        let folder = try TemporaryFolder("slice")
        let models: [SliceFile] = [
            SliceFile(), SliceFile(slow: 8, fast: 6), SliceFile(elementType: .int16), SliceFile(elementType: .float32),
            SliceFile(filters: []), SliceFile(filters: [HDF5Filter(identifier: HDF5Filter.deflate, parameters: [4])]),
            SliceFile(filters: [
                HDF5Filter(identifier: 2, parameters: []), HDF5Filter(identifier: HDF5Filter.deflate, parameters: [4]),
            ]),
            SliceFile(mask: 1), SliceFile(group: ["entry", "instrument", "detector"]), SliceFile(channels: 1),
        ]
        var digests: [String] = []
        for (number, model) in models.enumerated() {
            let path = folder.file("\(number).h5").path
            try model.write(0..<3, to: path, length: 96...96)
            digests.append(try SliceDigest.compute(master: path, frames: 0...1).sha256)
        }
        digests.append(try SliceDigest.compute(master: folder.file("0.h5").path, frames: 1...2).sha256)
        // One channel is one channel, with and without an axis for it.
        #expect(digests.remove(at: 9) == digests[0])
        #expect(Set(digests).count == digests.count)
    }

    @Test(arguments: [nil, "/entry/data/data", "entry/data/data", "/entry/data"])
    func thePathOfTheDatasetMayBeGiven(_ path: String?) throws {
        let series = try Series()
        let master = path == "/entry/data" ? series.linked : series.whole
        let slice = try SliceDigest.compute(master: master, frames: 0...8, dataset: path)
        #expect(slice.sha256 == expected(0...8))
    }

    /// h5py reads the chunks, hashlib digests them.
    @Test(.enabled(if: TestPython.isAvailable("h5py"), "\(TestPython.absence)"))
    func pythonComputesTheSameDigest() throws {
        let folder = try TemporaryFolder("slice")
        let path = folder.file("large.h5").path
        // Longer than the piece in which bytes are read, and of lengths around it.
        var model = SliceFile()
        (model.slow, model.fast) = (1000, 1000)
        try model.write(0..<4, to: path, length: (1 << 20) - 2...(1 << 20) + 300_000)
        let slice = try SliceDigest.compute(master: path, frames: 1...3)
        #expect(slice.byteCount > 3 << 20)
        let judged = try TestPython.run(
            """
            import hashlib, sys
            import h5py
            path, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
            data = h5py.File(path)["/entry/data/data"]
            pipeline = data.id.get_create_plist()
            filters = ",".join(str(pipeline.get_filter(i)[0]) for i in range(pipeline.get_nfilters())) or "-"
            digest = hashlib.sha256(b"faisceau.slice.1\\ngroup /entry/data\\n")
            digest.update(f"shape 1 {data.shape[1]} {data.shape[2]}\\nframes {first} {last}\\n".encode())
            for frame in range(first, last + 1):
                mask, chunk = data.id.read_direct_chunk((frame, 0, 0))
                digest.update(f"chunk {frame} 0 {data.dtype.str} {filters} {mask} {len(chunk)}\\n".encode() + chunk)
            print(digest.hexdigest())
            """, [path, "1", "3"])
        #expect(judged.standardOutput == slice.sha256 + "\n")
    }
}
