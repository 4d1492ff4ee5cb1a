import Diagnostics

/// V1 messages: keys in alphabetical order, as in every recording.
struct StreamV1Encoder {
    func start(_ series: SeriesDescription) throws(WireError) -> [[UInt8]] {
        var parts = [
            json([
                WireEntry("header_detail", .text(series.headerDetail.rawValue)), WireEntry("htype", .text("dheader-1.0")),
                WireEntry("series", .integer(series.seriesID)),
            ])
        ]
        if series.headerDetail != .none { parts.append(json(configuration(series.settings) + series.extraFields)) }
        if series.headerDetail == .all {
            for field in series.flatFields { parts += try array(field, kind: "dflatfield-1.0") }
            for mask in series.pixelMasks { parts += try array(mask, kind: "dpixelmask-1.0") }
            if let table = series.countrateTable { parts += try array(table, kind: "dcountrate_table-1.0") }
        }
        if let appendix = series.appendix { parts.append(bytes(of: appendix)) }
        return parts
    }

    func image(_ head: ImageHead, _ channels: [EncodedArray]) throws(WireError) -> [[UInt8]] {
        guard channels.count == 1, let array = channels.first else {
            throw WireError(.notExpressible, "A Stream V1 image has one channel", got: "\(channels.count)", expected: "1")
        }
        let description = json([
            WireEntry("encoding", .text(try encoding(array))), WireEntry("htype", .text("dimage_d-1.0")),
            WireEntry("shape", shape(array)), WireEntry("size", .integer(Int64(array.payload.count))),
            WireEntry("type", .text(array.element.name)),
        ])
        let identity = json(
            [
                WireEntry("frame", .integer(head.frame)), WireEntry("hash", .text(MD5.hexadecimal(description))),
                WireEntry("htype", .text("dimage-1.0")), WireEntry("series", .integer(head.seriesID)),
            ] + head.extraFields)
        let times = json([
            WireEntry("htype", .text("dconfig-1.0")), WireEntry("real_time", nanoseconds(head.realTime)),
            WireEntry("start_time", nanoseconds(head.startTime)), WireEntry("stop_time", nanoseconds(head.stopTime)),
        ])
        let appendix = head.appendix.map { [bytes(of: $0)] } ?? []
        return [identity, description, array.payload, times] + appendix
    }

    func end(seriesID: Int64) -> [UInt8] {
        json([WireEntry("htype", .text("dseries_end-1.0")), WireEntry("series", .integer(seriesID))])
    }

    private func json(_ entries: [WireEntry]) -> [UInt8] {
        Array(WireValue.map(entries).json().utf8)
    }

    private func bytes(of appendix: Appendix) -> [UInt8] {
        switch appendix {
        case .text(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        case .value(let value): Array(value.json().utf8)
        }
    }

    private func nanoseconds(_ time: WireTime?) -> WireValue {
        .integer(time?.nanoseconds ?? 0)
    }

    /// Fast axis first.
    private func shape(_ array: EncodedArray) -> WireValue {
        .array(array.shape.reversed().map { .integer(Int64($0)) })
    }

    private func array(_ array: EncodedArray, kind: String) throws(WireError) -> [[UInt8]] {
        guard array.packing == .raw, array.byteOrder == .littleEndian else {
            throw WireError(
                .notExpressible, "An array in a Stream V1 header is neither packed nor big-endian", at: kind,
                got: "\(array.packing)")
        }
        let description = json([
            WireEntry("htype", .text(kind)), WireEntry("shape", shape(array)), WireEntry("type", .text(array.element.name)),
        ])
        return [description, array.payload]
    }

    private func encoding(_ array: EncodedArray) throws(WireError) -> String {
        let order = array.byteOrder == .littleEndian ? "<" : ">"
        switch array.packing {
        case .raw: return order
        case .lz4Block: return "lz4" + order
        case .bitshuffleLZ4: return "bs\(array.element.byteCount * 8)-lz4" + order
        case .bitshuffleZstd, .lz4Chunk, .zstd:
            throw WireError(
                .notExpressible, "Stream V1 has no name for this packing", got: "\(array.packing)",
                expected: "raw, lz4Block or bitshuffleLZ4")
        }
    }

    private func configuration(_ settings: DetectorSettings) -> [WireEntry] {
        var fields: [(String, WireValue?)] = [
            ("auto_summation", settings.autoSummation.map { .bool($0) }),
            ("beam_center_x", settings.beamCenterX_px.map { .double($0) }),
            ("beam_center_y", settings.beamCenterY_px.map { .double($0) }),
            (
                "bit_depth_image",
                (settings.bitDepthImage ?? settings.imageElement.map { $0.byteCount * 8 }).map { .integer(Int64($0)) }
            ),
            ("bit_depth_readout", settings.bitDepthReadout.map { .integer(Int64($0)) }),
            ("compression", settings.compression.map { .text($0) }),
            ("count_time", settings.countTime_s.map { .double($0) }),
            ("countrate_correction_applied", settings.countrateCorrectionApplied.map { .bool($0) }),
            ("countrate_correction_count_cutoff", settings.saturationValue.map { .integer($0) }),
            ("data_collection_date", settings.armDate.map { .text($0) }),
            ("description", settings.description.map { .text($0) }),
            ("detector_distance", settings.detectorDistance_m.map { .double($0) }),
            ("detector_number", settings.serialNumber.map { .text($0) }),
            ("detector_orientation", settings.detectorOrientation.map { .array($0.map { .double($0) }) }),
            ("detector_readout_time", settings.readoutTime_s.map { .double($0) }),
            ("detector_translation", settings.detectorTranslation_m.map { .array($0.map { .double($0) }) }),
            ("eiger_fw_version", settings.firmwareVersion.map { .text($0) }),
            ("element", settings.fluorescenceElement.map { .text($0) }),
            ("flatfield_correction_applied", settings.flatFieldApplied.map { .bool($0) }),
            ("frame_time", settings.frameTime_s.map { .double($0) }),
            ("nframes_sum", settings.framesSummed.map { .integer(Int64($0)) }),
            ("nimages", settings.numberOfImages.map { .integer(Int64($0)) }),
            ("ntrigger", settings.numberOfTriggers.map { .integer(Int64($0)) }),
            ("number_of_excluded_pixels", settings.numberOfExcludedPixels.map { .integer(Int64($0)) }),
            ("photon_energy", settings.photonEnergy_eV.map { .double($0) }),
            ("pixel_mask_applied", settings.pixelMaskApplied.map { .bool($0) }),
            ("roi_mode", settings.roiMode.map { .text($0) }),
            ("sensor_material", settings.sensorMaterial.map { .text($0) }),
            ("sensor_thickness", settings.sensorThickness_m.map { .double($0) }),
        ]
        fields += [
            ("software_version", settings.softwareVersion.map { .text($0) }),
            ("threshold_energy", settings.thresholdEnergies_eV.first.map { .double($0.energy_eV) }),
            ("trigger_mode", settings.triggerMode.map { .text($0) }),
            ("virtual_pixel_correction_applied", settings.virtualPixelCorrectionApplied.map { .bool($0) }),
            ("wavelength", settings.wavelength_angstrom.map { .double($0) }),
            ("x_pixel_size", settings.pixelSizeX_m.map { .double($0) }),
            ("x_pixels_in_detector", settings.imageSizeFast.map { .integer(Int64($0)) }),
            ("y_pixel_size", settings.pixelSizeY_m.map { .double($0) }),
            ("y_pixels_in_detector", settings.imageSizeSlow.map { .integer(Int64($0)) }),
        ]
        for axis in settings.goniometer {
            fields.append((axis.name + "_increment", axis.increment_deg.map { .double($0) }))
            fields.append((axis.name + "_start", axis.start_deg.map { .double($0) }))
        }
        return fields.compactMap { name, value in value.map { WireEntry(name, $0) } }.sorted { left, right in
            guard case .text(let first) = left.key, case .text(let second) = right.key else { return false }
            return first < second
        }
    }
}
