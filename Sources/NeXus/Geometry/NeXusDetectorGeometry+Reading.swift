// Units are part of the names, in their own spelling.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Diagnostics
import HDF5
import Quantities

extension NeXusDetectorGeometry {
    /// Reads where a detector stands from a NeXus file: NXmx, NXsas, or another definition with an NXdetector.
    ///
    /// The modules' chains of transformations come first (NXdetector_module); without any, distance and beam centre.
    /// - Parameters:
    ///   - path: the file; links into other files are followed.
    ///   - entry: the name of an NXentry; nil for the one that the file names as its default, or its only one.
    ///   - detector: the name of an NXdetector in the instrument; nil for the only one.
    ///   - needsWavelength: whether a file without wavelength is refused.
    /// - Throws: `NeXusError` `.geometryIncomplete`, `.geometryContradictory`, `.geometryUnsupported`, `.wrongUnit`, `.cannotRead`,
    ///   `.limitExceeded`, always with the path in the file.
    public static func read(
        _ path: String, entry: String? = nil, detector: String? = nil, needsWavelength: Bool = true
    ) throws(NeXusError) -> NeXusDetectorGeometry {
        let file = try GeometryFile(path)
        let entryPath = try Self.entry(named: entry, file)
        let instrumentPath = try Self.one(
            of: try file.groups(ofClass: "NXinstrument", in: entryPath), named: nil, "NXinstrument", in: entryPath, file)
        let detectorPath = try Self.one(
            of: try file.groups(ofClass: "NXdetector", in: instrumentPath), named: detector, "NXdetector", in: instrumentPath,
            file)

        let grid: PixelGrid
        if let modules = try ModulePlacement(file).grid(of: detectorPath) {
            grid = modules
        } else {
            grid = try BeamCentrePlacement(file).grid(of: detectorPath)
        }
        try requireNumbers(of: grid, at: detectorPath, file)
        try requirePixelSize(of: grid, at: detectorPath, file)
        var geometry = NeXusDetectorGeometry(
            origin_m: grid.origin_m, slowStep_m: grid.slowStep_m, fastStep_m: grid.fastStep_m, sources: grid.sources)
        do throws(NeXusError) {
            let (wavelength, source) = try BeamWavelength(file).read(
                entry: entryPath, instrument: instrumentPath, detector: detectorPath)
            geometry.wavelength = wavelength
            geometry.sources[.wavelength] = source
        } catch  where error.code == .geometryIncomplete && !needsWavelength {}
        try geometry.readPixels(detectorPath, file)
        return geometry
    }

    // MARK: Which one

    private static func entry(named name: String?, _ file: GeometryFile) throws(NeXusError) -> String {
        let entries = try file.groups(ofClass: "NXentry", in: "/")
        var name = name
        if name == nil, entries.count > 1 { name = try file.attribute("default", of: "/")?.text }
        return try one(of: entries, named: name, "NXentry", in: "/", file)
    }

    private static func one(
        of paths: [String], named name: String?, _ nxClass: String, in group: String, _ file: GeometryFile
    ) throws(NeXusError) -> String {
        let found = name.map { name in paths.filter { $0 == NeXusPath.child(name, of: group) } } ?? paths
        if found.count == 1, let only = found.first { return only }
        let names = paths.map { $0.split(separator: "/").last.map { String($0.printable) } ?? "" }
        throw NeXusError(
            .geometryIncomplete, "The file does not say which \(nxClass) is meant", at: file.place(group),
            got: names.isEmpty ? "none" : names.joined(separator: ", "),
            expected: name.map { "one that is called '\($0.printable)'" } ?? "one",
            remedy: names.count > 1 ? "Name one of them" : nil)
    }

    // MARK: What is beside the place

    /// Refuses products of large numbers that are no numbers any more.
    private static func requireNumbers(of grid: PixelGrid, at detector: String, _ file: GeometryFile) throws(NeXusError) {
        for vector in [grid.origin_m, grid.slowStep_m, grid.fastStep_m] where !vector.length.isFinite {
            throw NeXusError(
                .geometryContradictory, "The detector stands nowhere", at: file.place(detector), got: "\(vector.text) m",
                expected: "finite numbers")
        }
    }

    /// Refuses a detector whose pixel size, given apart, is not that of its directions.
    private static func requirePixelSize(of grid: PixelGrid, at detector: String, _ file: GeometryFile) throws(NeXusError) {
        for (name, step) in [("x_pixel_size", grid.fastStep_m), ("y_pixel_size", grid.slowStep_m)] {
            let path = NeXusPath.child(name, of: detector)
            guard let size = try file.quantity(path, in: .metre)?.value else { continue }
            guard (size - step.length).magnitude <= 1e-3 * step.length else {
                throw NeXusError(
                    .geometryContradictory, "The detector has two sizes of pixels", at: file.place(path), got: "\(size) m",
                    expected: "\(step.length) m, as \(grid.sources[.pixelSize] ?? "the module") says")
            }
        }
    }

    private mutating func readPixels(_ detector: String, _ file: GeometryFile) throws(NeXusError) {
        func path(_ name: String) -> String { NeXusPath.child(name, of: detector) }
        for mask in ["pixel_mask", "detectorSpecific/pixel_mask"].map(path) {
            guard pixelMaskPath == nil, try file.dataset(mask) != nil else { continue }
            pixelMaskPath = mask
            sources[.pixelMask] = mask
        }
        (shape, sources[.shape]) = try Self.shape(of: detector, file)
        for limit in ["saturation_value", "detectorSpecific/countrate_correction_count_cutoff"].map(path) {
            guard saturationValue == nil, let value = try file.constant(limit) else { continue }
            saturationValue = value
            sources[.saturationValue] = limit
        }
        if let value = try file.constant(path("underload_value")) {
            underloadValue = value
            sources[.underloadValue] = path("underload_value")
        }
    }

    /// [slow, fast] of the frames, of the mask, of the vendor's own numbers, or of a module that is the whole frame.
    private static func shape(of detector: String, _ file: GeometryFile) throws(NeXusError) -> ([Int]?, String?) {
        func path(_ name: String) -> String { NeXusPath.child(name, of: detector) }
        for name in ["data", "pixel_mask", "detectorSpecific/pixel_mask"].map(path) {
            if let shape = try file.shape(name), shape.count >= 2 { return (shape.suffix(2), name) }
        }
        let (x, y) = (path("detectorSpecific/x_pixels_in_detector"), path("detectorSpecific/y_pixels_in_detector"))
        if let fast = try file.constant(x), let slow = try file.constant(y), let shape = whole([slow, fast]) {
            return (shape, "\(y), \(x)")
        }
        let modules = try file.groups(ofClass: "NXdetector_module", in: detector)
        if modules.count == 1, let size = try file.numbers(NeXusPath.child("data_size", of: modules[0])), size.count >= 2,
            let shape = whole(size.suffix(2))
        {
            return (shape, NeXusPath.child("data_size", of: modules[0]))
        }
        return (nil, nil)
    }

    private static func whole(_ numbers: some Collection<Double>) -> [Int]? {
        let shape = numbers.compactMap { Int(exactly: $0) }.filter { $0 > 0 }
        return shape.count == 2 ? shape : nil
    }
}
