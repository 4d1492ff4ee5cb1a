import Foundation
import TestSupport

/// What h5py with hdf5plugin sees in a file: an opinion of its own, not ours.
enum HDF5View {
    /// A dataset; numbers in storage order, truth values as 0 and 1.
    struct Value: Decodable {
        let shape: [Int]
        let numbers: [Double?]?
        let texts: [String]?
        let attributes: [String: String]

        var number: Double? { numbers?.first ?? nil }
        var text: String? { texts?.first }
    }

    /// A frame as a reader decodes it.
    struct Frame: Decodable, Equatable {
        /// Sum of the pixels behind the stamp that are not the largest value of their type.
        let counts: Int
        /// The number in the first thirteen pixels, or nil.
        let stamp: Int?
        let smallest: Int
    }

    /// Values of datasets, by path; links are followed.
    static func values(_ file: String, _ paths: [String]) throws -> [String: Value] {
        try answer(
            """
            def plain(v):
                return None if isinstance(v, float) and v != v else v
            answer = {}
            with h5py.File(sys.argv[1]) as f:
                for path in sys.argv[2:]:
                    if path not in f: continue
                    d = f[path]
                    a = np.atleast_1d(d[()])
                    texts = [t.decode() if isinstance(t, bytes) else str(t) for t in a.flat] if a.dtype.kind in "OSU" else None
                    numbers = None if texts else [plain(v) for v in a.ravel().astype(float if a.dtype.kind == "f" else int).tolist()]
                    attributes = {k: v.decode() if isinstance(v, bytes) else str(v) for k, v in d.attrs.items()}
                    answer[path] = dict(shape=list(d.shape), numbers=numbers, texts=texts, attributes=attributes)
            print(json.dumps(answer))
            """, [file] + paths)
    }

    /// The shape of the frames at `path`, and every one of them.
    static func frames(_ file: String, at path: String = "/entry/data/frames") throws -> [Frame] {
        try answer(
            """
            answer = []
            with h5py.File(sys.argv[1]) as f:
                for a in f[sys.argv[2]]:
                    flat = a.ravel()
                    head = [int(v) for v in flat[:13]]
                    good = head[:2] == [70, 83] and head[12] == sum(head[:12]) % 101
                    rest = flat[13:]
                    sum_ = int(rest[rest != np.iinfo(rest.dtype).max].sum(dtype="u8"))
                    stamp = sum(v << (7 * i) for i, v in enumerate(head[2:12])) if good else None
                    answer.append(dict(counts=sum_, stamp=stamp, smallest=int(flat.min())))
            print(json.dumps(answer))
            """, [file, path])
    }

    /// SHA-256 of the pixels of every frame at `path`, as decoded, with their type in front: `uint16 9f…`.
    static func pixelDigests(_ file: String, at path: String = "/entry/data/frames") throws -> [String] {
        try answer(
            """
            with h5py.File(sys.argv[1]) as f:
                frames = f[sys.argv[2]]
                print(json.dumps([f"{a.dtype} {hashlib.sha256(np.ascontiguousarray(a)).hexdigest()}" for a in frames]))
            """, [file, path])
    }

    /// SHA-256 of every stored chunk, as it lies in the file, by frame number.
    static func chunkDigests(_ file: String) throws -> [String] {
        try answer(
            """
            with h5py.File(sys.argv[1]) as f:
                d = f["/entry/data/data"].id
                print(json.dumps([hashlib.sha256(d.read_direct_chunk((i, 0, 0))[1]).hexdigest() for i in range(d.shape[0])]))
            """, [file])
    }

    static func answer<Answer: Decodable>(_ code: String, _ arguments: [String]) throws -> Answer {
        let imports = "import h5py, hdf5plugin, hashlib, json, sys\nimport numpy as np\n"
        let output = try TestPython.run(imports + code, arguments)
        return try JSONDecoder().decode(Answer.self, from: Data(output.standardOutput.utf8))
    }
}
