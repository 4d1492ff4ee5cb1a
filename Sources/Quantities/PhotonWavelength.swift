/// Constants that the SI of 2019 fixes exactly (CODATA 2018/2022, https://physics.nist.gov/constants).
public enum PhysicalConstants {
    /// h, in J s.
    public static let planck = 6.62607015e-34
    /// c, in m/s.
    public static let speedOfLight = 299_792_458.0
    /// e, in C: also the joules of one electronvolt.
    public static let elementaryCharge = 1.602176634e-19
    /// h c / e = 1.239 841 984…e-6 eV m, here in eV Å. The powers of ten are left out of the product and put in by one division, so
    /// that the result is right to the last bit but one.
    public static let electronvoltAngstrom = 6.62607015 * 299_792_458.0 / 1.602176634 / 1e5
}

// λ = h c / E: a photon's wavelength in vacuum.

extension Measured where Kind == WavelengthKind {
    public var angstrom: Double { value }
    public var metres: Double { PhysicalUnit.angstrom.convertUnchecked(value, to: .metre) }
    public var photonEnergy: PhotonEnergy { PhotonEnergy(unchecked: PhysicalConstants.electronvoltAngstrom / value) }
}

extension Measured where Kind == PhotonEnergyKind {
    public var electronvolts: Double { value }
    public var kiloelectronvolts: Double { value / 1000 }
    public var wavelength: Wavelength { Wavelength(unchecked: PhysicalConstants.electronvoltAngstrom / value) }
}
