import Diagnostics

/// V2 messages: keys in the order of the recordings, `type` first.
struct StreamV2Encoder {
    let style: CBORStyle

    func start(_ series: SeriesDescription) throws(WireError) -> [UInt8] {
        // Arrays hold bytes, which a ``WireValue`` does not: so fields are encoded one by one, and counted for the map's head.
        var fields = Fields(style: style)
        let settings = series.settings
        fields.add("series_id", .integer(series.seriesID))
        fields.add("series_unique_id", series.uniqueID.map { .text($0) })
        fields.add("arm_date", settings.armDate.map { .tagged(CBORTag.dateText, .text($0)) })
        fields.add("beam_center_x", settings.beamCenterX_px.map { .double($0) })
        fields.add("beam_center_y", settings.beamCenterY_px.map { .double($0) })
        fields.add("channels", .array(series.channels.map { .text($0) }))
        fields.add("count_time", settings.countTime_s.map { .double($0) })
        fields.add("countrate_correction_enabled", settings.countrateCorrectionApplied.map { .bool($0) })
        if series.headerDetail == .all, let table = series.countrateTable {
            fields.add("countrate_correction_lookup_table", encoded: try array(table, hasShape: table.shape.count > 1))
        }
        fields.add("detector_description", settings.description.map { .text($0) })
        fields.add("detector_distance", settings.detectorDistance_m.map { .double($0) })
        fields.add("detector_serial_number", settings.serialNumber.map { .text($0) })
        fields.add("detector_translation", settings.detectorTranslation_m.map { .array($0.map { .double($0) }) })
        if series.headerDetail == .all, !series.flatFields.isEmpty {
            fields.add("flatfield", encoded: try channels(series.flatFields))
        }
        fields.add("flatfield_enabled", settings.flatFieldApplied.map { .bool($0) })
        fields.add("frame_time", settings.frameTime_s.map { .double($0) })
        fields.add("goniometer", goniometer(settings))
        fields.add("image_dtype", settings.imageElement.map { .text($0.name) })
        fields.add("image_size_x", settings.imageSizeFast.map { .integer(Int64($0)) })
        fields.add("image_size_y", settings.imageSizeSlow.map { .integer(Int64($0)) })
        fields.add("incident_energy", settings.photonEnergy_eV.map { .double($0) })
        fields.add("incident_wavelength", settings.wavelength_angstrom.map { .double($0) })
        fields.add("number_of_images", settings.numberOfImages.map { .integer(Int64($0)) })
        fields.add("number_of_triggers", settings.numberOfTriggers.map { .integer(Int64($0)) })
        if series.headerDetail == .all, !series.pixelMasks.isEmpty {
            fields.add("pixel_mask", encoded: try channels(series.pixelMasks))
        }
        fields.add("pixel_mask_enabled", settings.pixelMaskApplied.map { .bool($0) })
        fields.add("pixel_size_x", settings.pixelSizeX_m.map { .double($0) })
        fields.add("pixel_size_y", settings.pixelSizeY_m.map { .double($0) })
        fields.add("saturation_value", settings.saturationValue.map { .integer($0) })
        fields.add("sensor_material", settings.sensorMaterial.map { .text($0) })
        fields.add("sensor_thickness", settings.sensorThickness_m.map { .double($0) })
        if !settings.thresholdEnergies_eV.isEmpty {
            fields.add(
                "threshold_energy",
                .map(settings.thresholdEnergies_eV.map { WireEntry($0.channel ?? "threshold_1", .double($0.energy_eV)) }))
        }
        fields.add("trigger_mode", settings.triggerMode.map { .text($0) })
        fields.add("virtual_pixel_interpolation_enabled", settings.virtualPixelCorrectionApplied.map { .bool($0) })
        fields.add(series.extraFields)
        fields.add("user_data", series.appendix.map(value(of:)))
        return fields.message(type: "start")
    }

    func image(_ head: ImageHead, _ arrays: [EncodedArray]) throws(WireError) -> [UInt8] {
        var fields = Fields(style: style, reserving: 512 + arrays.reduce(0) { $0 + $1.payload.count })
        fields.add("series_id", .integer(head.seriesID))
        fields.add("series_unique_id", head.uniqueID.map { .text($0) })
        fields.add("image_id", .integer(head.frame))
        fields.add("real_time", head.realTime.map(rational))
        fields.add("series_date", head.seriesDate.map { .tagged(CBORTag.dateText, .text($0)) })
        fields.add("start_time", head.startTime.map(rational))
        fields.add("stop_time", head.stopTime.map(rational))
        fields.add("data", encoded: try channels(arrays))
        fields.add(head.extraFields)
        fields.add("user_data", head.appendix.map(value(of:)))
        return fields.message(type: "image")
    }

    func end(seriesID: Int64, uniqueID: String?) -> [UInt8] {
        var fields = Fields(style: style)
        fields.add("series_id", .integer(seriesID))
        fields.add("series_unique_id", uniqueID.map { .text($0) })
        return fields.message(type: "end")
    }

    /// Keys and values of a map, encoded, until their number is known.
    private struct Fields {
        private let style: CBORStyle
        private var body: CBORWriter
        private var count = 0

        init(style: CBORStyle, reserving capacity: Int = 4096) {
            self.style = style
            body = CBORWriter(style: style, reserving: capacity)
        }

        mutating func add(_ key: String, _ value: WireValue?) {
            guard let value else { return }
            body.text(key)
            body.value(value)
            count += 1
        }

        mutating func add(_ key: String, encoded: [UInt8]) {
            body.text(key)
            body.append(raw: encoded)
            count += 1
        }

        mutating func add(_ entries: [WireEntry]) {
            for entry in entries {
                body.value(entry.key)
                body.value(entry.value)
            }
            count += entries.count
        }

        func message(type: String) -> [UInt8] {
            var writer = CBORWriter(style: style, reserving: body.bytes.count + 32)
            if style.isSelfDescribed { writer.tag(CBORTag.selfDescribed) }
            writer.beginMap(count + 1)
            writer.text("type")
            writer.text(type)
            writer.append(raw: body.bytes)
            writer.end()
            return writer.bytes
        }
    }

    private func value(of appendix: Appendix) -> WireValue {
        switch appendix {
        case .text(let text): .text(text)
        case .bytes(let bytes): .bytes(bytes)
        case .value(let value): value
        }
    }

    private func rational(_ time: WireTime) -> WireValue {
        .array([.integer(time.numerator), .integer(time.denominator)])
    }

    private func goniometer(_ settings: DetectorSettings) -> WireValue? {
        guard !settings.goniometer.isEmpty else { return nil }
        return .map(
            settings.goniometer.map { axis in
                var entries: [WireEntry] = []
                if let increment = axis.increment_deg { entries.append(WireEntry("increment", .double(increment))) }
                if let start = axis.start_deg { entries.append(WireEntry("start", .double(start))) }
                return WireEntry(axis.name, .map(entries))
            })
    }

    /// A map from channel to array.
    private func channels(_ arrays: [EncodedArray]) throws(WireError) -> [UInt8] {
        var writer = CBORWriter(style: style, reserving: 256 + arrays.reduce(0) { $0 + $1.payload.count })
        writer.beginMap(arrays.count)
        for array in arrays {
            writer.text(array.channel ?? "threshold_1")
            writer.append(raw: try self.array(array, hasShape: true))
        }
        writer.end()
        return writer.bytes
    }

    /// Tag 40 over shape and typed array, or the typed array alone.
    private func array(_ array: EncodedArray, hasShape: Bool) throws(WireError) -> [UInt8] {
        var writer = CBORWriter(style: style, reserving: array.payload.count + 64)
        if hasShape {
            writer.tag(CBORTag.rowMajorArray)
            writer.beginArray(2)
            writer.beginArray(array.shape.count)
            for axis in array.shape { writer.integer(Int64(axis)) }
            writer.end()
        }
        writer.tag(tag(array))
        if array.packing == .raw {
            writer.byteString(array.payload)
        } else {
            let (algorithm, modifier) = try algorithm(array)
            writer.tag(CBORTag.compression)
            writer.beginArray(3)
            writer.text(algorithm)
            writer.integer(Int64(modifier))
            writer.byteString(array.payload)
            writer.end()
        }
        if hasShape { writer.end() }
        return writer.bytes
    }

    /// RFC 8746: 0b010_f_s_e_ll; every element type has a tag.
    private func tag(_ array: EncodedArray) -> UInt64 {
        for tag in CBORTag.typedArrays {
            guard let (element, order) = CBORReader.element(ofTag: tag) else { continue }
            if element == array.element, order == array.byteOrder || element.byteCount == 1 { return tag }
        }
        preconditionFailure("an element type without a tag")
    }

    private func algorithm(_ array: EncodedArray) throws(WireError) -> (String, Int) {
        switch array.packing {
        case .bitshuffleLZ4: return ("bslz4", array.element.byteCount)
        case .bitshuffleZstd: return ("bszstd", array.element.byteCount)
        case .lz4Chunk: return ("lz4", 0)
        case .zstd: return ("zstd", 0)
        case .raw, .lz4Block:
            throw WireError(
                .notExpressible, "Stream V2 has no name for this packing", got: "\(array.packing)",
                expected: "bitshuffleLZ4, lz4Chunk, bitshuffleZstd, zstd or raw")
        }
    }
}
