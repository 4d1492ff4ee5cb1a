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
        let (entryPath, instrumentPath, detectorPath) = try Self.places(entry: entry, detector: detector, file)

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
        let pixels = try NeXusDetectorPixels(detectorPath, file)
        (geometry.shape, geometry.pixelMaskPath) = (pixels.shape, pixels.pixelMaskPath)
        (geometry.saturationValue, geometry.underloadValue) = (pixels.saturationValue, pixels.underloadValue)
        geometry.sources.merge(pixels.sources) { $1 }
        return geometry
    }

    // MARK: Which one

    static func places(
        entry: String?, detector: String?, _ file: GeometryFile
    ) throws(NeXusError) -> (entry: String, instrument: String, detector: String) {
        let entryPath = try Self.entry(named: entry, file)
        let instrumentPath = try Self.one(
            of: try file.groups(ofClass: "NXinstrument", in: entryPath), named: nil, "NXinstrument", in: entryPath, file)
        let detectorPath = try Self.one(
            of: try file.groups(ofClass: "NXdetector", in: instrumentPath), named: detector, "NXdetector", in: instrumentPath,
            file)
        return (entryPath, instrumentPath, detectorPath)
    }

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
}
