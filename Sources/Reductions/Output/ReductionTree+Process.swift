import HDF5
import NeXus
import ScatteringGeometry

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

// How the result was made, and with which instrument.

extension ReductionTree {
    /// Enough to run the reduction again: program, version, the whole configuration and the place that its paths are relative to, inputs
    /// and the files that it names with what identifies them.
    var process: NeXusGroup {
        var process = NeXusGroup(ReductionLayout.process, "NXprocess", attributes: canSAS("SASprocess"))
        process.add("program", text: description.program)
        process.add("version", text: description.programVersion)
        process.add("date", text: description.startTime.description)
        process.add("sequence_index", .int64(1))
        if description.isNXcanSAS {
            process.add("name", text: "azimuthal integration")
            let facts = ["error model \(description.errorModel)", "pixel splitting \(description.splitting)"]
            process.add("description", text: (facts + description.corrections).joined(separator: "; "))
        }
        process.add(.group(configuration))
        if !description.files.isEmpty { process.add(.group(files)) }
        process.add(.group(parameters))
        if let geometry { process.add(.group(geometry)) }
        process.add(.group(inputs))
        return process
    }

    private var configuration: NeXusGroup {
        var note = NeXusGroup("configuration", "NXnote")
        note.add("type", text: description.configurationType)
        note.add("description", text: "the configuration of this reduction")
        note.add("file_name", text: description.configurationFile)
        note.add("data", text: description.configuration)
        return note
    }

    /// One element a file that the configuration names.
    private var files: NeXusGroup {
        var group = NeXusGroup("files", "NXcollection")
        group.add("role", .strings(description.files.map(\.role)))
        group.add("path", .strings(description.files.map(\.path)))
        group.add("sha256", .strings(description.files.map(\.sha256)))
        return group
    }

    private var parameters: NeXusGroup {
        let radial = description.radial
        var group = NeXusGroup(ReductionLayout.parameters, "NXparameters")
        group.add(ReductionLayout.identity, text: description.identity)
        if !description.corrections.isEmpty { group.add(ReductionLayout.corrections, .strings(description.corrections)) }
        group.add("error_model", text: description.errorModel)
        group.add("pixel_splitting", text: description.splitting)
        group.add("radial_unit", text: radial.unit.rawValue)
        group.add("radial_bins", .int64(Int64(radial.count)))
        group.add("radial_range", .array([radial.lower, radial.upper]), units: radial.unit.symbol)
        group.add("radial_spacing", text: radial.spacing.rawValue)
        if let azimuthal = description.azimuthal {
            group.add("azimuthal_bins", .int64(Int64(azimuthal.count)))
            group.add("azimuthal_range", .array([azimuthal.from_rad, azimuthal.to_rad]), units: "rad")
        }
        return group
    }

    /// The PONI convention's numbers, as they were used.
    private var geometry: NeXusGroup? {
        guard let geometry = description.geometry else { return nil }
        var group = NeXusGroup("geometry", "NXparameters")
        group.add("dist", .float64(geometry.distance_m), units: "m")
        group.add("poni1", .float64(geometry.poni1_m), units: "m")
        group.add("poni2", .float64(geometry.poni2_m), units: "m")
        group.add("rot1", .float64(geometry.rot1_rad), units: "rad")
        group.add("rot2", .float64(geometry.rot2_rad), units: "rad")
        group.add("rot3", .float64(geometry.rot3_rad), units: "rad")
        group.add("pixel1", geometry.pixelSize.map { .float64($0.slow_m) }, units: "m")
        group.add("pixel2", geometry.pixelSize.map { .float64($0.fast_m) }, units: "m")
        group.add("orientation", .int64(Int64(geometry.orientation.rawValue)))
        group.add("wavelength", description.wavelength_m.map { .float64($0) }, units: "m")
        return group
    }

    /// One element an input; identifiers and digests that are not known are empty texts.
    private var inputs: NeXusGroup {
        let inputs = description.inputs
        var group = NeXusGroup("inputs", "NXcollection")
        guard !inputs.isEmpty else { return group }
        group.add("path", .strings(inputs.map(\.path)))
        group.add("frame_count", .array(inputs.map { Int64($0.frameCount) }))
        if inputs.contains(where: { $0.identifier != nil }) {
            group.add("identifier", .strings(inputs.map { $0.identifier ?? "" }))
        }
        if inputs.contains(where: { $0.digest != nil }) { group.add("digest", .strings(inputs.map { $0.digest ?? "" })) }
        return group
    }

    var instrument: NeXusGroup {
        var instrument = NeXusGroup("instrument", "NXinstrument", attributes: canSAS("SASinstrument"))
        if let detector { instrument.add(.group(detector)) }
        if let wavelength = description.wavelength_m {
            var source = NeXusGroup("source", "NXsource", attributes: canSAS("SASsource"))
            source.add("probe", text: "x-ray")
            // The name that NXcanSAS has; for others it stands in the beam.
            if description.isNXcanSAS { source.add("incident_wavelength", .float64(wavelength * 1e10), units: "angstrom") }
            instrument.add(.group(source))
            instrument.add(
                .group(
                    "beam", "NXbeam", children: [.field("incident_wavelength", .float64(wavelength * 1e10), units: "angstrom")]))
        }
        return instrument
    }

    /// Where the beam hits the detector, and from how far: formulas of the PONI convention; neither depends on rot3.
    private var detector: NeXusGroup? {
        guard description.geometry != nil || description.detectorName != nil else { return nil }
        var detector = NeXusGroup("detector", "NXdetector", attributes: canSAS("SASdetector"))
        detector.add("name", text: description.detectorName ?? "detector")
        guard let geometry = description.geometry else { return detector }
        let tilt = cos(geometry.rot1_rad) * cos(geometry.rot2_rad)
        if tilt > 0 {
            let distance = geometry.distance_m / tilt
            detector.add("distance", .float64(distance), units: "m")
            if description.isNXcanSAS {
                var slow = geometry.poni1_m + geometry.distance_m * tan(geometry.rot2_rad) / cos(geometry.rot1_rad)
                var fast = geometry.poni2_m - geometry.distance_m * tan(geometry.rot1_rad)
                // From the first pixel of the array, as readers count.
                if let size = geometry.pixelSize, let shape = geometry.shape {
                    if geometry.orientation.turnsSlow { slow = Double(shape.slow) * size.slow_m - slow }
                    if geometry.orientation.turnsFast { fast = Double(shape.fast) * size.fast_m - fast }
                }
                detector.add("SDD", .float64(distance), units: "m")
                detector.add("beam_center_x", .float64(fast), units: "m")
                detector.add("beam_center_y", .float64(slow), units: "m")
            }
        }
        detector.add("x_pixel_size", geometry.pixelSize.map { .float64($0.fast_m) }, units: "m")
        detector.add("y_pixel_size", geometry.pixelSize.map { .float64($0.slow_m) }, units: "m")
        return detector
    }
}
