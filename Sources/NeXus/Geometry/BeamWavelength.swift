import Diagnostics
import Quantities

/// The wavelength of the beam: NXbeam, a monochromator, or the detector's own settings, whichever comes first.
struct BeamWavelength {
    private let file: GeometryFile

    /// Wavelength and energy of one beam may have been rounded.
    private static let tolerance = 1e-3

    init(_ file: GeometryFile) { self.file = file }

    /// - Throws: `geometryIncomplete` with all paths looked at; `wrongUnit`; `geometryContradictory` when a wavelength and an energy
    ///   beside each other are not of one photon.
    func read(entry: String, instrument: String, detector: String) throws(NeXusError) -> (Wavelength, source: String) {
        var places: [(wavelength: String, energy: String)] = []
        func look(_ nxClass: String, in group: String, _ wavelength: String, _ energy: String) throws(NeXusError) {
            for beam in try file.groups(ofClass: nxClass, in: group) {
                places.append((NeXusPath.child(wavelength, of: beam), NeXusPath.child(energy, of: beam)))
            }
        }
        try look("NXbeam", in: instrument, "incident_wavelength", "incident_energy")
        for sample in try file.groups(ofClass: "NXsample", in: entry) {
            try look("NXbeam", in: sample, "incident_wavelength", "incident_energy")
        }
        try look("NXmonochromator", in: instrument, "wavelength", "energy")
        let vendor = NeXusPath.child("detectorSpecific", of: detector)
        places.append((NeXusPath.child("wavelength", of: vendor), NeXusPath.child("photon_energy", of: vendor)))

        for place in places {
            let wavelength = try self.wavelength(place.wavelength)
            let energy = try self.energy(place.energy)
            if let wavelength, let energy {
                let ratio = energy.wavelength.angstrom / wavelength.angstrom
                guard (ratio - 1).magnitude <= Self.tolerance else {
                    throw NeXusError(
                        .geometryContradictory, "Wavelength and energy are not of one photon", at: file.place(place.wavelength),
                        got: "\(wavelength), and \(energy), which is \(energy.wavelength)",
                        expected: "a difference of \(Self.tolerance) of either at most")
                }
            }
            if let wavelength { return (wavelength, place.wavelength) }
            if let energy { return (energy.wavelength, "\(place.energy), an energy") }
        }
        let first = places.first?.wavelength ?? entry
        throw NeXusError(
            .geometryIncomplete, "The file has no wavelength and no photon energy", at: file.place(first),
            got: "none of \(places.flatMap { [$0.wavelength, $0.energy] }.joined(separator: ", "))",
            expected: "one of them, with its unit", remedy: "Give the wavelength beside the file")
    }

    private func wavelength(_ path: String) throws(NeXusError) -> Wavelength? {
        guard let (number, unit, text) = try number(path, such: .angstrom) else { return nil }
        do throws(QuantityError) {
            return try Wavelength(number, unit)
        } catch {
            throw refused(path, number, text, error)
        }
    }

    private func energy(_ path: String) throws(NeXusError) -> PhotonEnergy? {
        guard let (number, unit, text) = try number(path, such: .electronvolt) else { return nil }
        do throws(QuantityError) {
            return try PhotonEnergy(number, unit)
        } catch {
            throw refused(path, number, text, error)
        }
    }

    private func number(_ path: String, such unit: PhysicalUnit) throws(NeXusError) -> (Double, PhysicalUnit, String)? {
        guard let number = try file.constant(path) else { return nil }
        let (unit, text) = try file.unit(of: path, such: unit)
        return (number, unit, text)
    }

    private func refused(_ path: String, _ number: Double, _ text: String, _ error: QuantityError) -> NeXusError {
        NeXusError(
            error.code == .wrongDimension ? .wrongUnit : .geometryContradictory, error.what, at: file.place(path),
            got: error.got ?? "\(number) \(text)", expected: error.expected, remedy: error.remedy)
    }
}
