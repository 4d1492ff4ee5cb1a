import Diagnostics
import Quantities

extension Measured where Kind == WavelengthKind {
    /// What beams of photons, neutrons and electrons for diffraction have, in metres: 12 MeV to 1.2 eV for photons.
    static let diffraction_m = 1e-13...1e-6

    /// A wavelength of a PONI file: a bare number, in metres by convention. People write ångström or keV.
    ///
    /// - Throws: `outOfRange`; `wrongUnit` for a number that no wavelength in metres has, with what it would be in ångström and in keV.
    public init(poniMetres metres: Double, at place: String) throws(GeometryError) {
        if let wavelength = try? Wavelength(metres, .metre), Self.diffraction_m.contains(metres) {
            self = wavelength
            return
        }
        guard metres.isFinite, metres > 0 else {
            throw GeometryError(
                .outOfRange, "This cannot be a wavelength", at: "\(place), wavelength", got: "\(metres)",
                expected: "a positive length in metres, such as 1e-10")
        }
        var remedy = "The dimension is length, the unit metre"
        if metres > 1e-3 {
            remedy += "; \(metres) Å is \(metres / 1e10) m"
            if let photon = try? PhotonEnergy(metres, .kiloelectronvolt) {
                remedy += ", a photon of \(metres) keV has \(photon.wavelength.angstrom / 1e10) m"
            }
        }
        throw GeometryError(
            .wrongUnit, "This is no wavelength in metres", at: "\(place), wavelength", got: "\(metres)",
            expected: "\(Self.diffraction_m.lowerBound) to \(Self.diffraction_m.upperBound) m", remedy: remedy)
    }
}
