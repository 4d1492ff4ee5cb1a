import ConfigurationText
import Diagnostics
import Foundation
import Quantities
import ScatteringGeometry

extension AzimuthalConfiguration {
    private static let what = "configuration of the reduction"

    /// Reads a file. Paths in it are relative to the file's own folder.
    /// - Throws: `unreadable`, `notYAML`, `unknownKey`, `wrongType`, `badValue`, each with file, line and path of keys.
    public init(contentsOf path: String) throws(ConfigurationError) {
        try self.init(yaml: YAMLText.contents(of: path, Self.what), file: path)
    }

    /// Reads a text; `file` is the name that messages use, and beside it are the files that it names.
    public init(yaml: String, file: String) throws(ConfigurationError) {
        self.init()
        self.file = file
        text = yaml
        guard let node = try YAMLText.compose(yaml, file: file, Self.what) else { return }
        let top = try YAMLSection(node, file: file, path: "", keys: AzimuthalKeys.top)
        title = try top.text("title")
        try readFrames(top)
        try readBins(top)
        try readAzimuth(top)
        geometry = try GeometrySettings(top)
        mask = try MaskSettings(top)
        regions = try RegionSettings.all(top)
        corrections = try CorrectionSettings(top)
        try readErrors(top)
        if let section = try top.section("output", keys: AzimuthalKeys.output) {
            output.sums = try section.flag("sums") ?? output.sums
            output.text = try section.flag("text") ?? output.text
            output.plots = try section.flag("plots") ?? output.plots
        }
    }

    private mutating func readFrames(_ top: YAMLSection) throws(ConfigurationError) {
        guard let section = try top.section("frames", keys: AzimuthalKeys.frames) else { return }
        let most = 1 << 40
        frames.dataset = try section.text("dataset")
        frames.channel = try section.count("channel", in: 0...1023) ?? 0
        frames.first = try section.count("first", in: 0...most) ?? 0
        frames.count = try section.count("count", in: 1...most)
        frames.step = try section.count("step", in: 1...most) ?? 1
    }

    private mutating func readBins(_ top: YAMLSection) throws(ConfigurationError) {
        if let word = try top.word("splitting", AzimuthalKeys.splittings) {
            splitting = word == "none" ? .none : word == "bbox" ? .boundingBox : .fullPixel
        }
        guard let section = try top.section("bins", keys: AzimuthalKeys.bins) else { return }
        if let name = try section.word("unit", RadialUnit.allCases.map(\.rawValue)), let unit = RadialUnit(rawValue: name) {
            bins.unit = unit
        }
        bins.count = try section.count("count", in: 1...RadialBins.maximumCount) ?? bins.count
        bins.from = try section.number("from", in: 0...Double.greatestFiniteMagnitude)
        bins.to = try section.number("to", in: 0...Double.greatestFiniteMagnitude)
        if let to = bins.to, to <= bins.from ?? 0 {
            throw section.refused(
                "to", "The range of the bins is empty", got: "\(bins.from ?? 0) to \(to) \(bins.unit.symbol)",
                expected: "something larger than `from`")
        }
        if let word = try section.word("spacing", ["linear", "logarithmic"]), let spacing = RadialBins.Spacing(rawValue: word) {
            bins.spacing = spacing
        }
        if let word = try section.word("ends", ["exact", "pyFAI"]), let ends = RangeEnds(rawValue: word) { bins.ends = ends }
    }

    private mutating func readAzimuth(_ top: YAMLSection) throws(ConfigurationError) {
        if let section = try top.section("azimuth", keys: AzimuthalKeys.azimuth) {
            var sectors: [Sector] = []
            for sector in try section.sections("sectors", keys: AzimuthalKeys.sector) {
                let from: Angle = try sector.required("from"), to: Angle = try sector.required("to")
                let hasOpposite = try sector.flag("opposite") ?? false
                sectors.append(try sector.made("to") { try Sector(from: from, to: to, hasOpposite: hasOpposite) })
            }
            let slab = try section.section("slab", keys: AzimuthalKeys.slab)
            guard sectors.isEmpty || slab == nil else {
                throw section.refused("slab", "Sectors and a slab cannot both be chosen", got: "both", expected: "one of them")
            }
            if !sectors.isEmpty { selection = .sectors(sectors) }
            if let slab {
                let direction: Angle = try slab.required("direction")
                guard let half = try slab.number("half_width", in: 0...Double.greatestFiniteMagnitude) else {
                    throw slab.refused(
                        "half_width", "A slab needs a half width", got: "nothing", expected: "a number of \(bins.unit.symbol)")
                }
                selection = .slab(try slab.made("half_width") { try Slab(direction: direction, halfWidth: half) })
            }
        }
        if let section = try top.section("cake", keys: AzimuthalKeys.cake) {
            let count = try section.count("count", in: 1...AzimuthalBins.maximumCount) ?? 360
            let from: Angle = try section.quantity("from") ?? .degrees(-180)
            let to: Angle = try section.quantity("to") ?? .degrees(180)
            cake = try section.made("to") { try AzimuthalBins(count: count, from: from, to: to) }
        }
    }

    private mutating func readErrors(_ top: YAMLSection) throws(ConfigurationError) {
        if let section = try top.section("errors", keys: AzimuthalKeys.errors) {
            if let word = try section.word("model", ErrorSettings.Model.allCases.map(\.rawValue)),
                let model = ErrorSettings.Model(rawValue: word)
            {
                errors.model = model
            }
            errors.variance = try section.array("variance")
            guard (errors.model == .variance) == (errors.variance != nil) else {
                throw section.refused(
                    errors.variance == nil ? "model" : "variance", "The model `variance` and a variance file belong together",
                    got: "model: \(errors.model.rawValue)", expected: "model: variance, variance: FILE")
            }
        }
        guard corrections.darkVariance == nil || (errors.model != .azimuthal && errors.model != .none) else {
            throw top.refused(
                "corrections", "The variance of the dark has no use with these errors",
                got: "dark_variance with errors: \(errors.model.rawValue)",
                expected: "poisson, poisson-exact, hybrid or variance",
                remedy: errors.model == .none
                    ? "Leave it out, or choose errors" : "Leave it out: the spread of a bin's pixels has the dark's share in it")
        }
        if let section = try top.section("clipping", keys: AzimuthalKeys.clipping) {
            clipping = ClippingSettings(
                cutoff: try section.number("cutoff", in: 0...1000) ?? 4, cycles: try section.count("cycles", in: 1...100) ?? 5)
            guard [.azimuthal, .hybrid, .poisson].contains(errors.model) else {
                throw top.refused(
                    "clipping", "Sigma clipping needs to know the spread of a bin", got: "errors: \(errors.model.rawValue)",
                    expected: "azimuthal, hybrid or poisson")
            }
        }
    }
}
