// The kinds of quantities, their unit, and what they can be. A new kind is one enum and one alias.

// Not the least nonzero one: that is subnormal, and a process in flush-to-zero mode takes it for 0 (libraries built with -ffast-math switch
// that mode on when they are loaded; libpgm, which Debian's libzmq links, is one).
private let positive = Double.leastNormalMagnitude...Double.greatestFiniteMagnitude
private let notNegative = 0...Double.greatestFiniteMagnitude

public enum LengthKind: QuantityKind {
    public static let name = "length"
    public static let unit = PhysicalUnit.metre
    public static func remedy(value: Double, unit: PhysicalUnit) -> String? {
        unit.dimension == .current ? "'A' is the ampere; write Å or angstrom" : nil
    }
}
/// A distance or a position along an axis, kept in metres.
public typealias Length = Measured<LengthKind>

public enum WavelengthKind: QuantityKind {
    public static let name = "wavelength"
    public static let unit = PhysicalUnit.angstrom
    public static let range = positive
    public static func remedy(value: Double, unit: PhysicalUnit) -> String? {
        if unit.dimension == .energy, let energy = try? PhotonEnergy(value, unit) {
            return "A photon of \(value) \(unit.symbol) has a wavelength of \(rounded(energy.wavelength.angstrom)) Å"
        }
        return LengthKind.remedy(value: value, unit: unit)
    }
}
/// The wavelength of the beam, kept in ångström.
public typealias Wavelength = Measured<WavelengthKind>

public enum PhotonEnergyKind: QuantityKind {
    public static let name = "photon energy"
    public static let unit = PhysicalUnit.electronvolt
    public static let range = positive
    public static func remedy(value: Double, unit: PhysicalUnit) -> String? {
        guard unit.dimension == .length, let wavelength = try? Wavelength(value, unit) else { return nil }
        return
            "A wavelength of \(value) \(unit.symbol) is a photon energy of \(rounded(wavelength.photonEnergy.electronvolts)) eV"
    }
}
/// The energy of a photon, or a detector threshold, kept in electronvolt.
public typealias PhotonEnergy = Measured<PhotonEnergyKind>

public enum EnergyKind: QuantityKind {
    public static let name = "energy"
    public static let unit = PhysicalUnit.electronvolt
    public static let range = notNegative
}
/// An energy that is no photon's (of the stored electrons, for one), kept in electronvolt.
public typealias Energy = Measured<EnergyKind>

public enum AngleKind: QuantityKind {
    public static let name = "angle"
    public static let unit = PhysicalUnit.degree
}
/// An angle, kept in degrees.
public typealias Angle = Measured<AngleKind>

public enum TimeSpanKind: QuantityKind {
    public static let name = "time"
    public static let unit = PhysicalUnit.second
    public static let range = notNegative
}
/// A duration, kept in seconds, not negative.
public typealias TimeSpan = Measured<TimeSpanKind>

public enum TemperatureKind: QuantityKind {
    public static let name = "temperature"
    public static let unit = PhysicalUnit.kelvin
    public static let range = notNegative
}
/// A temperature, kept in kelvin.
public typealias Temperature = Measured<TemperatureKind>

public enum FluxKind: QuantityKind {
    public static let name = "flux"
    public static let unit = PhysicalUnit.perSecond
    public static let range = notNegative
}
/// Photons in a second.
public typealias Flux = Measured<FluxKind>

public enum PixelPositionKind: QuantityKind {
    public static let name = "position in pixels"
    public static let unit = PhysicalUnit.pixel
}
/// A position on the detector in pixels, from the outer edge of the first pixel.
public typealias PixelPosition = Measured<PixelPositionKind>

public enum ScatteringVectorKind: QuantityKind {
    public static let name = "scattering vector"
    public static let unit = PhysicalUnit.perAngstrom
    public static let range = notNegative
}
/// The length of a scattering vector, q = 4π sin θ / λ, kept in reciprocal ångström.
public typealias ScatteringVector = Measured<ScatteringVectorKind>

public enum PressureKind: QuantityKind {
    public static let name = "pressure"
    public static let unit = PhysicalUnit.pascal
    public static let range = notNegative
}
/// A pressure, kept in pascal.
public typealias Pressure = Measured<PressureKind>

public enum CurrentKind: QuantityKind {
    public static let name = "electric current"
    public static let unit = PhysicalUnit.ampere
}
/// An electric current, kept in ampere.
public typealias ElectricCurrent = Measured<CurrentKind>

/// Six digits: enough for a hint in a message.
private func rounded(_ value: Double) -> Double {
    guard value.isFinite, value != 0 else { return value }
    var scale = 1.0
    while value.magnitude * scale < 1e5, scale < 1e15 { scale *= 10 }
    return (value * scale).rounded() / scale
}
