// Reading and making a quantity in a unit that the name says: `length.millimetres`, `Angle.degrees(90)`.
// The makers take numbers of the program's own (literals, values that were checked); numbers from outside pass
// `init(_:_:)`, which checks them.

extension Measured where Kind == LengthKind {
    public static func metres(_ value: Double) -> Length { Length(unchecked: value) }
    public var metres: Double { value }
    public var millimetres: Double { PhysicalUnit.metre.convertUnchecked(value, to: .millimetre) }
    public var micrometres: Double { PhysicalUnit.metre.convertUnchecked(value, to: .micrometre) }
}

extension Measured where Kind == AngleKind {
    public static func degrees(_ value: Double) -> Angle { Angle(unchecked: value) }
    public var degrees: Double { value }
    public var radians: Double { value * .pi / 180 }
}

extension Measured where Kind == TimeSpanKind {
    public static func seconds(_ value: Double) -> TimeSpan { TimeSpan(unchecked: value) }
    public var seconds: Double { value }
}

extension Measured where Kind == TemperatureKind {
    public var kelvin: Double { value }
}

extension Measured where Kind == EnergyKind {
    public var electronvolts: Double { value }
    public var gigaelectronvolts: Double { value / 1e9 }
}

extension Measured where Kind == CurrentKind {
    public var amperes: Double { value }
    public var milliamperes: Double { value * 1000 }
}

extension Measured where Kind == FluxKind {
    public var perSecond: Double { value }
}

extension Measured where Kind == PixelPositionKind {
    public var pixels: Double { value }
}

extension Measured where Kind == ScatteringVectorKind {
    public var perAngstrom: Double { value }
    public var perNanometre: Double { value * 10 }
}
