import CHDF5
import Diagnostics

/// A box of a virtual dataset and the box of another dataset that it shows.
public struct HDF5VirtualMapping: Sendable, Equatable {
    /// Relative to the folder of the virtual file; `.` is the virtual file itself.
    public let file: String
    public let dataset: String
    public let sourceShape: [Int]
    public let sourceStart: [Int]
    public let targetStart: [Int]
    /// Of both boxes; a rank that differs from the target's has ones at the missing axes.
    public let count: [Int]

    public init(file: String, dataset: String, sourceShape: [Int], sourceStart: [Int], targetStart: [Int], count: [Int]) {
        self.file = file
        self.dataset = dataset
        self.sourceShape = sourceShape
        self.sourceStart = sourceStart
        self.targetStart = targetStart
        self.count = count
    }
}

extension HDF5Group {
    /// Creates a virtual dataset. A source that is missing when it is read gives `fill` without an error: readers cannot tell, so check sources.
    @discardableResult
    public func createVirtualDataset(
        _ name: String, elementType: HDF5ElementType, shape: [Int], fill: [UInt8]? = nil, mappings: [HDF5VirtualMapping]
    ) throws(HDF5Error) -> HDF5Dataset {
        let place = child(name)
        let list = HDF5Handle(
            try HDF5Library.call("H5Pcreate", .cannotWrite, at: place) { H5Pcreate(h5x_dataset_create()) })
        try HDF5Library.call("H5Pset_obj_track_times", .cannotWrite, at: place) { H5Pset_obj_track_times(list.identifier, false) }
        if let fill {
            guard fill.count == elementType.byteCount else {
                throw HDF5Error(.inconsistentValue, "the fill value is not one element", at: place, got: "\(fill.count) bytes")
            }
            try HDF5Library.call("H5Pset_fill_value", .cannotWrite, at: place) {
                H5Pset_fill_value(list.identifier, elementType.stored, fill)
            }
        }
        let target = try HDF5Dataspace(shape: shape, at: place)
        for mapping in mappings {
            try target.select(start: mapping.targetStart, count: mapping.count, at: place)
            let source = try HDF5Dataspace(shape: mapping.sourceShape, at: "\(mapping.file):\(mapping.dataset)")
            let sourceCount = Array(mapping.count.suffix(mapping.sourceShape.count))
            try source.select(start: mapping.sourceStart, count: sourceCount, at: "\(mapping.file):\(mapping.dataset)")
            try HDF5Library.call("H5Pset_virtual", .cannotWrite, at: place) {
                H5Pset_virtual(
                    list.identifier, target.handle.identifier, mapping.file, mapping.dataset, source.handle.identifier)
            }
        }
        let whole = try HDF5Dataspace(shape: shape, at: place)
        let type = HDF5Handle(
            try HDF5Library.call("H5Tcopy", .cannotWrite, at: place) { H5Tcopy(elementType.stored) })
        return try create(name, type: type, space: whole, list: list)
    }
}

extension HDF5Dataset {
    /// The mappings of a virtual dataset whose boxes are plain boxes; throws `unsupported` for others (strides, unlimited, printf names).
    public func virtualMappings(limits: HDF5Limits = .standard) throws(HDF5Error) -> [HDF5VirtualMapping] {
        let list = try creationList()
        var count = 0
        try HDF5Library.call("H5Pget_virtual_count", .cannotRead, at: place) { H5Pget_virtual_count(list.identifier, &count) }
        guard count <= limits.links else {
            throw HDF5Error(
                .limitExceeded, "too many virtual sources", at: place, got: "\(count)", expected: "at most \(limits.links)")
        }
        var mappings: [HDF5VirtualMapping] = []
        for index in 0..<count {
            let file = try text(at: index) { H5Pget_virtual_filename(list.identifier, index, $0, $1) }
            let dataset = try text(at: index) { H5Pget_virtual_dsetname(list.identifier, index, $0, $1) }
            let target = HDF5Handle(
                try HDF5Library.call("H5Pget_virtual_vspace", .cannotRead, at: place) {
                    H5Pget_virtual_vspace(list.identifier, index)
                })
            let source = HDF5Handle(
                try HDF5Library.call("H5Pget_virtual_srcspace", .cannotRead, at: place) {
                    H5Pget_virtual_srcspace(list.identifier, index)
                })
            let targetBox = try box(of: target)
            let sourceBox = try box(of: source)
            mappings.append(
                HDF5VirtualMapping(
                    file: file, dataset: dataset, sourceShape: sourceBox.shape, sourceStart: sourceBox.start,
                    targetStart: targetBox.start, count: targetBox.count))
        }
        return mappings
    }

    /// The sources of a virtual dataset, and how many elements it takes from each, whatever the shape of its boxes is.
    /// - Returns: nil where a name is made at reading (printf), or a box has no end.
    func virtualSources(limits: HDF5Limits) throws(HDF5Error) -> [(file: String, dataset: String, elements: Int)]? {
        let list = try creationList()
        var count = 0
        try HDF5Library.call("H5Pget_virtual_count", .cannotRead, at: place) { H5Pget_virtual_count(list.identifier, &count) }
        guard count <= limits.links else { return nil }
        var sources: [(file: String, dataset: String, elements: Int)] = []
        for index in 0..<count {
            let file = try text(at: index) { H5Pget_virtual_filename(list.identifier, index, $0, $1) }
            let dataset = try text(at: index) { H5Pget_virtual_dsetname(list.identifier, index, $0, $1) }
            let target = HDF5Handle(
                try HDF5Library.call("H5Pget_virtual_vspace", .cannotRead, at: place) {
                    H5Pget_virtual_vspace(list.identifier, index)
                })
            HDF5Library.silence()
            let elements = H5Sget_select_npoints(target.identifier)
            guard elements >= 0, !file.contains("%"), !dataset.contains("%") else { return nil }
            sources.append((file, dataset, Int(elements)))
        }
        return sources
    }

    private func text(at index: Int, _ get: (UnsafeMutablePointer<CChar>?, Int) -> Int) throws(HDF5Error) -> String {
        let length = try HDF5Library.call("H5Pget_virtual_filename", .cannotRead, at: place) { get(nil, 0) }
        guard length <= 1 << 16 else { throw HDF5Error(.limitExceeded, "a source's name is too long", at: place) }
        var characters = [CChar](repeating: 0, count: length + 1)
        try HDF5Library.call("H5Pget_virtual_filename", .cannotRead, at: place) { get(&characters, characters.count) }
        return String(decoding: characters.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func box(of handle: HDF5Handle) throws(HDF5Error) -> (start: [Int], count: [Int], shape: [Int]) {
        let space = try HDF5Dataspace(handle, at: place)
        let rank = space.shape.count
        if H5Sget_select_type(handle.identifier) == H5S_SEL_ALL {
            return ([Int](repeating: 0, count: rank), space.shape, space.shape)
        }
        var start = [hsize_t](repeating: 0, count: max(rank, 1))
        var stride = start
        var count = start
        var block = start
        let isRegular = H5Sis_regular_hyperslab(handle.identifier)
        guard isRegular > 0 else { throw HDF5Error(.unsupported, "a virtual source of irregular shape", at: place) }
        try HDF5Library.call("H5Sget_regular_hyperslab", .cannotRead, at: place) {
            H5Sget_regular_hyperslab(handle.identifier, &start, &stride, &count, &block)
        }
        var extent: [Int] = []
        for axis in 0..<rank {
            let (length, overflow) = count[axis].multipliedReportingOverflow(by: block[axis])
            guard !overflow, let whole = Int(exactly: length), count[axis] == 1 || stride[axis] == block[axis] else {
                throw HDF5Error(.unsupported, "a virtual source with steps or without an end", at: place)
            }
            extent.append(whole)
        }
        return (start.prefix(rank).map { Int(clamping: $0) }, extent, space.shape)
    }
}
