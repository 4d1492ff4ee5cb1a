#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// A rotation, and the shift that follows it: what NXtransformations are made of.
struct RigidMotion: Equatable {
    typealias Vector = SIMD3<Double>

    /// Images of the three unit vectors.
    private let x: Vector
    private let y: Vector
    private let z: Vector
    private let shift: Vector

    static let identity = RigidMotion(x: Vector(1, 0, 0), y: Vector(0, 1, 0), z: Vector(0, 0, 1), shift: .zero)

    private init(x: Vector, y: Vector, z: Vector, shift: Vector) {
        (self.x, self.y, self.z, self.shift) = (x, y, z, shift)
    }

    init(shift: Vector) {
        (x, y, z) = (Self.identity.x, Self.identity.y, Self.identity.z)
        self.shift = shift
    }

    /// Right-handed about an axis of unit length (Rodrigues' formula), then a shift.
    init(axis: Vector, angle_rad: Double, shift: Vector) {
        let (c, s) = (cos(angle_rad), sin(angle_rad))
        func turned(_ vector: Vector) -> Vector {
            c * vector + s * axis.cross(vector) + (1 - c) * axis.dot(vector) * axis
        }
        x = turned(Self.identity.x)
        y = turned(Self.identity.y)
        z = turned(Self.identity.z)
        self.shift = shift
    }

    func direction(_ vector: Vector) -> Vector { vector.x * x + vector.y * y + vector.z * z }

    func point(_ vector: Vector) -> Vector { direction(vector) + shift }

    /// This motion, then another.
    func followed(by next: RigidMotion) -> RigidMotion {
        RigidMotion(x: next.direction(x), y: next.direction(y), z: next.direction(z), shift: next.point(shift))
    }
}
