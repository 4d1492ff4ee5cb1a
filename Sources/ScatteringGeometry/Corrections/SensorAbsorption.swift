import Diagnostics
import Quantities

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// How much of the radiation a thin sensor lets through: oblique rays stay longer in it, so outer pixels count more.
public struct SensorAbsorption: Hashable, Sendable {
    /// The fraction that passes at normal incidence.
    public let transmission: Double

    /// - Throws: `outOfRange` when it is not in 0…1, 1 excluded (such a sensor detects nothing).
    public init(transmission: Double) throws(GeometryError) {
        guard transmission >= 0, transmission < 1 else {
            throw GeometryError(
                .outOfRange, "This cannot be the transmission of a sensor", got: "\(transmission)",
                expected: "0 (all is absorbed) or more, less than 1")
        }
        self.transmission = transmission
    }

    /// From the thickness and the length after which 1/e is left.
    /// - Throws: `outOfRange` when either is not positive.
    public init(thickness: Length, attenuationLength: Length) throws(GeometryError) {
        guard thickness.metres > 0, attenuationLength.metres > 0 else {
            throw GeometryError(
                .outOfRange, "A sensor has a positive thickness and attenuation length", got: "\(thickness), \(attenuationLength)"
            )
        }
        try self.init(transmission: exp(-thickness.metres / attenuationLength.metres))
    }
}
