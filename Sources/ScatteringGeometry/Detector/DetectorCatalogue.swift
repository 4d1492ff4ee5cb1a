import Diagnostics

/// The detectors that PONI files call by name: pixel size and shape, as their makers publish them.
public struct KnownDetector: Hashable, Sendable {
    /// The class name that PONI files carry.
    public let name: String
    public let shape: DetectorShape
    public let pixelSize: PixelSize

    /// A detector by its name; upper case, blanks, `-`, `_` and the maker's name make no difference (`Eiger2 CdTe 1M-W`, `eiger2cdte_1mw`).
    /// - Throws: `detectorUnknown`, with what to give instead.
    public static func named(_ name: String) throws(GeometryError) -> KnownDetector {
        let wanted = comparable(name)
        let found = table.first { row in
            comparable(row.family + row.size) == wanted || row.aliases.contains { comparable($0 + row.size) == wanted }
        }
        guard let row = found else {
            throw GeometryError(
                .detectorUnknown, "The detector is not in the catalogue", got: quoted(name),
                expected: names.joined(separator: ", "),
                remedy:
                    "Give pixel size and shape beside the name, or the corner array of its pixels if they are not equal squares in a plane"
            )
        }
        let size = row.pixel_um / 1e6
        return try KnownDetector(
            name: row.family + row.size, shape: DetectorShape(slow: row.slow, fast: row.fast),
            pixelSize: PixelSize(slow_m: size, fast_m: size))
    }

    /// All names, in the order of the catalogue.
    public static var names: [String] { table.map { $0.family + $0.size } }

    /// The word CdTe stands before the size or behind it: here always behind.
    private static func comparable(_ name: String) -> String {
        var text = name.lowercased()
        text.removeAll { " -_.".contains($0) }
        for maker in ["dectris", "psi"] where text.hasPrefix(maker) { text.removeFirst(maker.count) }
        let parts = text.split(separator: "cdte", omittingEmptySubsequences: false)
        return parts.count == 2 ? parts.joined() + "cdte" : text
    }

    private struct Row {
        let family: String
        let size: String
        /// Other names of the family, with the same size behind it.
        let aliases: [String]
        let slow: Int
        let fast: Int
        let pixel_um: Double
    }

    // A CdTe sensor has wider gaps within its modules and the same outline, so the same shape. A single JUNGFRAU module (512 x 1024) is
    // missing on purpose: the pixels between its chips are double, so it needs a corner array.
    private static let table: [Row] =
        rows("Pilatus", 172, ["Pilatus3 ", "Pilatus3 S", "Pilatus3 X"], pilatus.filter { $0.0 != "900kw" })
        + rows("PilatusCdTe", 172, ["Pilatus3 CdTe", "Pilatus3 X CdTe"], pilatus.filter { $0.0 != "900k" })
        + rows("Eiger", 75, ["Eiger X", "Eiger R"], eiger)
        + rows("Eiger2_", 75, ["Eiger2 Si", "Eiger2 X", "Eiger2 S", "Eiger2 R"], eiger2)
        + rows("Eiger2CdTe_", 75, ["Eiger2 X CdTe"], eiger2) + rows("Pilatus4_", 150, [], pilatus4)
        + rows("Pilatus4_CdTe_", 150, [], pilatus4) + rows("Jungfrau", 75, [], [("1M", 1064, 1030), ("4M", 2164, 2068)])

    private static func rows(_ family: String, _ pixel_um: Double, _ aliases: [String], _ sizes: [(String, Int, Int)]) -> [Row] {
        sizes.map { Row(family: family, size: $0.0, aliases: aliases, slow: $0.1, fast: $0.2, pixel_um: pixel_um) }
    }

    private static let pilatus = [
        ("100k", 195, 487), ("200k", 407, 487), ("300k", 619, 487), ("300kw", 195, 1475), ("900k", 619, 1475),
        ("900kw", 195, 4439),
        ("1M", 1043, 981), ("2M", 1679, 1475), ("6M", 2527, 2463),
    ]
    private static let pilatus4 = [
        ("260k", 530, 513), ("260kw", 255, 1033), ("1M", 1080, 1033), ("2M", 1630, 1553), ("4M", 2180, 2073),
    ]
    private static let eiger = [
        ("500k", 514, 1030), ("1M", 1065, 1030), ("4M", 2167, 2070), ("9M", 3269, 3110), ("16M", 4371, 4150),
    ]
    private static let eiger2 = [
        ("250k", 512, 512), ("500k", 512, 1028), ("1M", 1062, 1028), ("1MW", 512, 2068), ("2MW", 512, 4148), ("4M", 2162, 2068),
        ("9M", 3262, 3108), ("16M", 4362, 4148),
    ]
}
