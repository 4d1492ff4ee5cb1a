/// The unit names that are understood, and what each is in SI units.
///
/// Names and prefixes: SI brochure, 9th edition (doi:10.59161/AUEZ1291), tables 4, 7 and 8, and the spellings that UDUNITS-2 accepts,
/// which NeXus files use.
enum UnitTable {
    struct Entry: Sendable {
        let dimension: PhysicalDimension
        let scale: UnitScale
        var offset = 0.0
        /// Whether SI prefixes may stand before it.
        var takesPrefix = false
    }

    /// Exact spelling first, then prefix and unit: `min` is a minute, and `mm` a millimetre.
    static func entry(_ name: String) -> Entry? {
        if let exact = entries[name] { return exact }
        for (prefix, exponent) in prefixes where name.hasPrefix(prefix) {
            let rest = String(name.dropFirst(prefix.count))
            if let base = entries[rest], base.takesPrefix {
                return Entry(
                    dimension: base.dimension,
                    scale: base.scale * UnitScale(mantissa: 1, exponent: exponent))
            }
        }
        return nil
    }

    /// What to propose for an unknown name: the names with the prefixes that beamlines use.
    static let proposals: [String] =
        entries.keys.sorted() + [
            "mm", "um", "nm", "cm", "km", "keV", "meV", "MeV", "GeV", "ms", "us", "ns", "kHz", "MHz", "mA", "nA", "mbar", "kPa",
            "mrad", "urad", "mV", "kV", "mg", "kg",
        ]

    static let prefixes: [(String, Int)] = [
        ("da", 1), ("quetta", 30), ("ronna", 27), ("yotta", 24), ("zetta", 21), ("exa", 18), ("peta", 15), ("tera", 12),
        ("giga", 9), ("mega", 6), ("kilo", 3), ("hecto", 2), ("deca", 1), ("deci", -1), ("centi", -2), ("milli", -3),
        ("micro", -6), ("nano", -9), ("pico", -12), ("femto", -15), ("atto", -18),
        ("Y", 24), ("Z", 21), ("E", 18), ("P", 15), ("T", 12), ("G", 9), ("M", 6), ("k", 3), ("h", 2), ("d", -1), ("c", -2),
        ("m", -3), ("u", -6), ("µ", -6), ("μ", -6), ("n", -9), ("p", -12), ("f", -15), ("a", -18),
    ]

    private static func add(
        _ names: [String], _ dimension: PhysicalDimension, _ mantissa: Double = 1, _ exponent: Int = 0,
        offset: Double = 0, prefix: Bool = false, to table: inout [String: Entry]
    ) {
        for name in names {
            table[name] = Entry(
                dimension: dimension, scale: UnitScale(mantissa: mantissa, exponent: exponent), offset: offset,
                takesPrefix: prefix)
        }
    }

    static let entries: [String: Entry] = {
        var table: [String: Entry] = [:]
        func unit(
            _ names: String..., of dimension: PhysicalDimension, _ mantissa: Double = 1, _ exponent: Int = 0,
            offset: Double = 0, prefix: Bool = false
        ) { add(names, dimension, mantissa, exponent, offset: offset, prefix: prefix, to: &table) }

        unit("m", "metre", "metres", "meter", "meters", of: .length, prefix: true)
        unit("Å", "angstrom", "angstroms", "Angstrom", "Angstroms", "ångström", "Ångström", of: .length, 1, -10)
        unit("micron", "microns", of: .length, 1, -6)
        unit("s", "second", "seconds", "sec", of: .time, prefix: true)
        unit("min", "minute", "minutes", of: .time, 60)
        unit("h", "hour", "hours", of: .time, 3600)
        unit("d", "day", "days", of: .time, 86_400)
        unit("Hz", "hertz", of: .rate, prefix: true)
        unit("g", "gram", "grams", of: .mass, 1, -3, prefix: true)
        unit("A", "ampere", "amperes", "amp", of: .current, prefix: true)
        unit("K", "kelvin", of: .temperature, prefix: true)
        unit("°C", "degC", "celsius", "Celsius", "degree_Celsius", of: .temperature, offset: 273.15)
        unit("eV", "electronvolt", "electronvolts", of: .energy, 1.602176634, -19, prefix: true)
        unit("J", "joule", "joules", of: .energy, prefix: true)
        unit("W", "watt", "watts", of: .power, prefix: true)
        unit("V", "volt", "volts", of: .voltage, prefix: true)
        unit("N", "newton", "newtons", of: .force, prefix: true)
        unit("Pa", "pascal", "pascals", of: .pressure, prefix: true)
        unit("bar", of: .pressure, 1, 5, prefix: true)
        unit("Torr", "torr", of: .pressure, 101_325.0 / 760)
        unit("T", "tesla", of: .magneticField, prefix: true)
        unit("C", "coulomb", "coulombs", of: .charge, prefix: true)
        unit("rad", "radian", "radians", of: .angle, prefix: true)
        unit("°", "deg", "degree", "degrees", of: .angle, .pi / 180)
        unit("arcmin", of: .angle, .pi / 10_800)
        unit("arcsec", of: .angle, .pi / 648_000)
        unit("px", "pixel", "pixels", of: .pixel)
        unit("1", "count", "counts", "photon", "photons", "ph", "NX_DIMENSIONLESS", of: .none)
        unit("%", "percent", of: .none, 1, -2)
        return table
    }()
}
