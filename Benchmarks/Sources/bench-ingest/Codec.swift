import Foundation

/// The codecs against their peers: `bench_codec.py` measures, with `bench-codec` beside this program as our side.
struct Codec {
    let options: BenchOptions
    let folder: String

    /// One comparison; rates are median and quartiles, GB/s of pixels.
    struct Row: Codable {
        let frames: String
        let encoding: String
        let level: String
        let what: String
        let peer: String
        let gigabytesPerSecond: [Double]
        let peerGigabytesPerSecond: [Double]
        let ratio: Double
        let storedBytes: Int
        let peerStoredBytes: Int
        let sizeRatio: Double
        let least: Double?
        let aim: Double?
    }

    func measure() throws -> [Row] {
        guard let python = options.python else { return [] }
        let file = folder + "/codec.json"
        let program = URL(fileURLWithPath: Child.ownProgram).deletingLastPathComponent().appendingPathComponent("bench-codec")
            .path
        let rounds = "\(min(5, options.rounds))"
        let said = try Child.run(
            python, [options.scripts + "/bench_codec.py", program, "--rounds", rounds, "--frames", "4", "--json", file])
        print(String(decoding: said, as: UTF8.self))
        return try JSONDecoder().decode([Row].self, from: Data(contentsOf: URL(fileURLWithPath: file)))
    }
}
