// Units are part of the names, in their own spelling.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Diagnostics
import Quantities

/// A plane grid of pixels in the NeXus frame, and what it was read from.
struct PixelGrid {
    typealias Vector = SIMD3<Double>

    /// The outer corner of pixel [0, 0] of the whole frame.
    var origin_m: Vector
    var slowStep_m: Vector
    var fastStep_m: Vector
    var sources: [NeXusDetectorGeometry.Item: String]
}

/// The exact way: NXdetector_module, whose pixel directions hang on chains of transformations.
struct ModulePlacement {
    private let file: GeometryFile
    private let chain: TransformationChain

    init(_ file: GeometryFile) {
        self.file = file
        chain = TransformationChain(file)
    }

    /// The grid that all modules of a detector lie on; nil when there is no module, or none has a place.
    /// - Throws: `geometryUnsupported` when modules lie on different grids; as ``TransformationChain``.
    func grid(of detector: String) throws(NeXusError) -> PixelGrid? {
        var first: (path: String, grid: PixelGrid)?
        for module in try file.groups(ofClass: "NXdetector_module", in: detector) {
            guard let grid = try grid(ofModule: module) else { continue }
            guard let one = first else {
                first = (module, grid)
                continue
            }
            // A tenth of a pixel: what calibrations of modules are about. The steps are compared over a thousand pixels.
            let tolerance = 0.1 * one.grid.fastStep_m.length
            let apart = max(
                (grid.origin_m - one.grid.origin_m).length, 1_000 * (grid.slowStep_m - one.grid.slowStep_m).length,
                1_000 * (grid.fastStep_m - one.grid.fastStep_m).length)
            guard apart <= tolerance else {
                throw NeXusError(
                    .geometryUnsupported, "The detector's modules are not on one grid of pixels", at: file.place(module),
                    got: "\(apart) m from where \(one.path) has them", expected: "\(tolerance) m at most",
                    remedy: "Give the corners of the pixels (a NeXus detector file of pyFAI) and a PONI file")
            }
        }
        return first?.grid
    }

    private func grid(ofModule module: String) throws(NeXusError) -> PixelGrid? {
        let fastPath = NeXusPath.child("fast_pixel_direction", of: module)
        let slowPath = NeXusPath.child("slow_pixel_direction", of: module)
        let offsetPath = NeXusPath.child("module_offset", of: module)
        guard try file.dataset(fastPath) != nil, try file.dataset(slowPath) != nil else { return nil }
        let fast = try chain.axis(fastPath)
        let slow = try chain.axis(slowPath)
        let hasOffset = try file.dataset(offsetPath) != nil
        // On the laboratory itself, at the sample: a module of which only the size and the orientation are known.
        if !hasOffset, fast.next == nil, fast.offset_m == .zero { return nil }

        let (fastMotion, fastChain) = try chain.motion(from: fast.next)
        let (slowMotion, _) = try chain.motion(from: slow.next)
        let fastStep = fastMotion.direction(try step(fastPath, fast))
        let slowStep = slowMotion.direction(try step(slowPath, slow))

        let corner: PixelGrid.Vector
        let cornerSource: String
        if hasOffset {
            // The module's first pixel lies at the module's offset; a second offset, in the directions, is read by some programs only.
            for (path, axis) in [(fastPath, fast), (slowPath, slow)] where axis.offset_m != .zero {
                throw NeXusError(
                    .geometryContradictory, "The module's first pixel has two places", at: file.place(path) + "@offset",
                    got: axis.offset_m.text, expected: "0, beside module_offset")
            }
            let (motion, path) = try chain.motion(from: offsetPath)
            (corner, cornerSource) = (motion.point(.zero), path.joined(separator: " → "))
        } else {
            corner = fastMotion.point(fast.offset_m)
            let other = slowMotion.point(slow.offset_m)
            guard slow.offset_m == .zero || (other - corner).length < 1e-9 else {
                throw NeXusError(
                    .geometryContradictory, "The module's first pixel has two places", at: file.place(slowPath) + "@offset",
                    got: other.text, expected: "\(corner.text), as \(fastPath) has it")
            }
            cornerSource = ([fastPath + "@offset"] + fastChain).joined(separator: " → ")
        }
        let (dataOrigin, dataOriginSource) = try dataOrigin(of: module)
        return PixelGrid(
            origin_m: corner - dataOrigin.slow * slowStep - dataOrigin.fast * fastStep, slowStep_m: slowStep,
            fastStep_m: fastStep,
            sources: [
                .origin: cornerSource + dataOriginSource, .directions: "\(fastPath)@vector, \(slowPath)@vector",
                .pixelSize: "\(fastPath), \(slowPath)",
            ])
    }

    /// From a pixel to the next, before the chain; the field's value is the size of the pixel.
    private func step(_ path: String, _ axis: TransformationChain.Axis) throws(NeXusError) -> PixelGrid.Vector {
        guard let size = try file.quantity(path, in: .metre)?.value, size > 0 else {
            throw NeXusError(
                .geometryIncomplete, "The module does not say how large its pixels are", at: file.place(path),
                expected: "a length above 0")
        }
        return size / axis.vector.length * axis.vector
    }

    /// Where the module begins in the frame, in pixels.
    private func dataOrigin(of module: String) throws(NeXusError) -> (pixels: (slow: Double, fast: Double), source: String) {
        let path = NeXusPath.child("data_origin", of: module)
        guard let numbers = try file.numbers(path)?.suffix(2), numbers.count == 2 else { return ((0, 0), "") }
        let pixels = (slow: numbers[numbers.startIndex], fast: numbers[numbers.startIndex + 1])
        guard pixels.slow.magnitude < 1e6, pixels.fast.magnitude < 1e6 else {
            throw NeXusError(
                .geometryContradictory, "The module lies outside any frame", at: file.place(path),
                got: "\(pixels.slow), \(pixels.fast)")
        }
        return (pixels, pixels == (0, 0) ? "" : ", less \(path)")
    }
}
