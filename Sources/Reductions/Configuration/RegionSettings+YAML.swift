import ConfigurationText
import Diagnostics
import Frames

extension RegionSettings {
    /// The regions of interest, in the order of the file. Whether they are within the frame is not known yet.
    static func all(_ top: YAMLSection) throws(ConfigurationError) -> [RegionSettings] {
        var regions: [RegionSettings] = []
        for section in try top.sections("regions", keys: AzimuthalKeys.regionOfInterest) {
            let region = try RegionSettings(section)
            guard !regions.contains(where: { $0.name == region.name }) else {
                throw section.refused("name", "Two regions have one name", got: "'\(region.name)'", expected: "a name of its own")
            }
            regions.append(region)
        }
        return regions
    }

    private init(_ section: YAMLSection) throws(ConfigurationError) {
        let name = try section.text("name") ?? ""
        guard Self.isName(name) else {
            throw section.refused(
                "name", "A region needs a name that HDF5 and its readers can have", got: "'\(name.prefix(80))'",
                expected: "1 to \(Self.longestName) letters without accents, digits and _, not with a digit in front")
        }
        self.init(name: name, slow: try Self.range(section, "slow"), fast: try Self.range(section, "fast"))
    }

    /// As many characters as NeXus gives a name.
    private static let longestName = 63

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= longestName else { return false }
        func isLetter(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
        }
        func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        return isLetter(first) && name.utf8.allSatisfy { isLetter($0) || isDigit($0) }
    }

    private static func range(_ section: YAMLSection, _ name: String) throws(ConfigurationError) -> Range<Int> {
        let expected = "[first, first behind it], whole numbers of pixels, 0 to \(FrameShape.maximumSide)"
        guard let numbers = try section.numbers(name, count: 2) else {
            throw section.refused(name, "A region needs its range of pixels", got: "nothing", expected: expected)
        }
        guard let from = Int(exactly: numbers[0]), let to = Int(exactly: numbers[1]), from >= 0, to <= FrameShape.maximumSide,
            from < to
        else {
            throw section.refused(
                name, "This is no range of pixels", got: "[\(numbers[0]), \(numbers[1])]", expected: expected,
                remedy: "Ranges are half-open: the second number is that of the first pixel behind the region")
        }
        return from..<to
    }
}
