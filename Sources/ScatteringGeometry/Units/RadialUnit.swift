import Diagnostics

/// The radial axis of a reduced curve. Raw values are the names that people know from the PONI convention's programs.
public enum RadialUnit: String, Sendable, CaseIterable, Codable {
    /// q = 4π/λ sin θ, in 1/nm.
    case q_perNanometre = "q_nm^-1"
    /// q in 1/Å; 1 Å⁻¹ is 10 nm⁻¹.
    case q_perAngstrom = "q_A^-1"
    /// s = 1/d = q/2π, in 1/nm.
    case s_perNanometre = "s_nm^-1"
    /// s in 1/Å.
    case s_perAngstrom = "s_A^-1"
    /// Lattice spacing d = 2π/q, in nm. It falls with the angle; the beam itself is at infinity and in no bin.
    case d_nanometre = "d_nm"
    /// d in Å.
    case d_angstrom = "d_A"
    /// The scattering angle 2θ, in degrees.
    case twoTheta_degree = "2th_deg"
    case twoTheta_radian = "2th_rad"
    /// The distance from the beam in the laboratory, in mm (L tan 2θ only without tilts).
    case r_millimetre = "r_mm"
    case r_metre = "r_m"

    /// What the unit measures.
    public enum Dimension: String, Sendable {
        case scatteringVector, inverseSpacing, spacing, twoTheta, radius
    }

    public var dimension: Dimension {
        switch self {
        case .q_perNanometre, .q_perAngstrom: .scatteringVector
        case .s_perNanometre, .s_perAngstrom: .inverseSpacing
        case .d_nanometre, .d_angstrom: .spacing
        case .twoTheta_degree, .twoTheta_radian: .twoTheta
        case .r_millimetre, .r_metre: .radius
        }
    }

    /// Angles and distances need none.
    public var needsWavelength: Bool { dimension != .twoTheta && dimension != .radius }

    /// The unit's own text, as NeXus files carry it.
    public var symbol: String {
        switch self {
        case .q_perNanometre, .s_perNanometre: "1/nm"
        case .q_perAngstrom, .s_perAngstrom: "1/angstrom"
        case .d_nanometre: "nm"
        case .d_angstrom: "angstrom"
        case .twoTheta_degree: "deg"
        case .twoTheta_radian: "rad"
        case .r_millimetre: "mm"
        case .r_metre: "m"
        }
    }

    /// Reads a name.
    /// - Throws: `malformed`, with the names that there are.
    public init(name: String) throws(GeometryError) {
        guard let unit = RadialUnit(rawValue: name) else {
            throw GeometryError(
                .malformed, "There is no radial unit of this name", got: quoted(name),
                expected: Self.allCases.map(\.rawValue).joined(separator: ", "))
        }
        self = unit
    }

    /// How many of this unit make one of its dimension's base: 1/m, m, rad.
    var scale: Double {
        switch self {
        case .q_perNanometre, .s_perNanometre: 1e-9
        case .q_perAngstrom, .s_perAngstrom: 1e-10
        case .d_nanometre: 1e9
        case .d_angstrom: 1e10
        case .twoTheta_degree: 180 / .pi
        case .twoTheta_radian, .r_metre: 1
        case .r_millimetre: 1e3
        }
    }
}
