/// What a unit measures, as powers of the seven base quantities used here.
///
/// Angle and pixel are counted as dimensions of their own, though the SI has neither: a beam centre in pixels taken for
/// metres, or degrees for radians, are the commonest mistakes in a beamline file, and so they are errors.
public struct PhysicalDimension: Hashable, Sendable {
    public var length = 0
    public var mass = 0
    public var time = 0
    public var current = 0
    public var temperature = 0
    public var angle = 0
    public var pixel = 0

    public init() {}

    public init(
        length: Int = 0, mass: Int = 0, time: Int = 0, current: Int = 0, temperature: Int = 0, angle: Int = 0,
        pixel: Int = 0
    ) {
        self.length = length
        self.mass = mass
        self.time = time
        self.current = current
        self.temperature = temperature
        self.angle = angle
        self.pixel = pixel
    }

    public static let none = PhysicalDimension()
    public static let length = PhysicalDimension(length: 1)
    public static let area = PhysicalDimension(length: 2)
    public static let reciprocalLength = PhysicalDimension(length: -1)
    public static let mass = PhysicalDimension(mass: 1)
    public static let time = PhysicalDimension(time: 1)
    public static let rate = PhysicalDimension(time: -1)
    public static let speed = PhysicalDimension(length: 1, time: -1)
    public static let current = PhysicalDimension(current: 1)
    public static let temperature = PhysicalDimension(temperature: 1)
    public static let angle = PhysicalDimension(angle: 1)
    public static let pixel = PhysicalDimension(pixel: 1)
    public static let energy = PhysicalDimension(length: 2, mass: 1, time: -2)
    public static let power = PhysicalDimension(length: 2, mass: 1, time: -3)
    public static let voltage = PhysicalDimension(length: 2, mass: 1, time: -3, current: -1)
    public static let pressure = PhysicalDimension(length: -1, mass: 1, time: -2)
    public static let force = PhysicalDimension(length: 1, mass: 1, time: -2)
    public static let magneticField = PhysicalDimension(mass: 1, time: -2, current: -1)
    public static let charge = PhysicalDimension(time: 1, current: 1)

    static func * (left: PhysicalDimension, right: PhysicalDimension) -> PhysicalDimension {
        PhysicalDimension(
            length: left.length + right.length, mass: left.mass + right.mass, time: left.time + right.time,
            current: left.current + right.current, temperature: left.temperature + right.temperature,
            angle: left.angle + right.angle, pixel: left.pixel + right.pixel)
    }

    func raised(to power: Int) -> PhysicalDimension {
        PhysicalDimension(
            length: length * power, mass: mass * power, time: time * power, current: current * power,
            temperature: temperature * power, angle: angle * power, pixel: pixel * power)
    }
}

extension PhysicalDimension: CustomStringConvertible {
    private static let names: [(PhysicalDimension, String)] = [
        (.none, "a plain number"), (.length, "length"), (.area, "area"), (.reciprocalLength, "reciprocal length"),
        (.mass, "mass"), (.time, "time"), (.rate, "rate"), (.speed, "speed"), (.current, "electric current"),
        (.temperature, "temperature"), (.angle, "angle"), (.pixel, "pixels"), (.energy, "energy"), (.power, "power"),
        (.voltage, "voltage"), (.pressure, "pressure"), (.force, "force"), (.magneticField, "magnetic field"),
        (.charge, "electric charge"),
    ]

    /// The name of what is measured, or its powers (`length^3 mass^-1`).
    public var description: String {
        if let (_, name) = Self.names.first(where: { $0.0 == self }) { return name }
        let powers = [
            ("length", length), ("mass", mass), ("time", time), ("current", current), ("temperature", temperature),
            ("angle", angle), ("pixel", pixel),
        ]
        return powers.filter { $0.1 != 0 }.map { $0.1 == 1 ? $0.0 : "\($0.0)^\($0.1)" }.joined(separator: " ")
    }
}
