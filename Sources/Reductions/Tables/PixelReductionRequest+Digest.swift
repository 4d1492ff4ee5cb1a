import Frames
import Quantities
import ScatteringGeometry

extension PixelReductionRequest {
    /// Names the tables of this request: whatever they depend on, and what made them.
    ///
    /// Everything that a request has is in it, in this order, also what the tables happen not to depend on.
    package var digest: String {
        var fields = FieldDigest()
        fields.add("file version", Int(TableFile.version))
        fields.add("algorithm", Int(TableFile.algorithm))
        fields.add("arithmetic", MachineArithmetic.name)
        fields.add("probe", TableProbe.digest)
        geometry.add(to: &fields)
        bins.add(to: &fields)
        if let azimuthal { azimuthal.add(to: &fields) } else { fields.addAbsent("azimuthal") }
        selection.add(to: &fields)
        fields.add("splitting", splitting.rawValue)
        fields.add("mask", isMasked)
        corrections.add(to: &fields, of: geometry)
        errors.add(to: &fields)
        if let clipping { clipping.add(to: &fields) } else { fields.addAbsent("clipping") }
        fields.add("frame slow", format.shape.slow)
        fields.add("frame fast", format.shape.fast)
        fields.add("pixel type", format.pixelType.rawValue)
        if let saturation { fields.add("saturation", Int(saturation)) } else { fields.addAbsent("saturation") }
        return fields.finish()
    }
}

extension DetectorGeometry {
    fileprivate func add(to fields: inout FieldDigest) {
        switch detector {
        case .flat(let flat):
            fields.add("detector", "flat")
            fields.add("slow", flat.shape.slow)
            fields.add("fast", flat.shape.fast)
            fields.add("pixel size slow", flat.pixelSize.slow_m)
            fields.add("pixel size fast", flat.pixelSize.fast_m)
            fields.add("orientation", flat.orientation.rawValue)
        case .corners(let corners):
            fields.add("detector", "corners")
            fields.add("slow", corners.shape.slow)
            fields.add("fast", corners.shape.fast)
            fields.add("corners", corners.values)
        }
        fields.add("distance", placement.distance_m)
        fields.add("poni 1", placement.poni1_m)
        fields.add("poni 2", placement.poni2_m)
        fields.add("rotation 1", placement.rotation1_rad)
        fields.add("rotation 2", placement.rotation2_rad)
        fields.add("rotation 3", placement.rotation3_rad)
        if let wavelength { fields.add("wavelength", wavelength.angstrom) } else { fields.addAbsent("wavelength") }
    }
}

extension BinSettings {
    fileprivate func add(to fields: inout FieldDigest) {
        fields.add("radial unit", unit.rawValue)
        fields.add("radial count", count)
        for (name, end) in [("radial from", from), ("radial to", to)] {
            if let end { fields.add(name, end) } else { fields.addAbsent(name) }
        }
        fields.add("radial spacing", spacing.rawValue)
        fields.add("radial ends", ends.rawValue)
    }
}

extension AzimuthalBins {
    fileprivate func add(to fields: inout FieldDigest) {
        fields.add("azimuthal", "bins")
        fields.add("azimuthal count", count)
        fields.add("azimuthal from", from_rad)
        fields.add("azimuthal to", to_rad)
    }
}

extension AzimuthalSelection {
    fileprivate func add(to fields: inout FieldDigest) {
        switch self {
        case .all: fields.add("selection", "all")
        case .sectors(let sectors):
            fields.add("selection", "sectors")
            fields.add("sectors", sectors.count)
            for sector in sectors {
                fields.add("from", sector.from_rad)
                fields.add("to", sector.to_rad)
                fields.add("opposite", sector.hasOpposite)
            }
        case .slab(let slab):
            fields.add("selection", "slab")
            fields.add("direction", slab.direction_rad)
            fields.add("half width", slab.halfWidth)
        }
    }
}

extension PixelCorrections {
    /// - Parameter known: the geometry that is in the digest already; corners of pixels are many.
    fileprivate func add(to fields: inout FieldDigest, of known: DetectorGeometry) {
        switch normalisation?.source {
        case nil: fields.addAbsent("normalisation")
        case .values(let values): fields.add("normalisation", values)
        case .normalisation(let recipe, of: let geometry):
            fields.add("normalisation", geometry == known ? "of this geometry" : "of another geometry")
            if geometry != known { geometry.add(to: &fields) }
            recipe.add(to: &fields)
        }
        for (name, values) in [("dark", dark), ("dark variance", darkVariance)] {
            if let values { fields.add(name, values) } else { fields.addAbsent(name) }
        }
        if let isUsable { fields.add("usable", isUsable) } else { fields.addAbsent("usable") }
        fields.add("words", words.count)
        for word in words { fields.add("word", word) }
    }
}

extension PixelNormalisation {
    fileprivate func add(to fields: inout FieldDigest) {
        fields.add("solid angle", solidAngle.rawValue)
        if let polarisation {
            fields.add("polarisation", polarisation.factor)
            fields.add("polarisation offset", polarisation.offset_rad)
        } else {
            fields.addAbsent("polarisation")
        }
        if let absorption { fields.add("absorption", absorption.transmission) } else { fields.addAbsent("absorption") }
        if let flatField { fields.add("flat field", flatField) } else { fields.addAbsent("flat field") }
    }
}

extension ErrorModel {
    fileprivate func add(to fields: inout FieldDigest) {
        fields.add("errors", name)
        if case .given(let variances) = self { fields.add("variances", variances) } else { fields.addAbsent("variances") }
    }
}

extension ClippingSettings {
    fileprivate func add(to fields: inout FieldDigest) {
        fields.add("clipping", "sigma")
        fields.add("cutoff", cutoff)
        fields.add("cycles", cycles)
    }
}
