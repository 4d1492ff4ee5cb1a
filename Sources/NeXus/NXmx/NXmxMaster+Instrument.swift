// Units are part of the names, in their own spelling.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

extension NXmxMaster {
    /// `/entry/instrument`: name, beam, attenuation, detector.
    static func instrumentGroup(_ description: NXmxDescription) throws(NXmxError) -> NeXusGroup {
        let instrument = description.instrument
        var children: [NeXusNode?] = [
            .text("name", instrument.name, shortName(instrument.shortName)),
            .text("time_zone", instrument.timeZone),
            .group(try beamGroup(description.beam)),
        ]
        if let transmission = instrument.attenuatorTransmission {
            let field = [NeXusNode.number("attenuator_transmission", transmission, "")].compactMap { $0 }
            children.append(.group(NeXusGroup("attenuator", "NXattenuator", known: field)))
        }
        children += [.group(detectorGroups()), .group(try detectorGroup(description))]
        return NeXusGroup("instrument", "NXinstrument", known: children)
    }

    private static func beamGroup(_ beam: NXmxDescription.Beam) throws(NXmxError) -> NeXusGroup {
        let flux = beam.flux_perSecondSquareMetre != nil ? "flux" : beam.totalFlux_Hz.map { _ in "total_flux" }
        var children: [NeXusNode?] = [
            .number("incident_wavelength", beam.wavelength_angstrom, "angstrom"),
            .number("incident_energy", beam.energy_eV, "eV"),
            .number("incident_wavelength_spread", beam.wavelengthSpread_angstrom, "angstrom"),
            .text("profile", beam.profile?.rawValue),
            .number("flux", beam.flux_perSecondSquareMetre, "1/s/m^2"),
            .number("total_flux", beam.totalFlux_Hz, "Hz"),
        ]
        if let x = beam.sizeX_m, let y = beam.sizeY_m { children.append(.numbers("incident_beam_size", [x, y], "m")) }
        if let stokes = beam.polarizationStokes {
            // [point, 4] in the definition: one point stands for all frames.
            children.append(.field("incident_polarization_stokes", try .array(stokes, rows: 1, columns: 4)))
        }
        return NeXusGroup(
            "beam", "NXbeam", attributes: flux.map { [.init("flux", $0)] } ?? [],
            known: children)
    }

    /// One detector, at the top: NXmx recommends the table even then.
    private static func detectorGroups() -> NeXusGroup {
        NeXusGroup(
            "detector_group", "NXdetector_group",
            known: [
                .texts("group_names", ["detector"]), .integers("group_index", [Int32(1)]), .integers("group_parent", [Int32(-1)]),
            ])
    }
}
