import ConfigurationText
import Diagnostics
import Quantities

extension GeometrySettings {
    init(_ top: YAMLSection) throws(ConfigurationError) {
        self.init()
        guard let section = try top.section("geometry", keys: AzimuthalKeys.geometry) else { return }
        let poni = try section.filePath("poni"), nexus = try section.filePath("nexus")
        guard poni == nil || nexus == nil else {
            throw section.refused("nexus", "The geometry has two sources", got: "poni and nexus", expected: "one of them")
        }
        distance = try section.quantity("distance")
        if let (fast, slow): (PixelPosition, PixelPosition) = try section.quantityPair("beam_center") {
            (beamCenterFast, beamCenterSlow) = (fast, slow)
        }
        if let (fast, slow): (Length, Length) = try section.quantityPair("pixel_size") {
            (pixelSizeFast, pixelSizeSlow) = (fast, slow)
        }
        rotations = try section.quantities("rotations", count: 3) ?? []
        corners = try section.array("corners", keys: AzimuthalKeys.corners)
        if let corners, corners.dataset == nil {
            throw section.refused(
                "corners", "The corners of pixels stand in a dataset of an HDF5 file", got: corners.file,
                expected: "{file: FILE.h5, dataset: /path}, an array [slow, fast, 4, 3]")
        }
        wavelength = try Self.wavelength(section)
        if let poni { source = .poni(poni) }
        if let nexus { source = .nexus(nexus) }
        if pixelSizeFast != nil { try requireUse(ofPixelSizeIn: section) }
        guard distance != nil || beamCenterFast != nil || !rotations.isEmpty else { return }
        guard poni == nil, nexus == nil else {
            throw section.refused(
                distance == nil ? "beam_center" : "distance", "The geometry is given twice",
                got: "values beside \(poni ?? nexus ?? "a file")", expected: "a file, or distance and beam_center")
        }
        guard distance != nil, beamCenterFast != nil else {
            throw section.refused(
                distance == nil ? "beam_center" : "distance", "Half of the geometry is missing",
                got: distance == nil ? "no distance" : "no beam_center", expected: "distance and beam_center",
                remedy: "Give both, or a PONI file")
        }
        source = .given
    }

    /// A NeXus file places the detector by the steps from pixel to pixel: with another size it would stand elsewhere, and nobody can say where.
    /// Corners have sizes of their own.
    private func requireUse(ofPixelSizeIn section: YAMLSection) throws(ConfigurationError) {
        // Where distance and beam centre are given, it turns the latter into metres.
        guard distance == nil, beamCenterFast == nil else { return }
        guard case .poni = source else {
            throw section.refused(
                "pixel_size", "A pixel size does not go with the geometry of a NeXus file", got: "pixel_size beside it",
                expected: "pixel_size with poni, or with distance and beam_center",
                remedy: "Leave it out: the file's own is used (nexus, or the input)")
        }
        guard corners == nil else {
            throw section.refused(
                "pixel_size", "Pixels whose corners are given have no other size", got: "pixel_size and corners",
                expected: "one of them")
        }
    }

    /// `wavelength: 0.98 angstrom` or `energy: 12.66 keV`; each refuses the other's unit and says what it would be.
    private static func wavelength(_ section: YAMLSection) throws(ConfigurationError) -> Wavelength? {
        let wavelength: Wavelength? = try section.quantity("wavelength")
        let energy: PhotonEnergy? = try section.quantity("energy")
        guard let energy else { return wavelength }
        guard wavelength == nil else {
            throw section.refused(
                "energy", "The wavelength is given twice", got: "wavelength and energy", expected: "one of them")
        }
        return energy.wavelength
    }
}
