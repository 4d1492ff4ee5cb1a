import Diagnostics
import Identifiers
import ReductionKernels
import ScatteringGeometry

extension ReductionDescription {
    /// What two parts of one reduction must agree in, one fact a line: all but its identifier and the
    /// time of the start. It is written into the file, so that a
    /// reduction that goes on can say in which line it differs.
    var identity: String {
        var lines = [
            "\(Self.firstLabel)\(program) \(programVersion)", "title: \(title.oneLine)", "frames: \(frameCount)",
            "radial bins: \(radial.count) from \(radial.lower) to \(radial.upper) \(radial.unit.rawValue), \(radial.spacing.rawValue)",
            "ends of the range: \(radial.ends)",
        ]
        if let azimuthal {
            lines.append("azimuthal bins: \(azimuthal.count) from \(azimuthal.from_rad) to \(azimuthal.to_rad) rad")
        }
        lines += ["error model: \(errorModel.oneLine)", "pixel splitting: \(splitting.oneLine)"]
        lines += corrections.map { "correction: \($0.oneLine)" }
        if let wavelength_m { lines.append("wavelength: \(wavelength_m) m") }
        if let geometry {
            lines.append(
                "geometry: distance \(geometry.distance_m) m, poni1 \(geometry.poni1_m) m, poni2 \(geometry.poni2_m) m, "
                    + "rot1 \(geometry.rot1_rad) rad, rot2 \(geometry.rot2_rad) rad, rot3 \(geometry.rot3_rad) rad")
            lines.append("orientation of the detector: \(geometry.orientation.rawValue)")
            if let size = geometry.pixelSize { lines.append("pixel size: \(size.slow_m) m slow, \(size.fast_m) m fast") }
        }
        if let detectorName { lines.append("detector: \(detectorName.oneLine)") }
        if let sampleName { lines.append("sample: \(sampleName.oneLine)") }
        lines += [
            "unit of the intensity: \(intensityUnit.rawValue)", "sums of each frame: \(keepsFrameSums ? "kept" : "not kept")",
        ]
        if hasStatistics { lines.append("statistics of each frame: kept") }
        if hasClipping { lines.append("pixels that were clipped: counted") }
        if !regionNames.isEmpty { lines.append("regions: \(regionNames.joined(separator: ", ").oneLine)") }
        lines += files.map { $0.fact.oneLine }
        for input in inputs {
            lines.append(
                "input: \(input.path.oneLine), \(input.frameCount) frames, identifier \(input.identifier?.oneLine ?? "none"), "
                    + "digest \(input.digest?.oneLine ?? "none")")
            if let dataFiles = input.dataFiles { lines.append(dataFiles.oneLine) }
        }
        lines.append("configuration (\(configurationType.oneLine)):")
        return lines.joined(separator: "\n") + "\n" + configuration
    }

    /// The first letters of every identity.
    static let firstLabel = "program: "

    /// - Throws: `descriptionDiffers`, with the first line in which the two differ.
    func requireSame(_ stored: String, at place: String) throws(ReductionFileError) {
        let mine = identity
        guard stored != mine else { return }
        let (old, new) = (Self.lines(stored), Self.lines(mine))
        let shared = min(old.count, new.count)
        let index = (0..<shared).first { old[$0] != new[$0] } ?? shared
        func text(_ lines: [Substring]) -> String { index < lines.count ? "'\(lines[index].prefix(160))'" : "nothing more" }
        throw ReductionFileError(
            .descriptionDiffers, "The unfinished result was begun otherwise than it is to be continued",
            at: "\(place), line \(index + 1) of its description", got: text(new), expected: text(old),
            remedy: "Continue with the configuration, inputs and program that it was begun with, or remove the unfinished file")
    }

    private static func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// Refuses what no file can hold.
    /// - Throws: `invalid`.
    func check() throws(ReductionFileError) {
        func refuse(_ what: String, got: String, expected: String) -> ReductionFileError {
            ReductionFileError(.invalid, what, at: "description of the reduction", got: got, expected: expected)
        }
        guard frameCount > 0 else { throw refuse("A result has rows", got: "\(frameCount) frames", expected: "1 or more") }
        let (values, overflow) = binCount.multipliedReportingOverflow(by: frameCount)
        guard !overflow, values <= Self.maximumValues else {
            throw refuse(
                "The result is too large", got: "\(frameCount) frames of \(binCount) bins",
                expected: "\(Self.maximumValues) values at most")
        }
        guard wavelength_m != nil || !radial.unit.needsWavelength else {
            throw refuse("The wavelength is missing", got: "none", expected: "metres, for \(radial.unit.rawValue)")
        }
        let numbers = [
            wavelength_m, geometry?.distance_m, geometry?.poni1_m, geometry?.poni2_m, geometry?.rot1_rad, geometry?.rot2_rad,
            geometry?.rot3_rad,
        ]
        if let wrong = numbers.compactMap({ $0 }).first(where: { !$0.isFinite }) {
            throw refuse("A number of the geometry is not finite", got: "\(wrong)", expected: "a finite number")
        }
        if let wavelength_m, !(1e-13...1e-6).contains(wavelength_m) {
            throw refuse("No X-ray has this wavelength", got: "\(wavelength_m)", expected: "metres, 1e-13 to 1e-6")
        }
        if identifier != nil, identifierType == nil {
            throw refuse(
                "This is no persistent identifier of a run", got: "'\(identifier?.prefix(80) ?? "")'",
                expected: "urn:uuid:…, a DOI or a Handle")
        }
        guard regionNames.count <= RegionsRequest.most, Set(regionNames).count == regionNames.count else {
            throw refuse(
                "These regions cannot be told apart", got: "\(regionNames.count) regions, \(Set(regionNames).count) names",
                expected: "at most \(RegionsRequest.most), each with a name of its own")
        }
        let texts = [title, errorModel, splitting, program, programVersion, configuration, configurationType]
        guard (texts + corrections + inputs.map(\.path) + regionNames + files.map(\.path)).allSatisfy({ !$0.utf8.contains(0) })
        else {
            throw refuse("A text has a zero character", got: "U+0000", expected: "text that HDF5 can store")
        }
    }

    /// Of the identifier, by the names that NXobject lists; nil for none, and for one of another kind.
    var identifierType: String? { identifier.flatMap { try? RunIdentifier($0) }?.nexusType }

    /// A petabyte of values is no reduction of one command, and its size fits every number used here.
    private static let maximumValues = 1 << 44
}

extension String {
    /// Without control characters: a line feed would begin another fact.
    var oneLine: String { printable }
}
