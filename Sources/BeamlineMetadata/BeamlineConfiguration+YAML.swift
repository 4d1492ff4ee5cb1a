import ConfigurationText
import Diagnostics
import Foundation
import Identifiers
import Quantities

extension BeamlineConfiguration {
    /// Reads a file.
    /// - Throws: `unreadable`, `notYAML`, `unknownKey`, `wrongType`, `badValue`, each with file, line and path of keys.
    public init(contentsOf path: String) throws(ConfigurationError) {
        try self.init(yaml: YAMLText.contents(of: path, "beamline file"), file: path)
    }

    /// Reads a text; `file` is the name that messages use.
    public init(yaml: String, file: String) throws(ConfigurationError) {
        self.init()
        self.file = file
        guard let node = try YAMLText.compose(yaml, file: file, "beamline file") else { return }
        let top = try YAMLSection(node, file: file, path: "", keys: BeamlineKeys.top)
        try readPlace(top)
        try readSubject(top)
        try readBeam(top)
        try readDetector(top)
        try readGoniometer(top)
        try readRun(top)
        notes = try top.texts("notes")
    }

    private mutating func readPlace(_ top: YAMLSection) throws(ConfigurationError) {
        if let section = try top.section("facility", keys: BeamlineKeys.facility) {
            facility.name = try section.text("name")
            facility.ror = try section.checked("ror") { try ROR($0) }
        }
        if let section = try top.section("source", keys: BeamlineKeys.source) {
            source.name = try section.text("name")
            source.shortName = try section.text("short_name")
            source.type = try section.word("type", BeamlineKeys.sourceTypes)
            source.probe = try section.word("probe", BeamlineKeys.probes)
            source.energy = try section.quantity("energy")
            source.current = try section.quantity("current")
        }
        beamlineName = try top.text("beamline")
        if let section = try top.section("instrument", keys: BeamlineKeys.instrument) {
            instrument.name = try section.text("name")
            instrument.shortName = try section.text("short_name")
        }
        if let name = try top.text("time_zone") {
            guard TimeZone(identifier: name) != nil else {
                throw top.refused(
                    "time_zone", "No such time zone", got: "'\(name.prefix(80))'", expected: "an IANA name such as Europe/Paris",
                    remedy: NearestName.suggestion(for: name, among: TimeZone.knownTimeZoneIdentifiers))
            }
            timeZoneName = name
        }
        if let section = try top.section("pid", keys: BeamlineKeys.pid), let prefix = try section.text("prefix") {
            guard PersistentIdentifier.isPrefix(prefix) else {
                throw section.refused(
                    "prefix", "Not the prefix of a DOI or a Handle", got: "'\(prefix.prefix(80))'",
                    expected: "such as 10.5072 or 21.T11998")
            }
            pidPrefix = prefix
        }
    }

    private mutating func readSubject(_ top: YAMLSection) throws(ConfigurationError) {
        proposal = try top.checked("proposal") { try ProposalIdentifier($0) }
        sessionIdentifier = try top.text("session")
        title = try top.text("title")
        if let word = try top.text("technique") { technique = try Self.name(word, top, "technique") }
        var words: [String] = []
        for word in try top.texts("keywords") { words.append(try Self.name(word, top, "keywords")) }
        guard words.count <= 64 else {
            throw top.refused("keywords", "Too many keywords", got: "\(words.count)", expected: "at most 64")
        }
        if !words.isEmpty { keywords = words }
        if let section = try top.section("sample", keys: BeamlineKeys.sample) {
            sample.name = try section.text("name")
            sample.identifier = try section.checked("identifier") { try IGSN($0) }
            sample.temperature = try section.quantity("temperature")
        }
    }

    private mutating func readBeam(_ top: YAMLSection) throws(ConfigurationError) {
        guard let section = try top.section("beam", keys: BeamlineKeys.beam) else { return }
        beam.wavelength = try section.quantity("wavelength")
        beam.wavelengthSpread = try section.quantity("wavelength_spread")
        beam.flux = try section.quantity("flux")
        if let (horizontal, vertical): (Length, Length) = try section.quantityPair("size") {
            try Self.positive(horizontal, section, "size")
            try Self.positive(vertical, section, "size")
            (beam.sizeHorizontal, beam.sizeVertical) = (horizontal, vertical)
        }
        beam.profile = try section.word("profile", Beam.Profile.allCases.map(\.rawValue)).flatMap(Beam.Profile.init)
        if let stokes = try section.numbers("stokes", count: 4) {
            let polarised = stokes.dropFirst().map { $0 * $0 }.reduce(0, +).squareRoot()
            guard stokes[0] > 0, polarised <= stokes[0] * (1 + 1e-9) else {
                throw section.refused(
                    "stokes", "No beam has these Stokes parameters", got: "\(stokes)", expected: "I > 0 and Q² + U² + V² ≤ I²")
            }
            beam.stokes = stokes
        }
        beam.transmission = try section.number("transmission", in: 0...1)
    }

    private mutating func readDetector(_ top: YAMLSection) throws(ConfigurationError) {
        guard let section = try top.section("detector", keys: BeamlineKeys.detector) else { return }
        detector.distance = try section.quantity("distance")
        if let distance = detector.distance { try Self.positive(distance, section, "distance") }
        if let (fast, slow): (PixelPosition, PixelPosition) = try section.quantityPair("beam_center") {
            (detector.beamCenterFast, detector.beamCenterSlow) = (fast, slow)
        }
        if let (fast, slow): (Length, Length) = try section.quantityPair("pixel_size") {
            try Self.positive(fast, section, "pixel_size")
            try Self.positive(slow, section, "pixel_size")
            (detector.pixelSizeFast, detector.pixelSizeSlow) = (fast, slow)
        }
        detector.fastDirection = try Self.direction(section, "fast_direction")
        detector.slowDirection = try Self.direction(section, "slow_direction")
        if let fast = detector.fastDirection, let slow = detector.slowDirection {
            let cosine = zip(fast.components, slow.components).map { $0 * $1 }.reduce(0, +)
            guard cosine.magnitude < 1e-3 else {
                throw section.refused(
                    "slow_direction", "The fast and the slow direction are not at right angles", got: "a cosine of \(cosine)",
                    expected: "less than 0.001")
            }
        }
        detector.sensorMaterial = try section.text("sensor_material")
        detector.sensorThickness = try section.quantity("sensor_thickness")
        if let thickness = detector.sensorThickness { try Self.positive(thickness, section, "sensor_thickness") }
    }

    private mutating func readGoniometer(_ top: YAMLSection) throws(ConfigurationError) {
        for section in try top.sections("goniometer", keys: BeamlineKeys.goniometer) {
            guard let name = try section.text("name"), name.first?.isLetter == true,
                name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
            else {
                throw section.refused(
                    "name", "An axis needs a name", got: try section.text("name") ?? "nothing",
                    expected: "letters, digits and _, such as omega")
            }
            guard let direction = try Self.direction(section, "direction") else {
                throw section.refused("direction", "An axis needs a direction", got: "nothing", expected: "[x, y, z]")
            }
            guard !goniometer.contains(where: { $0.name == name }) else {
                throw section.refused("name", "Two axes have one name", got: "'\(name)'")
            }
            goniometer.append(
                GoniometerAxis(
                    name: name, direction: direction, start: try section.quantity("start"),
                    increment: try section.quantity("increment")))
        }
    }

    private mutating func readRun(_ top: YAMLSection) throws(ConfigurationError) {
        if let section = try top.section("run", keys: BeamlineKeys.run) {
            nameTemplate = try section.text("name")
            runFolder.group = try section.text("group")
            if let mode = try Self.octal(section, "mode", limit: 0o7777) {
                guard mode & 0o700 == 0o700, mode & 0o002 == 0 else {
                    throw section.refused(
                        "mode", "A run cannot be made with this mode", got: String(mode, radix: 8),
                        expected: "all rights for the owner, no writing for everyone, such as 2750")
                }
                runFolder.mode = mode
            }
            runFolder.umask = try Self.octal(section, "umask", limit: 0o777)
        }
        if let section = try top.section("ingest", keys: BeamlineKeys.ingest) {
            for key in BeamlineKeys.ingest { ingestSettings[key] = try section.text(key) }
        }
    }

    /// What a catalogue takes as a name: each run would be sealed with it, and be refused there.
    private static func name(_ text: String, _ section: YAMLSection, _ key: String) throws(ConfigurationError) -> String {
        guard (1...128).contains(text.utf8.count), text.printable == text else {
            throw section.refused(
                key, "Not a name", got: "'\(text.prefix(80).printable)'", expected: "1 to 128 bytes on one line, such as SAXS")
        }
        return text
    }

    private static func positive(_ length: Length, _ section: YAMLSection, _ name: String) throws(ConfigurationError) {
        guard length.metres > 0 else {
            throw section.refused(name, "The length must be more than nothing", got: "\(length)", expected: "a positive length")
        }
    }

    private static func direction(_ section: YAMLSection, _ name: String) throws(ConfigurationError) -> Direction? {
        guard let components = try section.numbers(name, count: 3) else { return nil }
        guard let direction = Direction(components) else {
            throw section.refused(name, "A direction needs a length", got: "\(components)", expected: "such as [-1, 0, 0]")
        }
        return direction
    }

    /// `2750`, `02750` or `0o2750`: always octal, as chmod reads it.
    private static func octal(_ section: YAMLSection, _ name: String, limit: UInt32) throws(ConfigurationError) -> UInt32? {
        guard let text = try section.text(name) else { return nil }
        let digits = text.hasPrefix("0o") ? String(text.dropFirst(2)) : text
        guard digits.allSatisfy({ ("0"..."7").contains($0) }), let value = UInt32(digits, radix: 8), value <= limit else {
            throw section.refused(
                name, "Not a file mode", got: "'\(text.prefix(40))'", expected: "octal digits up to \(String(limit, radix: 8))")
        }
        return value
    }
}
