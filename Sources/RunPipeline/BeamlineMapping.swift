import BeamlineMetadata
import DetectorWire
import Foundation
import Identifiers
import NeXus
import Quantities
import RunModel

/// From what the beamline's file says to what the NXmx master and run.json say. A value in the file wins over the stream's: whoever wrote
/// it knows the beamline; the stream's own words are kept whole in the file beside it.
extension BeamlineConfiguration {
    func nxmxSample(axes: [NXmxDescription.Axis]) -> NXmxDescription.Sample {
        let identifiers = sample.identifier.map {
            [NXmxDescription.Identifier(name: "sample", value: $0.description, type: IGSN.nexusType)]
        }
        return NXmxDescription.Sample(
            name: sample.name, temperature_K: sample.temperature?.kelvin, identifiers: identifiers ?? [], axes: axes)
    }

    var nxmxSource: NXmxDescription.Source {
        NXmxDescription.Source(
            name: source.name ?? facility.name, shortName: source.shortName, type: source.type, probe: source.probe,
            energy_GeV: source.energy.map { $0.electronvolts / 1e9 }, current_mA: source.current.map { $0.amperes * 1e3 })
    }

    var nxmxInstrument: NXmxDescription.Instrument {
        NXmxDescription.Instrument(
            name: instrument.name ?? beamlineName, shortName: instrument.shortName, timeZone: utcOffset,
            attenuatorTransmission: beam.transmission)
    }

    /// Offset of the beamline's clocks from UTC now, as `+01:00`; nil when the file names no zone.
    private var utcOffset: String? {
        guard timeZoneName != nil else { return nil }
        let minutes = timeZone.secondsFromGMT() / 60
        let digits = [minutes.magnitude / 60, minutes.magnitude % 60].map { String(String(100 + $0).dropFirst()) }
        return (minutes < 0 ? "-" : "+") + digits.joined(separator: ":")
    }

    func nxmxBeam(_ settings: DetectorSettings) -> NXmxDescription.Beam {
        let run = runBeam(settings)
        return NXmxDescription.Beam(
            wavelength_angstrom: run.wavelength?.angstrom, energy_eV: run.photonEnergy?.electronvolts,
            wavelengthSpread_angstrom: beam.wavelengthSpread.map { $0.metres * 1e10 / Self.widthsPerDeviation },
            sizeX_m: beam.sizeHorizontal?.metres, sizeY_m: beam.sizeVertical?.metres,
            profile: beam.profile.flatMap { NXmxDescription.Beam.Profile(rawValue: $0.rawValue) },
            totalFlux_Hz: beam.flux?.perSecond, polarizationStokes: beam.stokes)
    }

    /// Full widths at half maximum in a standard deviation of a Gaussian: 2 √(2 ln 2).
    private static let widthsPerDeviation = 2.354_820_045_030_949

    func nxmxGeometry(_ settings: DetectorSettings, arm: [NXmxDescription.Axis]) -> NXmxDescription.DetectorGeometry {
        var geometry = NXmxDescription.DetectorGeometry(
            pixelSizeX_m: detector.pixelSizeFast?.metres ?? settings.pixelSizeX_m,
            pixelSizeY_m: detector.pixelSizeSlow?.metres ?? settings.pixelSizeY_m,
            beamCenterX_px: detector.beamCenterFast?.pixels ?? settings.beamCenterX_px,
            beamCenterY_px: detector.beamCenterSlow?.pixels ?? settings.beamCenterY_px,
            distance_m: distance(settings)?.metres, arm: arm)
        if let fast = detector.fastDirection { geometry.fastDirection = NXmxDescription.Direction(fast.x, fast.y, fast.z) }
        if let slow = detector.slowDirection { geometry.slowDirection = NXmxDescription.Direction(slow.x, slow.y, slow.z) }
        return geometry
    }

    /// For run.json and the master file.
    func runBeam(_ settings: DetectorSettings) -> RunSummary.Beam {
        guard let wavelength = beam.wavelength else {
            return RunSummary.Beam(wavelength: settings.wavelength, photonEnergy: settings.photonEnergy)
        }
        return RunSummary.Beam(wavelength: wavelength, photonEnergy: wavelength.photonEnergy)
    }

    func distance(_ settings: DetectorSettings) -> Length? {
        detector.distance ?? settings.distance_m.flatMap { try? Length($0, .metre) }
    }

    var origin: RunSummary.Origin {
        RunSummary.Origin(
            facility: facility.name, facilityROR: facility.ror, beamline: beamlineName, instrument: instrument.name,
            proposal: proposal, session: sessionIdentifier, sample: sample.name, title: title)
    }
}

extension DetectorSettings {
    /// The wavelength, or the one of the photon energy; nil when the stream gave neither, or one that cannot be.
    var wavelength: Wavelength? {
        if let given = wavelength_angstrom, let value = try? Wavelength(given, .angstrom) { return value }
        guard let energy = photonEnergy_eV, let value = try? PhotonEnergy(energy, .electronvolt) else { return nil }
        return value.wavelength
    }

    /// Sample to detector: V1 says it as such, V2 as the translation's third component.
    var distance_m: Double? {
        if let distance = detectorDistance_m { return distance }
        guard let translation = detectorTranslation_m, translation.count == 3 else { return nil }
        return abs(translation[2])
    }

    /// As the stream gave it, so that 12400 eV stay 12400 eV; else the wavelength's.
    var photonEnergy: PhotonEnergy? {
        if let given = photonEnergy_eV, let value = try? PhotonEnergy(given, .electronvolt) { return value }
        return wavelength?.photonEnergy
    }

    var countTime: TimeSpan? { countTime_s.flatMap { try? TimeSpan($0, .second) } }
}
