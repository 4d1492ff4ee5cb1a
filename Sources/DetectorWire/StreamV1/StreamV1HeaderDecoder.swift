import Diagnostics

/// The header message of Stream V1: identity, configuration, then pairs of description and blob, then the appendix.
///
/// Parts are recognised by their `htype`, not by their number: the document ties neither the order nor the appendix to the detail.
struct StreamV1HeaderDecoder {
    let parts: MessageParts
    let limits: WireLimits

    func start(seriesID: Int64) throws(WireError) -> StartMessage {
        var start = StartMessage(version: .v1, seriesID: seriesID)
        var notes = HeaderNotes()
        var budget = ValueBudget(limits)
        let header = try JSONScanner.value(of: parts[0], part: 0, budget: &budget, limits: limits)
        start.headerDetail = header["header_detail"]?.textValue
        var original = [WireEntry("header", header)]

        var hasConfiguration = start.headerDetail == "none"
        var index = 1
        while index < parts.count {
            let kind = kind(index)
            if let kind, let field = ArrayKind(rawValue: kind) {
                let array = try array(field, index, &budget)
                if array.isCut { notes.add("\(field.name): \(array.payload.count) of \(array.uncompressedBytes) bytes came") }
                switch field {
                case .flatField: start.flatFields.append(ChannelArray(channel: nil, array: array))
                case .pixelMask: start.pixelMasks.append(ChannelArray(channel: nil, array: array))
                case .countrateTable: start.countrateTable = array
                }
                original.append(WireEntry(kind, .numericArray(array)))
                index += 2
            } else if !hasConfiguration {
                let object = try JSONScanner.value(of: parts[index], part: index, budget: &budget, limits: limits)
                guard case .map(let entries) = object else {
                    throw WireError(
                        .wrongType, "The configuration in a header is no object", at: "message part \(index + 1)",
                        got: object.kind)
                }
                start.settings = settings(try HeaderFields(entries), &notes)
                original.append(WireEntry("configuration", object))
                hasConfiguration = true
                index += 1
            } else if index == parts.count - 1 {
                start.appendix = try appendix(index, &budget)
                index += 1
            } else if let kind {
                notes.add("message part \(index + 1): an array of the unknown kind \(kind.prefix(64)): ignored")
                index += 2
            } else {
                throw WireError(
                    .partCount, "A header has a part that nothing explains", at: "message part \(index + 1)",
                    got: "\(parts[index].count) bytes", expected: "JSON with an htype, or the appendix as the last part")
            }
        }
        noteAbsentParts(start, hasConfiguration: hasConfiguration, &notes)
        start.notes = notes.sentences
        start.original = .map(original)
        return start
    }

    private enum ArrayKind: String {
        case flatField = "dflatfield-1.0"
        case pixelMask = "dpixelmask-1.0"
        case countrateTable = "dcountrate_table-1.0"

        var name: String {
            switch self {
            case .flatField: "flat field"
            case .pixelMask: "pixel mask"
            case .countrateTable: "countrate table"
            }
        }
    }

    /// The `htype` of a part; nil for one that is not well-formed JSON or has none. Nothing is allocated for the part's other content.
    private func kind(_ part: Int) -> String? {
        guard parts[part].count <= limits.maximumTextBytes else { return nil }
        var scanner = JSONScanner(parts[part], part: part)
        do throws(WireError) {
            var kind: String?
            try scanner.expect(UInt8(ascii: "{"))
            var isFirst = true
            while try scanner.next(isFirst: &isFirst, end: UInt8(ascii: "}")) {
                let key = try scanner.key()
                if scanner.matches(key, "htype"), scanner.peek() == UInt8(ascii: "\"") {
                    kind = scanner.shown(try scanner.string())
                } else {
                    try scanner.skip(depth: limits.maximumDepth - 1)
                }
            }
            try scanner.expectEnd()
            return kind
        } catch {
            // What is no JSON is a blob or the user's text: whether it may stand here is for the caller to say.
            return nil
        }
    }

    /// `shape` is [fast, slow]; a table of `shape` [2, N] is N pairs in memory.
    private func array(_ field: ArrayKind, _ part: Int, _ budget: inout ValueBudget) throws(WireError) -> ArrayDescription {
        let place = "\(field.rawValue), message part \(part + 1)"
        guard part + 1 < parts.count else {
            throw WireError(
                .partCount, "A header describes an array that did not come", at: place, got: "\(parts.count) parts",
                expected: "\(part + 2)")
        }
        let object = try JSONScanner.value(of: parts[part], part: part, budget: &budget, limits: limits)
        guard case .array(let axes)? = object["shape"] else {
            throw WireError(.missingField, "An array in a header has no shape", at: place, expected: "shape")
        }
        var shape = WireShape()
        for axis in axes {
            guard let length = axis.integerValue else {
                throw WireError(.wrongType, "An axis of an array is no length", at: place, got: axis.kind)
            }
            guard shape.append(Int(length)) else {
                throw WireError(.unsupportedArray, "An array has more than three axes", at: place, expected: "1 to 3")
            }
        }
        guard let name = object["type"]?.textValue else {
            throw WireError(.missingField, "An array in a header has no element type", at: place, expected: "type")
        }
        guard let element = ElementType(name: name) else {
            throw WireError(
                .unsupportedArray, "An array has an element type that we cannot store", at: place, got: "\"\(name.prefix(64))\"")
        }
        return try ArrayDescription(
            shape: shape.reversed, element: element, byteOrder: .littleEndian, packing: .raw, elementBytesOfPacking: 0,
            payload: PayloadRange(part: part + 1, offset: 0, count: parts[part + 1].count), limits: limits)
    }

    private func appendix(_ part: Int, _ budget: inout ValueBudget) throws(WireError) -> Appendix {
        guard parts[part].count <= limits.maximumTextBytes else {
            throw WireError(
                .limitExceeded, "The appendix of a header is too long", at: "message part \(part + 1)",
                got: "\(parts[part].count) bytes",
                expected: "\(limits.maximumTextBytes) at most")
        }
        try budget.spend(bytes: parts[part].count)
        if let text = String(validating: parts[part], as: UTF8.self) { return .text(text) }
        return .bytes(Array(parts[part]))
    }

    /// Some senders send the parts of a header as messages of their own: then what `header_detail` promises is not here.
    private func noteAbsentParts(_ start: StartMessage, hasConfiguration: Bool, _ notes: inout HeaderNotes) {
        if !hasConfiguration { notes.add("the header has no configuration, though header_detail is not none") }
        guard start.headerDetail == "all" else { return }
        if start.flatFields.isEmpty { notes.add("header_detail is all, but no flat field came") }
        if start.pixelMasks.isEmpty { notes.add("header_detail is all, but no pixel mask came") }
        if start.countrateTable == nil { notes.add("header_detail is all, but no countrate table came") }
    }

    private func settings(_ header: HeaderFields, _ notes: inout HeaderNotes) -> DetectorSettings {
        var settings = DetectorSettings()
        settings.description = header.text("description", &notes)
        settings.serialNumber = header.text("detector_number", &notes)
        settings.sensorMaterial = header.text("sensor_material", &notes)
        settings.sensorThickness_m = header.number("sensor_thickness", &notes)
        settings.softwareVersion = header.text("software_version", &notes)
        settings.firmwareVersion = header.text("eiger_fw_version", &notes)
        settings.imageSizeSlow = header.size("y_pixels_in_detector", &notes)
        settings.imageSizeFast = header.size("x_pixels_in_detector", &notes)
        settings.pixelSizeX_m = header.number("x_pixel_size", &notes)
        settings.pixelSizeY_m = header.number("y_pixel_size", &notes)
        settings.bitDepthImage = header.size("bit_depth_image", &notes)
        settings.bitDepthReadout = header.size("bit_depth_readout", &notes)
        settings.imageElement = settings.bitDepthImage.flatMap { ElementType(name: "uint\($0)") }
        settings.saturationValue = header.integer("countrate_correction_count_cutoff", &notes)
        settings.numberOfExcludedPixels = header.size("number_of_excluded_pixels", &notes)
        settings.roiMode = header.text("roi_mode", &notes)
        settings.compression = header.text("compression", &notes)
        settings.beamCenterX_px = header.number("beam_center_x", &notes)
        settings.beamCenterY_px = header.number("beam_center_y", &notes)
        settings.detectorDistance_m = header.number("detector_distance", &notes)
        settings.detectorTranslation_m = header.numbers("detector_translation", count: 3, &notes)
        settings.detectorOrientation = header.numbers("detector_orientation", count: 9, &notes)
        for axis in StreamV1Keys.goniometerAxes {
            let start = header.number(axis + "_start", &notes)
            let increment = header.number(axis + "_increment", &notes)
            guard start != nil || increment != nil else { continue }
            settings.goniometer.append(GoniometerAxis(name: axis, start_deg: start, increment_deg: increment))
        }
        settings.photonEnergy_eV = header.number("photon_energy", &notes)
        settings.wavelength_angstrom = header.number("wavelength", &notes)
        settings.fluorescenceElement = header.text("element", &notes)
        if let energy = header.number("threshold_energy", &notes) {
            settings.thresholdEnergies_eV = [ThresholdEnergy(channel: nil, energy_eV: energy)]
        }
        settings.countTime_s = header.number("count_time", &notes)
        settings.frameTime_s = header.number("frame_time", &notes)
        settings.readoutTime_s = header.number("detector_readout_time", &notes)
        settings.numberOfImages = header.size("nimages", &notes)
        settings.numberOfTriggers = header.size("ntrigger", &notes)
        settings.framesSummed = header.size("nframes_sum", &notes)
        settings.triggerMode = header.text("trigger_mode", &notes)
        settings.armDate = header.text("data_collection_date", &notes)
        settings.countrateCorrectionApplied = header.flag("countrate_correction_applied", &notes)
        settings.flatFieldApplied = header.flag("flatfield_correction_applied", &notes)
        settings.pixelMaskApplied = header.flag("pixel_mask_applied", &notes)
        settings.virtualPixelCorrectionApplied = header.flag("virtual_pixel_correction_applied", &notes)
        settings.autoSummation = header.flag("auto_summation", &notes)
        return settings
    }
}

/// Names that the header decoder and the encoder share.
enum StreamV1Keys {
    /// In the alphabetical order of the vendor's messages.
    static let goniometerAxes = ["chi", "kappa", "omega", "phi", "two_theta"]
}
