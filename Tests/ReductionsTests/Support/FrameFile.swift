import Diagnostics
import Foundation
import Frames
import HDF5
import NeXus
import ScatteringGeometry
import TestSupport

/// A small HDF5 file of seeded frames in `/entry/data/data`, with as little else as there can be.
struct FrameFile {
    let path: String
    let slow: Int
    let fast: Int
    /// Every pixel of every frame, as a number of its type.
    let frames: [[UInt16]]

    enum Damage {
        case none
        /// The chunk is never written.
        case missing
        /// Half of it is overwritten.
        case corrupt
    }

    static let shape = (slow: 40, fast: 56)

    /// - Parameters:
    ///   - encoding: of the chunks; nil: HDF5's own deflate behind shuffle, which only the library reads.
    ///   - damage: of a frame, by its number.
    init(
        _ folder: TemporaryFolder, _ name: String = "frames.h5", count: Int, encoding: ChunkEncoding? = .bitshuffleLZ4,
        seed: UInt64 = 7, damage: (Int) -> Damage = { _ in .none }
    ) throws {
        path = folder.file(name).path
        (slow, fast) = Self.shape
        var generator = SeededGenerator(seed: seed)
        frames = (0..<count).map { frame in
            (0..<Self.shape.slow * Self.shape.fast).map { pixel in
                // A saturated pixel now and then, and a column that is a gap in all frames.
                if pixel % Self.shape.fast == 13 { return .max }
                let value = UInt16.random(in: 0...9, using: &generator)
                return value == 9 && pixel % 97 == frame ? .max : value * UInt16(1 + frame % 3)
            }
        }
        let file = try HDF5File.create(path)
        let data = try file.root.createGroup("entry").createGroup("data")
        let filters: [HDF5Filter] =
            encoding.map { encoding in
                encoding.hdf5FilterID.map {
                    // A filter that is installed puts its own three values in front.
                    [
                        HDF5Filter(
                            identifier: $0,
                            parameters: HDF5Library.hasFilter($0)
                                ? encoding.givenFilterParameters : encoding.filterParameters(elementSize: 2))
                    ]
                } ?? []
            } ?? [
                HDF5Filter(identifier: 2, parameters: []), HDF5Filter(identifier: HDF5Filter.deflate, parameters: [4]),
            ]
        let dataset = try data.createEmptyDataset(
            "data", elementType: .uint16, shape: [count, slow, fast], layout: .chunked(shape: [1, slow, fast], filters: filters))
        let format = FrameFormat(shape: try FrameShape(slow: slow, fast: fast), pixelType: .uint16)
        for (number, pixels) in frames.enumerated() {
            let bytes = pixels.withUnsafeBytes { Array($0) }
            guard damage(number) != .missing else { continue }
            guard let encoding else {
                try dataset.write(
                    HDF5Array(elementType: .uint16, shape: [1, slow, fast], bytes: bytes), start: [number, 0, 0])
                continue
            }
            var encoder = try ChunkEncoder(format: format, encoding: encoding)
            var chunk = [UInt8](repeating: 0, count: encoder.maximumEncodedBytes)
            let size = try chunk.withUnsafeMutableBytes { room in try bytes.withUnsafeBytes { try encoder.encode($0, into: room) }
            }
            if damage(number) == .corrupt { for byte in size / 2..<size { chunk[byte] = 0xFF } }
            try chunk.withUnsafeBytes {
                try dataset.writeChunk(UnsafeRawBufferPointer(rebasing: $0[..<size]), at: [number, 0, 0])
            }
        }
        try file.close()
    }

    /// A geometry for the configuration of a test, so that the file needs none.
    static let geometry = """
        geometry: {distance: 60 mm, beam_center: [21.3 px, 18.7 px], pixel_size: 172 um, wavelength: 1 angstrom, rotations: [3 deg, -2 deg, 10 deg]}

        """
}
