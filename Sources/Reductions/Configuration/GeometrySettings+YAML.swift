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
        corners = try section.array("corners")
        wavelength = try Self.wavelength(section)
        if let poni { source = .poni(poni) }
        if let nexus { source = .nexus(nexus) }
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
