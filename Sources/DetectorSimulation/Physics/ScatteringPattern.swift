// Unit suffixes are part of the names: a number crosses a boundary with its unit.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// What the simulated sample scatters.
public enum ScatteringPattern: String, Sendable, CaseIterable {
    /// Nothing: zero counts but for hot pixels.
    case dark
    /// Air and solvent only.
    case background
    /// Rings of lanthanum hexaboride (NIST SRM 660c), the calibrant of powder diffraction.
    case rings
    /// Rings of silver behenate, the calibrant of small angles.
    case agbh
    /// Reflections of a tetragonal protein crystal that rotates with the frame number, over a solvent background.
    case bragg
    /// Spheres of 100 Å radius with 8 % spread, at small angles.
    case saxs

    /// The scattering vector at the edge of the detector that suits the pattern, Å⁻¹.
    var edge: Double {
        switch self {
        case .dark, .background, .bragg: 3.6
        case .rings: 4.6
        case .agbh: 0.85
        case .saxs: 0.20
        }
    }

    /// Photons for one pixel of the whole pattern's level, per frame: solid angle at the beam centre.
    ///
    /// A sum of smooth background and gaussian rings. Heights are chosen to look like a second on an ordinary sample, not calculated;
    /// positions are physical.
    func profile(_ q: Double) -> Double {
        switch self {
        case .dark: 0
        case .background: air(q) + solvent(q)
        case .bragg: air(q) + solvent(q)
        case .rings: air(q) + 0.5 * solvent(q) + Self.sum(Self.lanthanumHexaboride, q)
        case .agbh: 0.6 * air(4 * q) + 0.3 + Self.sum(Self.silverBehenate, q)
        case .saxs: 0.02 + 6000 * Self.spheres(q)
        }
    }

    /// Air around the beam stop: falls with q.
    private func air(_ q: Double) -> Double { 2.2 * exp(-q / 0.35) + 0.05 }

    /// The broad ring of water at 2.0 Å⁻¹ (3.1 Å) on a slow fall.
    private func solvent(_ q: Double) -> Double {
        let ring = (q - 1.98) / 0.42
        return 0.55 * exp(-0.5 * ring * ring) + 0.35 / (1 + q * q / 4)
    }

    /// One powder ring: position and width in Å⁻¹, height in photons.
    private struct Ring {
        let q: Double
        let width: Double
        let height: Double
    }

    private static func sum(_ rings: [Ring], _ q: Double) -> Double {
        var total = 0.0
        for ring in rings {
            let distance = (q - ring.q) / ring.width
            if abs(distance) < 6 { total += ring.height * exp(-0.5 * distance * distance) }
        }
        return total
    }

    /// Primitive cubic, a = 4.156826 Å (NIST certificate SRM 660c). Heights: multiplicity and Lorentz factor, structure factors taken as
    /// one, thermal factor B = 0.5 Å².
    private static let lanthanumHexaboride: [Ring] = {
        let limit = 8
        var multiplicity = [Int: Int]()
        for h in -limit...limit {
            for k in -limit...limit {
                for l in -limit...limit { multiplicity[h * h + k * k + l * l, default: 0] += 1 }
            }
        }
        multiplicity[0] = nil
        return multiplicity.filter { $0.key <= limit * limit }.sorted { $0.key < $1.key }.map { square, count in
            let q = 2 * .pi * Double(square).squareRoot() / 4.156826
            let s = q / (4 * .pi)
            return Ring(q: q, width: 0.006 + 0.0012 * q, height: 3.0 * Double(count) / Double(square) * exp(-1.0 * s * s))
        }
    }()

    /// Lamellar, d₀₀₁ = 58.380 Å (Huang, Toraya, Blanton, Wu, J. Appl. Cryst. 26 (1993) 180, doi:10.1107/S0021889892009762).
    private static let silverBehenate: [Ring] = (1...25).map { order in
        // Odd orders are the stronger ones from the second on.
        let strength = order % 2 == 1 ? 1.0 : 0.55
        return Ring(
            q: 2 * .pi * Double(order) / 58.380, width: 0.0022 + 0.0001 * Double(order),
            height: 22 * strength / pow(Double(order), 1.4))
    }

    /// Form factor of spheres (Rayleigh 1911), averaged over a normal distribution of radii: 100 Å, sigma 8 Å.
    private static func spheres(_ q: Double) -> Double {
        var total = 0.0
        var weights = 0.0
        for step in -6...6 {
            let spread = Double(step) / 2
            let radius = 100 + 8 * spread
            let volume = pow(radius / 100, 6)
            let weight = exp(-0.5 * spread * spread) * volume
            let x = max(1e-4, q * radius)
            let amplitude = x < 1e-2 ? 1 - x * x / 10 : 3 * (sin(x) - x * cos(x)) / (x * x * x)
            total += weight * amplitude * amplitude
            weights += weight
        }
        return total / weights
    }
}
