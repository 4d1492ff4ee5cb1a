import ConfigurationText
import Diagnostics
import Quantities
import ScatteringGeometry

extension CorrectionSettings {
    init(_ top: YAMLSection) throws(ConfigurationError) {
        self.init()
        guard let section = try top.section("corrections", keys: AzimuthalKeys.corrections) else { return }
        dark = try section.array("dark")
        darkVariance = try section.array("dark_variance")
        guard darkVariance == nil || dark != nil else {
            throw section.refused(
                "dark_variance", "The dark itself is missing", got: "its variance alone", expected: "dark: FILE")
        }
        flat = try section.array("flat")
        solidAngle = try section.flag("solid_angle") ?? true
        transmission = try section.number("transmission", in: Double.leastNormalMagnitude...1)
        if let inner = try section.section("polarisation", keys: AzimuthalKeys.polarisation) {
            guard let factor = try inner.number("factor", in: -1...1) else {
                throw inner.refused(
                    "factor", "The polarisation needs its factor", got: "nothing", expected: "-1 to 1, such as 0.99")
            }
            let offset: Angle = try inner.quantity("offset") ?? .degrees(0)
            polarisation = try inner.made("factor") { try Polarisation(factor: factor, offset: offset) }
        }
        absorption = try Self.absorption(section)
        if section.isText("monitor") {
            monitor = try section.text("monitor").map { ArraySource(file: "", dataset: $0) }
        } else if let inner = try section.section("monitor", keys: AzimuthalKeys.monitor) {
            monitor = ArraySource(file: try inner.filePath("file") ?? "", dataset: try inner.text("dataset"))
            monitorReference = try inner.number("reference", in: Double.leastNormalMagnitude...Double.greatestFiniteMagnitude)
        }
    }

    private static func absorption(_ section: YAMLSection) throws(ConfigurationError) -> SensorAbsorption? {
        guard let inner = try section.section("sensor", keys: AzimuthalKeys.sensor) else { return nil }
        let transmission = try inner.number("transmission", in: 0...1)
        let thickness: Length? = try inner.quantity("thickness")
        let length: Length? = try inner.quantity("attenuation_length")
        switch (transmission, thickness, length) {
        case (let transmission?, nil, nil):
            return try inner.made("transmission") { try SensorAbsorption(transmission: transmission) }
        case (nil, let thickness?, let length?):
            return try inner.made("thickness") { try SensorAbsorption(thickness: thickness, attenuationLength: length) }
        default:
            throw inner.refused(
                "transmission", "The sensor's absorption is not told", got: "another set of keys",
                expected: "transmission (at normal incidence), or thickness and attenuation_length")
        }
    }
}
