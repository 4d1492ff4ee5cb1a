import Foundation

/// What the command line asks for.
struct BenchOptions {
    /// Folder of the files that are written; its file system is what is measured.
    var folder = FileManager.default.currentDirectoryPath
    var jsonFile: String?
    var rounds = 9
    /// Python with h5py and the codecs' peers; nil: what needs it is left out by name.
    var python: String?
    /// Folder of the Python halves.
    var scripts = "Benchmarks"
    /// Bytes of one run of one side.
    var bytesPerRun = 512 << 20
    /// Parts of a subject's name; empty: all subjects.
    var only: [String] = []

    static let help = """
        usage: bench-ingest [--quick] [--dir FOLDER] [--rounds N] [--mib N] [--only TEXT]... [--json FILE] [--python PATH]
          --quick   3 rounds of 256 MiB: two minutes
          --dir     folder for the files; its file system is measured (default: the current folder)
          --rounds  runs of each side, alternating (default 9)
          --mib     bytes of one run (default 512)
          --only    measures whose name contains TEXT: in process, writers, h5py, loopback, latency, memory, seal, window, codec
          --json    all figures as one JSON object
          --python  Python with h5py, hdf5plugin, bitshuffle and blosc2; --scripts FOLDER says where its halves lie
        """

    init(_ arguments: [String]) throws(BenchError) {
        var rest = arguments[...]
        while let flag = rest.popFirst() {
            if flag == "--quick" {
                (rounds, bytesPerRun) = (3, 256 << 20)
                continue
            }
            guard let value = rest.popFirst() else { throw BenchError("\(flag)\n\(Self.help)") }
            switch flag {
            case "--dir": folder = value
            case "--json": jsonFile = value
            case "--python": python = value
            case "--scripts": scripts = value
            case "--only": only.append(value)
            case "--rounds": rounds = try Self.positive(value)
            case "--mib": bytesPerRun = try Self.positive(value) << 20
            default: throw BenchError("\(flag) is not known\n\(Self.help)")
            }
        }
    }

    func wants(_ subject: String) -> Bool { only.isEmpty || only.contains { subject.contains($0) } }

    private static func positive(_ text: String) throws(BenchError) -> Int {
        guard let number = Int(text), (1...1_000_000).contains(number) else { throw BenchError("\(text) is not a number from 1") }
        return number
    }
}

/// Why there is no figure.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
