#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// A vector of three numbers; in reciprocal space Å⁻¹ without 2π.
struct Vector3: Sendable, Equatable {
    var x: Double, y: Double, z: Double

    static func + (left: Self, right: Self) -> Self { Self(x: left.x + right.x, y: left.y + right.y, z: left.z + right.z) }
    static func * (factor: Double, vector: Self) -> Self {
        Self(x: factor * vector.x, y: factor * vector.y, z: factor * vector.z)
    }

    var length: Double { (x * x + y * y + z * z).squareRoot() }

    /// Turned about the x axis, the direction of the fast axis: the spindle of a horizontal rotation axis.
    func turnedAboutX(cosine: Double, sine: Double) -> Self {
        Self(x: x, y: cosine * y - sine * z, z: sine * y + cosine * z)
    }
}

/// A tetragonal crystal (P4₁2₁2, a = b = 57.8 Å, c = 150.2 Å: the size of thaumatin's cell) in an orientation that the seed draws.
struct CrystalLattice: Sendable {
    static let a = 57.8
    static let c = 150.2
    /// Overall displacement, Å²: what makes reflections fade with resolution.
    static let displacement = 16.0

    /// One reflection that can be seen at some angle.
    struct Reflection: Sendable {
        /// At rotation zero, Å⁻¹.
        let vector: Vector3
        /// Mean 1 before fading (Wilson, Acta Cryst. 2 (1949) 318, doi:10.1107/S0365110X49000813).
        let intensity: Double
    }

    let reflections: [Reflection]

    /// - Parameter resolution: the smallest spacing d, Å.
    init(seed: UInt64, resolution: Double) {
        let axes = Self.orientation(seed: seed)
        let longest = 1 / resolution
        let (maximumH, maximumL) = (Int(Self.a * longest), Int(Self.c * longest))
        var reflections: [Reflection] = []
        for h in -maximumH...maximumH {
            for k in -maximumH...maximumH {
                for l in -maximumL...maximumL where !Self.isAbsent(h, k, l) {
                    let (s, t, u) = (Double(h) / Self.a, Double(k) / Self.a, Double(l) / Self.c)
                    let square = s * s + t * t + u * u
                    guard square > 1e-6, square < longest * longest else { continue }
                    let vector = s * axes.0 + t * axes.1 + u * axes.2
                    reflections.append(
                        Reflection(
                            vector: vector, intensity: Self.intensity(h, k, l, seed) * exp(-Self.displacement * square / 2)))
                }
            }
        }
        self.reflections = reflections
    }

    /// Screw axes 4₁ and 2₁ (International Tables for Crystallography A, no. 92).
    private static func isAbsent(_ h: Int, _ k: Int, _ l: Int) -> Bool {
        (h == 0 && k == 0 && l % 4 != 0) || (l == 0 && k == 0 && h % 2 != 0) || (l == 0 && h == 0 && k % 2 != 0)
    }

    /// Acentric Wilson statistics, the same for reflections that the Laue group 4/mmm makes equal.
    private static func intensity(_ h: Int, _ k: Int, _ l: Int, _ seed: UInt64) -> Double {
        let (first, second) = abs(h) <= abs(k) ? (abs(h), abs(k)) : (abs(k), abs(h))
        var random = CounterGenerator(seed: seed, stream: .structureFactor, UInt64(first), UInt64(second), UInt64(abs(l)))
        return -log(1 - random.uniform())
    }

    /// Three perpendicular unit vectors, uniform over all rotations (Shoemake, Graphics Gems III, 1992, p. 124).
    private static func orientation(seed: UInt64) -> (Vector3, Vector3, Vector3) {
        var random = CounterGenerator(seed: seed, stream: .orientation)
        let (u, v, w) = (random.uniform(), 2 * Double.pi * random.uniform(), 2 * Double.pi * random.uniform())
        let (p, r) = ((1 - u).squareRoot(), u.squareRoot())
        let (x, y, z, s) = (p * sin(v), p * cos(v), r * sin(w), r * cos(w))
        return (
            Vector3(x: 1 - 2 * (y * y + z * z), y: 2 * (x * y + z * s), z: 2 * (x * z - y * s)),
            Vector3(x: 2 * (x * y - z * s), y: 1 - 2 * (x * x + z * z), z: 2 * (y * z + x * s)),
            Vector3(x: 2 * (x * z + y * s), y: 2 * (y * z - x * s), z: 1 - 2 * (x * x + y * y))
        )
    }
}
