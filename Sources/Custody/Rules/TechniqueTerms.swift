import DataCite

/// Names of techniques, as the facility calls them, by their terms of PaNET: what is told of a run's technique to programs elsewhere.
///
/// A name that is not here keeps its name everywhere and gets no term: none is guessed.
public struct TechniqueTerms: Sendable {
    /// By name, in small letters.
    private var terms: [String: Technique]
    /// What a name or a term is asked by: names, labels and terms, in small letters.
    private var byWord: [String: Technique]

    /// Those that names in use everywhere mean.
    public init() {
        terms = Self.usual
        byWord = [:]
        index()
    }

    /// What the facility's file says.
    /// - Parameter term: nil: the name means nothing here, whatever it means elsewhere.
    public mutating func set(_ name: String, to term: Technique?) {
        terms[name.lowercased()] = term
        index()
    }

    private mutating func index() {
        byWord = terms
        for technique in terms.values {
            for word in [technique.label, technique.term, technique.address] where byWord[word.lowercased()] == nil {
                byWord[word.lowercased()] = technique
            }
        }
    }

    /// Of a run's technique, as the run calls it: by a name or a label, in any case of its letters.
    public func technique(named name: String) -> Technique? { byWord[name.lowercased()] }

    /// The label of a term that is known here.
    public func technique(term: String) -> Technique? { byWord[term.lowercased()] }

    /// The label of a term among those in use everywhere.
    static func label(of term: String) -> String? { usual.values.first { $0.term == term }?.label }

    /// PaNET, as the package `scitacean` 26.10 carries it (`scitacean.ontology.expands_techniques`), read in November 2026: the term whose label or
    /// alternative label the name is.
    private static let usual: [String: Technique] = {
        let list: [(names: [String], term: String, label: String)] = [
            (["saxs"], "PaNET01188", "small angle x-ray scattering"), (["waxs"], "PaNET01191", "wide angle x-ray scattering"),
            (["usaxs"], "PaNET01241", "ultra small angle x-ray scattering"),
            (["asaxs"], "PaNET01274", "anomalous small angle x-ray scattering"),
            (["gisaxs"], "PaNET01162", "grazing incidence small angle x-ray scattering"),
            (["giwaxs"], "PaNET01316", "grazing incidence wide angle x-ray scattering"),
            (["gixd"], "PaNET01161", "grazing incidence x-ray diffraction"),
            (["mx", "protein crystallography"], "PaNET01164", "macromolecular crystallography"),
            (["ssx"], "PaNET01169", "serial synchrotron crystallography"),
            (["sfx"], "PaNET01168", "serial femtosecond crystallography"), (["xrd"], "PaNET01216", "x-ray diffraction"),
            (["xpd"], "PaNET01101", "x-ray powder diffraction"), (["xas"], "PaNET01196", "x-ray absorption spectroscopy"),
            (["exafs"], "PaNET01198", "extended x-ray absorption fine structure"),
            (["xanes", "nexafs"], "PaNET01199", "x-ray absorption near edge structure"),
            (["xes"], "PaNET01200", "x-ray emission spectroscopy"), (["xrf"], "PaNET01177", "x-ray fluorescence"),
            (["xps"], "PaNET01204", "x-ray photoelectron spectroscopy"),
            (["arpes"], "PaNET01089", "angle resolved photoemission spectroscopy"),
            (["rixs"], "PaNET01183", "resonant inelastic x-ray scattering"),
            (["xpcs"], "PaNET01205", "x-ray photon correlation spectroscopy"),
            (["cdi"], "PaNET01174", "coherent diffraction imaging"), (["ptychography"], "PaNET01212", "ptychography"),
            (["tomography"], "PaNET01129", "tomography"), (["x-ray tomography"], "PaNET01207", "x-ray tomography"),
            (["xmcd"], "PaNET01137", "x-ray magnetic circular dichroism"),
            (["peem"], "PaNET01146", "photoemission electron microscopy"), (["xrr"], "PaNET01149", "x-ray reflectivity"),
            (["ftir"], "PaNET01320", "fourier transform infrared spectroscopy"),
        ]
        var terms: [String: Technique] = [:]
        for (names, term, label) in list {
            // A word of this list that is none is our own mistake, and `TechniqueTermsTests` finds it.
            guard let technique = try? Technique(label: label, term: term) else { continue }
            for name in names { terms[name] = technique }
        }
        return terms
    }()
}
