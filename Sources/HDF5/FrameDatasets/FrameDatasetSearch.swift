import Diagnostics

/// Finds the frames in a file of any program that writes NeXus or nearly so.
///
/// Preferred, in this order: the numbered links `data_000001`… (every frame once, even where a virtual dataset repeats them), a dataset
/// `data` of an NXdata, of an NXdetector, then the largest stack of images, then the largest image.
///
/// Where the signal of the links' own NXdata is a virtual dataset, that is taken in their place: it keeps the numbers of the frames when a
/// data file is not there, or begins late, and links have no places to keep.
enum FrameDatasetSearch {
    struct Found {
        let path: String
        let datasets: [HDF5Dataset]
    }

    private enum Rank: Int { case image, stack, detectorData, plotData, detectorLinks, plotLinks }

    private struct Candidate {
        let rank: Rank
        let elements: Int
        let path: String
    }

    static func find(in file: HDF5File, datasetPath: String?, limits: HDF5Limits) throws(HDF5Error) -> Found {
        if let datasetPath { return try open(datasetPath, in: file, limits: limits) }
        var visited: Set<Visited> = []
        var best: Candidate?
        try search(file.root, path: "", depth: 0, visited: &visited, best: &best, limits: limits)
        guard let best else {
            throw HDF5Error(
                .notFound, "no frames found", at: file.path, expected: "numbers [frame, slow, fast], as in /entry/data/data",
                remedy: "Give the path of the dataset")
        }
        return try open(best.path, in: file, limits: limits)
    }

    private static func open(_ path: String, in file: HDF5File, limits: HDF5Limits) throws(HDF5Error) -> Found {
        switch try file.root.object(path) {
        case .dataset(let dataset): return Found(path: path, datasets: [dataset])
        case .group(let group):
            let names = try numberedLinks(group, limits: limits)
            guard let first = names.first else {
                throw HDF5Error(
                    .notFound, "no frames in this group", at: group.place, expected: "data_000001, data_000002, …",
                    remedy: "Give the path of the dataset")
            }
            if let (name, signal) = try virtualSignal(of: group, limits: limits) {
                return Found(path: path + "/" + name, datasets: [signal])
            }
            var datasets: [HDF5Dataset] = []
            for name in names {
                do throws(HDF5Error) {
                    datasets.append(try group.dataset(name))
                } catch {
                    guard case .external(let target, let inside) = try group.link(name) else { throw error }
                    throw HDF5Error(
                        .notFound, "a data file cannot be read", at: "\(group.place)/\(name)", got: "\(target):\(inside)",
                        remedy: "Keep the data files beside the master file, or name one dataset", cause: error)
                }
            }
            return Found(path: path + "/" + first, datasets: datasets)
        }
    }

    /// The signal of a group (NeXus, NXdata) if it is a virtual dataset of frames that tells its sources.
    private static func virtualSignal(
        of group: HDF5Group, limits: HDF5Limits
    ) throws(HDF5Error) -> (name: String, dataset: HDF5Dataset)? {
        guard try group.hasAttribute("signal"), let name = try group.attribute("signal").text, try group.hasLink(name),
            case .dataset(let dataset)? = try? group.object(name), dataset.elementType != nil,
            try (3...4).contains(dataset.shape().count), case .virtual = try dataset.storedLayout()
        else { return nil }
        do throws(HDF5Error) {
            _ = try dataset.virtualMappings(limits: limits)
        } catch  where error.code == .unsupported {
            return nil
        }
        return (name, dataset)
    }

    /// `data_` and digits, in the order of the numbers.
    private static func numberedLinks(_ group: HDF5Group, limits: HDF5Limits) throws(HDF5Error) -> [String] {
        try group.linkNames(limits: limits)
            .compactMap { name -> (Int, String)? in
                guard name.hasPrefix("data_"), let number = Int(name.dropFirst(5)), number >= 0 else { return nil }
                return (number, name)
            }
            .sorted { $0.0 < $1.0 }.map(\.1)
    }

    private struct Visited: Hashable {
        let file: UInt
        let address: UInt64
    }

    private static func search(
        _ group: HDF5Group, path: String, depth: Int, visited: inout Set<Visited>, best: inout Candidate?, limits: HDF5Limits
    ) throws(HDF5Error) {
        let header = try group.objectHeader()
        guard depth < 16, visited.count < 10_000,
            visited.insert(Visited(file: header.file, address: header.address)).inserted
        else { return }
        let nxClass = try group.hasAttribute("NX_class") ? group.attribute("NX_class").text : nil
        if try !numberedLinks(group, limits: limits).isEmpty, !path.isEmpty {
            // Whether it can be opened is said when it is opened: a missing data file must not send the search to another dataset.
            consider(Candidate(rank: nxClass == "NXdata" ? .plotLinks : .detectorLinks, elements: 0, path: path), &best)
        }
        for name in try group.linkNames(limits: limits) {
            let place = path + "/" + name
            switch try group.link(name) {
            case .soft, .other: continue
            case .hard, .external: break
            }
            guard let object = try? group.object(name) else { continue }
            switch object {
            case .group(let child):
                try search(child, path: place, depth: depth + 1, visited: &visited, best: &best, limits: limits)
            case .dataset(let dataset):
                let shape = try dataset.shape()
                guard dataset.elementType != nil, let elements = HDF5Array.elementCount(shape),
                    shape.suffix(2).allSatisfy({ $0 > 1 })
                else { continue }
                if shape.count == 3 || shape.count == 4 {
                    let rank: Rank =
                        name == "data"
                        ? (nxClass == "NXdata" ? .plotData : nxClass == "NXdetector" ? .detectorData : .stack) : .stack
                    consider(Candidate(rank: rank, elements: elements, path: place), &best)
                } else if shape.count == 2 {
                    consider(Candidate(rank: .image, elements: elements, path: place), &best)
                }
            }
        }
    }

    private static func consider(_ candidate: Candidate, _ best: inout Candidate?) {
        guard let now = best else {
            best = candidate
            return
        }
        if (candidate.rank.rawValue, candidate.elements) > (now.rank.rawValue, now.elements) { best = candidate }
    }
}
