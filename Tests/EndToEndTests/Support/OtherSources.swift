import Foundation
import TestSupport

/// Sources of messages that are not our simulator: recordings made by Python, and a PUSH socket that speaks ZMTP 3.0 itself
/// (https://rfc.zeromq.org/spec/23/).
enum OtherSources {
    /// Writes a copy of a Stream V1 recording with one whole frame more, compressed by the HDF5 bitshuffle filter.
    ///
    /// - Returns: the frame's number, the sum of its pixels, and the SHA-256 of its payload.
    static func addGoodFrame(to recording: URL, as copy: URL) throws -> (frame: Int, counts: Int, digest: String) {
        struct Added: Decodable {
            let frame: Int
            let counts: Int
            let digest: String
        }
        let added: Added = try HDF5View.answer(
            """
            import cbor2, os
            messages = []
            with open(sys.argv[1], "rb") as f:
                while True:
                    try: messages.append(cbor2.load(f))
                    except EOFError: break
            images = [m for m in messages if b"dimage-1.0" in m[0]]
            last = images[-1]
            first, second = json.loads(last[0]), json.loads(last[1])
            shape = second["shape"][::-1]
            pixels = (np.arange(shape[0] * shape[1], dtype="u4") % 7).reshape(shape)
            pixels[0, :13] = 0
            with h5py.File(sys.argv[2] + ".h5", "w") as f:
                d = f.create_dataset("d", data=pixels[None], chunks=(1, *shape), **hdf5plugin.Bitshuffle(cname="lz4"))
                payload = d.id.read_direct_chunk((0, 0, 0))[1]
            first["frame"] += 1
            second["size"] = len(payload)
            image = [json.dumps(first).encode(), json.dumps(second).encode(), payload] + list(last[3:])
            place = max(i for i, m in enumerate(messages) if m is last) + 1
            messages.insert(place, image)
            with open(sys.argv[2], "wb") as f:
                for m in messages: f.write(cbor2.dumps(list(m)))
            print(json.dumps(dict(frame=first["frame"], counts=int(pixels.sum()), digest=hashlib.sha256(payload).hexdigest())))
            """, [recording.path, copy.path])
        return (added.frame, added.counts, added.digest)
    }

    /// SHA-256 of the payload of a Stream V2 image message.
    static func payloadDigest(_ message: URL) throws -> String {
        try HDF5View.answer(
            """
            import cbor2
            m = cbor2.load(open(sys.argv[1], "rb"))
            m = getattr(m, "value", m)
            array = next(iter(m["data"].values())).value[1].value
            print(json.dumps(hashlib.sha256(getattr(array, "value", array)[2]).hexdigest()))
            """, [message.path])
    }

    /// A PUSH socket that sends `messages`, a Python expression over `cbor2`, and then stays open until the test is done with it.
    ///
    /// - Parameter preparing: Python that runs before, for expressions that need more than a line.
    static func push(
        _ messages: String, preparing: String = "", stays seconds: Int = 600
    ) throws -> (process: ChildProcess, address: String) {
        try serve(
            preparing: """
                import cbor2
                from cbor2 import CBORTag
                def fields(path):
                    m = cbor2.load(open(path, "rb"))
                    return getattr(m, "value", m)

                """ + preparing + "\nmessages = \(messages)\n",
            """
            def need(n):
                got = b""
                while len(got) < n:
                    piece = c.recv(n - len(got))
                    if not piece: sys.exit(3)
                    got += piece
                return got
            c.sendall(b"\\xff" + bytes(8) + b"\\x7f\\x03\\x00NULL" + bytes(16) + b"\\x00" + bytes(31))
            need(64)
            ready = b"\\x05READY\\x0bSocket-Type" + struct.pack(">I", 4) + b"PUSH"
            c.sendall(bytes([4, len(ready)]) + ready)
            need(need(2)[1])
            for parts in messages:
                for i, part in enumerate(parts):
                    c.sendall(struct.pack(">BQ", 2 | (i + 1 < len(parts)), len(part)) + part)
            time.sleep(\(seconds))
            """)
    }

    /// What was in an image message.
    struct SentFrame: Decodable {
        /// Bytes and SHA-256 of the payload.
        let size: Int
        let sha256: String
        /// Sum of its pixels.
        let counts: Int
    }

    /// A Stream V2 series of small frames, each with other pixels and packed by HDF5's own filter, pushed by Python.
    ///
    /// - Parameters:
    ///   - damage: Python that may change `image`, `shape`, `type`, `packing` or `payload` of frame `n` before it is encoded.
    ///   - folder: for a note of what is sent.
    /// - Returns: with it, what was in each image message before the damage.
    static func pushSmallSeries(
        frames: Int, slow: Int = 64, fast: Int = 128, damage: String = "pass", in folder: TemporaryFolder
    ) throws -> (process: ChildProcess, address: String, sent: [SentFrame]) {
        let note = folder.file("sent.json")
        let fixture = Fixtures.url("streams/eiger2-16m").path
        let preparation = """
            import h5py, hashlib, hdf5plugin, json, numpy as np
            slow, fast, series, sent = \(slow), \(fast), [], []
            start = fields("\(fixture)/start.cbor")
            for key in ("flatfield", "pixel_mask", "countrate_correction_lookup_table"): start.pop(key)
            start.update(number_of_images=\(frames), image_size_x=fast, image_size_y=slow, image_dtype="uint16", bit_depth_image=16)
            series.append([cbor2.dumps(CBORTag(55799, start))])
            for n in range(\(frames)):
                pixels = ((np.arange(slow * fast) * (n + 3)) % 251).astype("u2").reshape(slow, fast)
                with h5py.File("x", "w", driver="core", backing_store=False) as f:
                    d = f.create_dataset("d", data=pixels[None], chunks=(1, slow, fast), **hdf5plugin.Bitshuffle(cname="lz4"))
                    payload = d.id.read_direct_chunk((0, 0, 0))[1]
                sent.append(dict(size=len(payload), sha256=hashlib.sha256(payload).hexdigest(), counts=int(pixels.sum())))
                image = fields("\(fixture)/image.cbor")
                shape, type, packing, ticks = [slow, fast], 69, "bslz4", 50000000
                image.update(start_time=[n * 500000, ticks], stop_time=[n * 500000 + 400000, ticks], real_time=[400000 + n, ticks])
                image["image_id"] = n
                \(damage)
                array = CBORTag(40, [shape, CBORTag(type, CBORTag(56500, [packing, 2, payload]))])
                series.append([cbor2.dumps(CBORTag(55799, image | dict(data={"threshold_1": array})))])
            series.append([open("\(fixture)/end.cbor", "rb").read()])
            with open("\(note.path)", "w") as f: json.dump(sent, f)
            """
        let (process, address) = try push("series", preparing: preparation)
        return (process, address, try JSONDecoder().decode([SentFrame].self, from: Data(contentsOf: note)))
    }

    /// A web server: it takes the connection and answers in HTTP.
    static func webServer() throws -> (process: ChildProcess, address: String) {
        try serve(
            """
            while True:
                c.sendall(b"HTTP/1.1 400 Bad Request\\r\\nConnection: close\\r\\n\\r\\n")
                c.close()
                c, _ = s.accept()
            """)
    }

    /// - Parameter preparing: runs before the port is told.
    private static func serve(preparing: String = "", _ code: String) throws -> (process: ChildProcess, address: String) {
        guard let python = TestPython.path else { throw ChildFailure(description: TestPython.absence) }
        let start =
            preparing + """
                import socket, struct, sys, time
                s = socket.socket()
                s.bind(("127.0.0.1", 0))
                s.listen()
                print("port", s.getsockname()[1], ".", flush=True)
                c, _ = s.accept()

                """
        let process = try ChildProcess(python, ["-c", start + code])
        try process.waitFor(".", in: .output)
        let port = process.standardOutput.split(separator: " ")[1]
        return (process, "tcp://127.0.0.1:\(port)")
    }
}
