import ConfigurationText
import Diagnostics

extension MaskSettings {
    init(_ top: YAMLSection) throws(ConfigurationError) {
        self.init()
        guard let section = try top.section("mask", keys: AzimuthalKeys.mask) else { return }
        usesDetectorMask = try section.flag("detector") ?? true
        if let limit = try section.count("saturation", in: 0...Int(UInt32.max)) { saturation = UInt32(limit) }
        if section.isText("files"), let file = try section.filePath("files") {
            files = [File(array: ArraySource(file: file), isInverted: false)]
        } else {
            for file in try section.sections("files", keys: AzimuthalKeys.maskFile) {
                files.append(File(array: try file.arraySource(), isInverted: try file.flag("invert") ?? false))
            }
        }
        for region in try section.sections("regions", keys: AzimuthalKeys.region) { regions.append(try Region(region)) }
    }
}

extension MaskSettings.Region {
    init(_ section: YAMLSection) throws(ConfigurationError) {
        let given = AzimuthalKeys.region.filter { section.has($0) }
        guard let name = given.first, given.count == 1 else {
            throw section.refused(
                given.last ?? "polygon", "A region has one form", got: given.isEmpty ? "none" : given.joined(separator: ", "),
                expected: "one of " + AzimuthalKeys.region.joined(separator: ", "))
        }
        switch name {
        case "polygon":
            let points = try section.points(name)
            guard points.count >= 3 else {
                throw section.refused(name, "A polygon has three corners or more", got: "\(points.count)")
            }
            self = .polygon(points)
        case "rectangle":
            let inner = try Self.inner(section, name, AzimuthalKeys.rectangle)
            self = .rectangle(from: try Self.pair(inner, "from"), to: try Self.pair(inner, "to"))
        case "circle":
            let inner = try Self.inner(section, name, AzimuthalKeys.circle)
            guard let radius = try inner.number("radius", in: 0...1e6) else {
                throw inner.refused("radius", "A circle needs a radius", got: "nothing", expected: "a number of pixels")
            }
            self = .ellipse(centre: try Self.pair(inner, "center"), radii: (radius, radius))
        default:
            let inner = try Self.inner(section, name, AzimuthalKeys.ellipse)
            self = .ellipse(centre: try Self.pair(inner, "center"), radii: try Self.pair(inner, "radii"))
        }
    }

    private static func inner(_ section: YAMLSection, _ name: String, _ keys: [String]) throws(ConfigurationError) -> YAMLSection
    {
        guard let inner = try section.section(name, keys: keys) else {
            throw section.refused(name, "A region needs its numbers", got: "nothing", expected: keys.joined(separator: ", "))
        }
        return inner
    }

    private static func pair(_ section: YAMLSection, _ name: String) throws(ConfigurationError) -> (Double, Double) {
        guard let numbers = try section.numbers(name, count: 2) else {
            throw section.refused(name, "A point is missing", got: "nothing", expected: "[slow, fast], in pixels")
        }
        return (numbers[0], numbers[1])
    }
}
