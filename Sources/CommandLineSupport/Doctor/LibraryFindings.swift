import JSON

/// A library that the program was built against, and the one that it found when it started.
public struct LibraryVersion: Sendable, Hashable {
    public let name: String
    /// Of the headers.
    public let built: String
    /// Of the loaded library.
    public let running: String
    /// Whether a difference in this many leading numbers breaks the promise of the library's binary interface.
    public let bindingNumbers: Int

    public init(_ name: String, built: String, running: String, bindingNumbers: Int = 1) {
        self.name = name
        self.built = built
        self.running = running
        self.bindingNumbers = bindingNumbers
    }

    /// The loaded one must have the same leading numbers as the headers.
    public var isCompatible: Bool { leading(built) == leading(running) }

    public var finding: DoctorFinding {
        let values: JSONObject = ["built": .string(built), "running": .string(running)]
        guard isCompatible else {
            return DoctorFinding(
                name, .impossible, "\(running) is loaded, but the program was built for \(built)",
                remedy: "Build the program again on this machine, or correct LD_LIBRARY_PATH", values)
        }
        return DoctorFinding(name, built == running ? running : "\(running) (built with \(built))", values)
    }

    private func leading(_ version: String) -> [Substring] { Array(version.split(separator: ".").prefix(bindingNumbers)) }
}

/// HDF5's filter plugins: our own codecs write and read without them; other programs on this machine need them.
public struct FilterFacts: Sendable, Hashable {
    /// Registered number (https://github.com/HDFGroup/hdf5_plugins), name, and whether HDF5 finds it.
    public struct Filter: Sendable, Hashable {
        public let number: Int
        public let name: String
        public let isPresent: Bool

        public init(number: Int, name: String, isPresent: Bool) {
            self.number = number
            self.name = name
            self.isPresent = isPresent
        }
    }

    public let filters: [Filter]
    /// Where HDF5 looks.
    public let folders: [String]

    public init(filters: [Filter], folders: [String]) {
        self.filters = filters
        self.folders = folders
    }

    public var finding: DoctorFinding {
        let present = filters.filter(\.isPresent).map(\.name)
        let absent = filters.filter { !$0.isPresent }
        let values: JSONObject = [
            "present": JSONValue(present), "absent": JSONValue(absent.map(\.name)), "folders": JSONValue(folders),
        ]
        let place = "in \(folders.joined(separator: ":"))"
        guard absent.isEmpty else {
            let list = absent.map { "\($0.name) (\($0.number))" }.joined(separator: ", ")
            return DoctorFinding(
                "hdf5-filters", .advice, "absent: \(list), looked \(place)",
                remedy:
                    "Not needed to ingest, but by other readers: apt install hdf5-filter-plugin (bitshuffle, lz4), pip install hdf5plugin (all)",
                values)
        }
        return DoctorFinding("hdf5-filters", "\(present.joined(separator: ", ")) \(place)", values)
    }
}
