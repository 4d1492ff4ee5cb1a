import Foundation
import HDF5
import TestSupport

/// A small HDF5 file of frames whose chunks are seeded bytes of differing lengths: nothing in a slice's digest decodes them.
struct SliceFile {
    var slow = 6
    var fast = 8
    var channels: Int?
    var elementType = HDF5ElementType.uint16
    var filters = [HDF5Filter(identifier: 32_008, parameters: [0, 2, 2, 0, 2])]
    var mask: UInt32 = 0
    var group = ["entry", "data"]
    var dataset = "data"
    /// Frames that are never written.
    var missing: Set<Int> = []

    /// The stored bytes of frame `number` of every file of this seed.
    static func bytes(_ number: Int, channel: Int = 0, length: ClosedRange<Int> = 1...200) -> [UInt8] {
        var generator = SeededGenerator(seed: UInt64(number * 16 + channel + 1))
        return (0..<Int.random(in: length, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    /// Writes the frames `numbers` of the series to a file of their own.
    func write(_ numbers: Range<Int>, to path: String, length: ClosedRange<Int> = 1...200) throws {
        let file = try HDF5File.create(path)
        var place = file.root
        for name in group { place = try place.createGroup(name) }
        let middle = channels.map { [$0] } ?? []
        let data = try place.createEmptyDataset(
            dataset, elementType: elementType, shape: [numbers.count] + middle + [slow, fast],
            layout: .chunked(shape: [1] + middle.map { _ in 1 } + [slow, fast], filters: filters))
        for (row, number) in numbers.enumerated() where !missing.contains(number) {
            for channel in 0..<(channels ?? 1) {
                try Self.bytes(number, channel: channel, length: length).withUnsafeBytes {
                    try data.writeChunk($0, at: [row] + middle.map { _ in channel } + [0, 0], filterMask: mask)
                }
            }
        }
        try file.close()
    }

    /// Changes one byte in the middle of a frame's chunk.
    static func spoil(_ path: String, frame: Int) throws {
        let address: UInt64
        do {
            let info = try HDF5File.open(path).root.dataset("/entry/data/data").chunkInfo(at: [frame, 0, 0])
            guard let info else { throw ChildFailure(description: "frame \(frame) has no chunk") }
            address = info.address + UInt64(info.byteCount / 2)
        }
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try handle.seek(toOffset: address)
        guard let byte = try handle.read(upToCount: 1)?.first else { throw ChildFailure(description: "no such byte") }
        try handle.seek(toOffset: address)
        try handle.write(contentsOf: [byte ^ 1])
        try handle.close()
    }

    /// A master of links to files that lie beside it.
    static func link(_ files: [String], to path: String) throws {
        let file = try HDF5File.create(path)
        let data = try file.root.createGroup("entry").createGroup("data")
        for (number, name) in files.enumerated() {
            try data.createExternalLink("data_00000\(number + 1)", file: name, path: "/entry/data/data")
        }
        try file.close()
    }

    /// A master with a virtual dataset of files that lie beside it, each with its number of frames.
    func show(_ files: [(name: String, count: Int)], of total: Int? = nil, to path: String) throws {
        let file = try HDF5File.create(path)
        var start = 0
        let mappings = files.map { name, count in
            defer { start += count }
            return HDF5VirtualMapping(
                file: name, dataset: "/entry/data/data", sourceShape: [count, slow, fast], sourceStart: [0, 0, 0],
                targetStart: [start, 0, 0], count: [count, slow, fast])
        }
        try file.root.createGroup("entry").createGroup("data").createVirtualDataset(
            "data", elementType: elementType, shape: [total ?? files.map(\.count).reduce(0, +), slow, fast], mappings: mappings)
        try file.close()
    }
}
