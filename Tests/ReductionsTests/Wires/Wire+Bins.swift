import Quantities
import ScatteringGeometry

extension Wire {
    static let ofBins: [Wire] = [
        binned("q in 1/angstrom", "{unit: q_A^-1, count: 60, from: 0.05, to: 0.6}") {
            ($0.unit, $0.binCount, $0.range) = (.q_perAngstrom, 60, (0.05, 0.6))
        },
        binned("s", "{unit: s_nm^-1, count: 30, from: 0.1, to: 1}") {
            ($0.unit, $0.binCount, $0.range) = (.s_perNanometre, 30, (0.1, 1))
        },
        binned("d in nm", "{unit: d_nm, count: 40, from: 1, to: 9}") {
            ($0.unit, $0.binCount, $0.range) = (.d_nanometre, 40, (1, 9))
        },
        binned("d in angstrom", "{unit: d_A, count: 40, from: 12, to: 90}") {
            ($0.unit, $0.binCount, $0.range) = (.d_angstrom, 40, (12, 90))
        },
        binned("2theta in degrees", "{unit: 2th_deg, count: 25, from: 0.5, to: 5}") {
            ($0.unit, $0.binCount, $0.range) = (.twoTheta_degree, 25, (0.5, 5))
        },
        binned("2theta in radian", "{unit: 2th_rad, count: 25, from: 0.01, to: 0.1}") {
            ($0.unit, $0.binCount, $0.range) = (.twoTheta_radian, 25, (0.01, 0.1))
        },
        binned("r in mm", "{unit: r_mm, count: 33, from: 0.3, to: 5}") {
            ($0.unit, $0.binCount, $0.range) = (.r_millimetre, 33, (0.3, 5))
        },
        binned("logarithmic", "{count: 50, from: 0.5, to: 6, spacing: logarithmic}") { $0.spacing = .logarithmic },
        binned("all that the pixels see", "{count: 50}") { $0.range = nil },
        binned("all that the pixels see, as pyFAI has it", "{count: 45, ends: pyFAI}") {
            ($0.range, $0.binCount, $0.ends) = (nil, 45, .pyFAI)
        },
        binned("all that the pixels see, in equal steps of the logarithm", "{count: 40, unit: r_mm, spacing: logarithmic}") {
            ($0.unit, $0.range, $0.binCount, $0.spacing) = (.r_millimetre, nil, 40, .logarithmic)
        },
        Wire("bounding boxes", "splitting: bbox\n") { $0.splitting = .boundingBox },
        Wire(
            "full pixels, range of the mask's", "splitting: full\nmask: {regions: [{rectangle: {from: [0, 0], to: [40, 20]}}]}\n",
            bins: "bins: {count: 50}\n"
        ) { all in
            (all.splitting, all.range) = (.fullPixel, nil)
            for pixel in 0..<pixels where pixel % fast < 20 { all.mask[pixel] = true }
        },
        Wire("a sector", "azimuth: {sectors: [{from: 20 deg, to: 75 deg}]}\n") {
            $0.selection = .sectors([try Sector(from: .degrees(20), to: .degrees(75))])
        },
        Wire(
            "two sectors, one on both sides",
            "azimuth: {sectors: [{from: 100 deg, to: 150 deg, opposite: true}, {from: -0.2 rad, to: 0.3 rad}]}\n"
        ) {
            $0.selection = .sectors([
                try Sector(from: .degrees(100), to: .degrees(150), hasOpposite: true),
                try Sector(from: Angle("-0.2 rad"), to: Angle("0.3 rad")),
            ])
        },
        Wire("a slab", "azimuth: {slab: {direction: 35 deg, half_width: 0.9}}\n") {
            $0.selection = .slab(try Slab(direction: .degrees(35), halfWidth: 0.9))
        },
        Wire(
            "a slab of split pixels in millimetres", "splitting: full\nazimuth: {slab: {direction: -0.7 rad, half_width: 1.1}}\n",
            bins: "bins: {unit: r_mm, count: 20, from: 0.2, to: 5}\n"
        ) {
            ($0.unit, $0.binCount, $0.range, $0.splitting) = (.r_millimetre, 20, (0.2, 5), .fullPixel)
            $0.selection = .slab(try Slab(direction: Angle("-0.7 rad"), halfWidth: 1.1))
        },
        Wire("a map of half a turn", "cake: {count: 9, from: -30 deg, to: 150 deg}\n") {
            $0.azimuthal = try AzimuthalBins(count: 9, from: .degrees(-30), to: .degrees(150))
        },
        Wire(
            "a map without a sector's rest, split",
            "splitting: bbox\ncake: {count: 6}\nazimuth: {sectors: [{from: 0 deg, to: 90 deg}]}\n"
        ) {
            ($0.splitting, $0.azimuthal) = (.boundingBox, try AzimuthalBins(count: 6))
            $0.selection = .sectors([try Sector(from: .degrees(0), to: .degrees(90))])
        },
    ]

    private static func binned(
        _ name: String, _ bins: String, _ meaning: @escaping @Sendable (inout Meaning) throws -> Void
    ) -> Wire { Wire(name, "", bins: "bins: \(bins)\n", meaning) }
}
