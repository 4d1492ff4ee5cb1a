import Diagnostics

/// The start message of Stream V2 (dectris/documentation, `stream_v2/README.md`), and what other writers make of it.
///
/// The whole message becomes a ``WireValue`` first; then the keys that we know are read from it. A key with a value of another type
/// than documented is noted and left out: a series is not lost for one odd key (real headers have four zero bytes for a flat field).
struct StreamV2StartDecoder {
    let limits: WireLimits

    func start(_ reader: inout CBORReader) throws(WireError) -> StartMessage {
        var budget = ValueBudget(limits)
        let original = try reader.value(depth: limits.maximumDepth, budget: &budget, limits: limits)
        guard reader.isAtEnd else {
            throw WireError(
                .trailingBytes, "Something follows the message", at: reader.place, got: "\(reader.remaining) bytes more")
        }
        guard case .map(let entries) = original else {
            throw WireError(.wrongType, "A start message is no map", at: "message part 1")
        }
        let header = try HeaderFields(entries)
        guard let series = header["series_id"] else {
            throw WireError(.missingField, "A message has no series_id", at: "start message", expected: "series_id")
        }
        guard let seriesID = series.integerValue else {
            throw WireError(
                .wrongType, "The series has no number", at: "start message, series_id", got: series.kind, expected: "an integer")
        }

        var start = StartMessage(version: .v2, seriesID: seriesID)
        var notes = HeaderNotes()
        start.uniqueID = header.text("series_unique_id", &notes)
        start.channels = header.texts("channels", &notes) ?? []
        // An image has room for so many; files and names are made for each.
        guard start.channels.count <= limits.maximumChannels else {
            throw WireError(
                .limitExceeded, "A start message announces too many channels", at: "start message, channels",
                got: "\(start.channels.count)", expected: "\(limits.maximumChannels) at most")
        }
        start.settings = settings(header, &notes)
        start.pixelMasks = arrays("pixel_mask", header, &notes)
        start.flatFields = arrays("flatfield", header, &notes)
        start.countrateTable = array("countrate_correction_lookup_table", header["countrate_correction_lookup_table"], &notes)
        if let appendix = header["user_data"] {
            start.appendix = appendix.textValue.map { .text($0) } ?? .value(appendix)
        }
        start.notes = notes.sentences
        start.original = original
        return start
    }

    private func settings(_ header: HeaderFields, _ notes: inout HeaderNotes) -> DetectorSettings {
        var settings = DetectorSettings()
        settings.description = header.text("detector_description", &notes)
        settings.serialNumber = header.text("detector_serial_number", &notes)
        settings.sensorMaterial = header.text("sensor_material", &notes)
        settings.sensorThickness_m = header.number("sensor_thickness", &notes)
        settings.imageSizeSlow = header.size("image_size_y", &notes)
        settings.imageSizeFast = header.size("image_size_x", &notes)
        settings.pixelSizeX_m = header.number("pixel_size_x", &notes)
        settings.pixelSizeY_m = header.number("pixel_size_y", &notes)
        if let name = header.text("image_dtype", &notes) {
            settings.imageElement = ElementType(name: name)
            if settings.imageElement == nil { notes.add("image_dtype: \"\(name)\" is a type that we do not know") }
        }
        settings.saturationValue = header.integer("saturation_value", &notes)
        settings.beamCenterX_px = header.number("beam_center_x", &notes)
        settings.beamCenterY_px = header.number("beam_center_y", &notes)
        settings.detectorTranslation_m = header.numbers("detector_translation", count: 3, &notes)
        // Jungfraujoch has the distance as a key of its own.
        settings.detectorDistance_m = header.number("detector_distance", &notes)
        settings.goniometer = goniometer(header, &notes)
        settings.photonEnergy_eV = header.number("incident_energy", &notes)
        settings.wavelength_angstrom = header.number("incident_wavelength", &notes)
        settings.thresholdEnergies_eV = thresholds(header, &notes)
        settings.countTime_s = header.number("count_time", &notes)
        settings.frameTime_s = header.number("frame_time", &notes)
        settings.numberOfImages = header.size("number_of_images", &notes)
        settings.numberOfTriggers = header.size("number_of_triggers", &notes)
        settings.triggerMode = header.text("trigger_mode", &notes)
        settings.armDate = header.text("arm_date", &notes)
        settings.countrateCorrectionApplied = header.flag("countrate_correction_enabled", &notes)
        settings.flatFieldApplied = header.flag("flatfield_enabled", &notes)
        settings.pixelMaskApplied = header.flag("pixel_mask_enabled", &notes)
        settings.virtualPixelCorrectionApplied = header.flag("virtual_pixel_interpolation_enabled", &notes)
        return settings
    }

    /// `goniometer`: a map from axis to {increment, start}.
    private func goniometer(_ header: HeaderFields, _ notes: inout HeaderNotes) -> [GoniometerAxis] {
        guard let value = header["goniometer"] else { return [] }
        guard case .map(let axes) = value.untagged else {
            notes.ignored("goniometer", value, wanted: "a map of axes")
            return []
        }
        return axes.compactMap { axis in
            guard let name = axis.key.textValue else { return nil }
            let start = axis.value.untagged["start"]?.doubleValue
            let increment = axis.value.untagged["increment"]?.doubleValue
            guard start != nil || increment != nil else {
                notes.ignored("goniometer.\(name)", axis.value, wanted: "start and increment")
                return nil
            }
            return GoniometerAxis(name: name, start_deg: start, increment_deg: increment)
        }
    }

    private func thresholds(_ header: HeaderFields, _ notes: inout HeaderNotes) -> [ThresholdEnergy] {
        guard let value = header["threshold_energy"] else { return [] }
        guard case .map(let channels) = value.untagged else {
            notes.ignored("threshold_energy", value, wanted: "a map of channels")
            return []
        }
        return channels.compactMap { channel in
            guard let name = channel.key.textValue, let energy = channel.value.doubleValue else {
                notes.ignored("threshold_energy", channel.value, wanted: "a number for each channel")
                return nil
            }
            return ThresholdEnergy(channel: name, energy_eV: energy)
        }
    }

    /// A map from channel to array; an entry that is no array is noted.
    private func arrays(_ field: String, _ header: HeaderFields, _ notes: inout HeaderNotes) -> [ChannelArray] {
        guard let value = header[field] else { return [] }
        guard case .map(let channels) = value.untagged else {
            notes.ignored(field, value, wanted: "a map of channels")
            return []
        }
        return channels.compactMap { channel in
            let name = channel.key.textValue ?? channel.key.json()
            return array("\(field).\(name)", channel.value, &notes).map { ChannelArray(channel: name, array: $0) }
        }
    }

    private func array(_ place: String, _ value: WireValue?, _ notes: inout HeaderNotes) -> ArrayDescription? {
        guard let value else { return nil }
        guard case .numericArray(let array) = value.untagged else {
            notes.ignored(place, value, wanted: "an array")
            return nil
        }
        if array.isCut {
            notes.add("\(place): \(array.payload.count) of \(array.uncompressedBytes) bytes came")
        }
        return array
    }
}
