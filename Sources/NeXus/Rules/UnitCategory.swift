import Quantities

/// Which units belong to a category of NeXus, by what they measure.
enum UnitCategory {
    /// - Parameter categories: `NX_LENGTH`, or several separated by `|`.
    static func accepts(_ units: String, categories: String) -> Bool {
        categories.split(separator: "|").contains { accepts(units, category: String($0)) }
    }

    private static func accepts(_ units: String, category: String) -> Bool {
        if category == "NX_ANY" { return true }
        guard let unit = try? PhysicalUnit(units) else { return false }
        return dimensions(category).contains(unit.dimension)
    }

    private static func dimensions(_ category: String) -> [PhysicalDimension] {
        switch category {
        case "NX_LENGTH", "NX_WAVELENGTH": [.length]
        case "pixel": [.pixel]
        case "NX_AREA": [.area]
        case "NX_ANGLE": [.angle]
        case "NX_TIME": [.time]
        case "NX_FREQUENCY": [.rate]
        case "NX_ENERGY": [.energy]
        case "NX_POWER": [.power]
        case "NX_TEMPERATURE": [.temperature]
        case "NX_CURRENT": [.current]
        case "NX_VOLTAGE": [.voltage]
        case "NX_PRESSURE": [.pressure]
        case "NX_MASS": [.mass]
        case "NX_FLUX": [PhysicalDimension(length: -2, time: -1)]
        case "NX_PER_AREA": [PhysicalDimension(length: -2)]
        case "NX_PER_LENGTH", "NX_WAVENUMBER": [.reciprocalLength]
        case "NX_UNITLESS", "NX_DIMENSIONLESS": [.none]
        // An axis of motion: which of the two is decided by its transformation_type.
        case "NX_TRANSFORMATION": [.length, .angle, .none]
        default: []
        }
    }

    /// Categories for which a field without a units attribute is as it should be.
    static func allowsNone(_ categories: String) -> Bool {
        categories.split(separator: "|").contains { ["NX_UNITLESS", "NX_DIMENSIONLESS", "NX_ANY"].contains($0) }
    }
}
