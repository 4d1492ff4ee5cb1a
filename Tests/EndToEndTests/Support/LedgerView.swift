import Foundation
import TestSupport

/// What a stranger sees in a run's ledgers who has only read schemas/ledger.md: Python, no code of ours, no index of any data file.
enum LedgerView {
    /// A committed record, and what its chunk is.
    struct Record: Decodable, Equatable {
        let frame: Int
        let offset: Int
        let size: Int
        let flags: Int
        /// Receipt, nanoseconds since 1970.
        let received: Int
        /// Whether the bytes at that place have the XXH3-128 digest that the record gives.
        let isIntact: Bool
        /// SHA-256 of those bytes.
        let sha256: String
        /// Whether the pixels were looked at.
        let isDecoded: Bool
        /// The number in the first thirteen pixels, by HDF5's own filter; nil without a stamp.
        let stamp: Int?

        var isMasked: Bool { flags & 1 != 0 }
    }

    /// Modules of Python that it needs.
    static let isAvailable = TestPython.isAvailable("h5py", "hdf5plugin", "xxhash")

    /// Records of the ledgers of a run's first channel, in the order of their commitment. Empty where there is no ledger yet.
    ///
    /// - Parameter decoding: how many frames are decoded at most, evenly spread.
    static func records(ofRun folder: String, decoding: Int = 500) throws -> [Record] {
        try HDF5View.answer(
            """
            import glob, os, struct, xxhash
            def stamp(chunk, dtype, shape, filters):
                with h5py.File("x", "w", driver="core", backing_store=False) as f:
                    d = f.create_dataset("d", (1, *shape), dtype, chunks=(1, *shape), **filters)
                    d.id.write_direct_chunk((0, 0, 0), chunk)
                    head = [int(v) for v in d[0].ravel()[:13]]
                good = head[:2] == [70, 83] and head[12] == sum(head[:12]) % 101
                return sum(v << (7 * i) for i, v in enumerate(head[2:12])) if good else None
            answer, full = [], 2**64 - 1
            for path in sorted(glob.glob(sys.argv[1] + "/ledger/*.ledger")):
                ledger = open(path, "rb").read()
                if len(ledger) < 4096: continue
                text = lambda offset, size: ledger[offset:offset + size].split(b"\\0")[0].decode()
                channel, = struct.unpack_from("<H", ledger, 20)
                if channel: continue
                number, slow, fast = struct.unpack_from("<I4xQQ", ledger, 24)
                salt, = struct.unpack_from("<Q", ledger, 80)
                filters = {0: {}, 32008: hdf5plugin.Bitshuffle(cname="lz4")}.get(number)
                data = open(os.path.join(sys.argv[1], text(512, 256)), "rb")
                committed = []
                for slot in range((len(ledger) - 4096) // 64):
                    words = struct.unpack_from("<8Q", ledger, 4096 + 64 * slot)
                    check = salt ^ slot
                    for word in words[:7]:
                        check = ((check ^ word) * 0xFF51AFD7ED558CCD) & full
                        check ^= check >> 32
                    if words[7] != check | 1: break
                    committed.append(words)
                most = int(sys.argv[2])
                step = max(1, -(-len(committed) // most)) if most else 0
                for slot, words in enumerate(committed):
                    data.seek(words[1])
                    chunk = data.read(words[2])
                    digest = xxhash.xxh3_128(chunk).intdigest()
                    wanted = step > 0 and slot % step == 0 and filters is not None
                    answer.append(dict(
                        frame=words[0], offset=words[1], size=words[2], flags=words[6] >> 16 & 0xFFFF, received=words[5],
                        isIntact=len(chunk) == words[2] and digest == words[3] | words[4] << 64,
                        sha256=hashlib.sha256(chunk).hexdigest(), isDecoded=wanted,
                        stamp=stamp(chunk, text(96, 16), (slow, fast), filters) if wanted else None))
            print(json.dumps(answer))
            """, [folder, "\(decoding)"])
    }

    /// Waits until so many frames of a growing run are acknowledged, and gives how many are.
    @discardableResult
    static func wait(for frames: Int, ofRun folder: String, seconds: Double = 60) throws -> Int {
        let limit = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < limit {
            let count = try records(ofRun: folder, decoding: 0).count
            if count >= frames { return count }
            usleep(50_000)
        }
        throw ChildFailure(description: "\(frames) frames were not acknowledged in \(seconds) s")
    }
}
