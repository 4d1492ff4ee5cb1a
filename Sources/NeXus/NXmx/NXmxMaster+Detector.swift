// Units are part of the names, in their own spelling.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Frames
import HDF5

extension NXmxMaster {
    /// `/entry/instrument/detector`: what it is, how it counted, where it stood, and its frames.
    static func detectorGroup(_ description: NXmxDescription) throws(NXmxError) -> NeXusGroup {
        var children = identity(description) + exposure(description)
        children += try corrections(description)
        children += geometry(description) + perFrame(description.frames)
        children += [frames(description)]
        children += try channelGroups(description)
        children += [.group(vendorGroup(description)), streamGroup(description)]
        return NeXusGroup("detector", "NXdetector", known: children)
    }

    private static func identity(_ description: NXmxDescription) -> [NeXusNode?] {
        let detector = description.detector
        let geometry = detector.geometry
        return [
            .text("description", detector.description),
            .text("serial_number", detector.serialNumber),
            .text("type", detector.type),
            .text("sensor_material", detector.sensorMaterial),
            .number("sensor_thickness", detector.sensorThickness_m, "m"),
            .number("x_pixel_size", geometry.pixelSizeX_m, "m"),
            .number("y_pixel_size", geometry.pixelSizeY_m, "m"),
            .number("threshold_energy", description.channels.first?.thresholdEnergies_eV.first, "eV"),
        ]
    }

    private static func exposure(_ description: NXmxDescription) -> [NeXusNode?] {
        let detector = description.detector
        let pixelType = description.channels.first?.format.pixelType
        let storedBits = pixelType.map { $0.byteCount * 8 }
        return [
            .number("count_time", detector.countTime_s, "s"),
            .number("frame_time", detector.frameTime_s, "s"),
            .number("detector_readout_time", detector.readoutTime_s, "s"),
            // dxtbx takes this field for the bits of a stored pixel and masks the two largest values of it: with 16-bit
            // counters summed to 32-bit pixels it would mask counts. The detector's own number is kept in detectorSpecific.
            detector.bitDepthReadout == storedBits ? .integer("bit_depth_readout", detector.bitDepthReadout) : nil,
            .pixelValue("saturation_value", detector.saturationValue, pixelType),
            .pixelValue("underload_value", underload(detector, pixelType), pixelType),
        ]
    }

    /// What the stream says; of unsigned pixels it is 0 by their type, and dxtbx uses masked 32-bit pixels as counts of -1
    /// where it is absent.
    static func underload(_ detector: NXmxDescription.Detector, _ pixelType: PixelType?) -> Int64? {
        detector.underloadValue ?? (pixelType?.isSigned == false ? 0 : nil)
    }

    private static func corrections(_ description: NXmxDescription) throws(NXmxError) -> [NeXusNode?] {
        let detector = description.detector
        let channel = description.channels.first
        return [
            .flag("pixel_mask_applied", detector.pixelMaskApplied),
            try .pixelMask(channel?.pixelMask),
            .flag("flatfield_applied", detector.flatfieldApplied),
            try .flatfield(channel),
            .flag("countrate_correction_applied", detector.countrateCorrectionApplied),
            .numbers("countrate_correction_lookup_table", detector.countrateCorrectionTable, nil),
            .flag("virtual_pixel_interpolation_applied", detector.virtualPixelInterpolationApplied),
        ]
    }

    /// The detector's clock as NXdetector has it; what is ours stands in a collection of its own.
    private static func perFrame(_ frames: NXmxDescription.FrameRecord) -> [NeXusNode?] {
        let origin = frames.origin.map { [NeXusAttribute("start", $0)] } ?? []
        func times(_ name: String, _ values: [Double], _ attributes: [NeXusAttribute]) -> NeXusNode? {
            values.isEmpty ? nil : .numbers(name, values, "s", attributes)
        }
        var fields: [NeXusNode?] = []
        if !frames.receiveTimes_ns.isEmpty {
            let since = [NeXusAttribute("start", UTCTime(nanosecondsSince1970: 0).description)]
            fields.append(.integers("receive_time", frames.receiveTimes_ns, units: "ns", since))
        }
        if !frames.valid.isEmpty {
            let missing = frames.missing
            fields += [.flags("valid", frames.valid), .integer("missing_count", missing.count + frames.neverCame)]
            if !missing.isEmpty { fields.append(.integers("missing", missing)) }
        }
        let record = NeXusGroup("frame_record", "NXcollection", known: fields)
        return [
            times("start_time", frames.startTimes_s, origin),
            times("stop_time", frames.stopTimes_s, origin),
            times("real_time", frames.realTimes_s, []),
            record.children.isEmpty ? nil : .group(record),
        ]
    }

    /// One NXdetector_channel for each channel with a name. The first channel's mask is the detector's, once in the file.
    private static func channelGroups(_ description: NXmxDescription) throws(NXmxError) -> [NeXusNode?] {
        var groups: [NeXusNode?] = []
        for (index, (name, channel)) in zip(channelNames(description), description.channels).enumerated()
        where channel.name != nil {
            let isFirst = index == 0
            let pixelType = channel.format.pixelType
            let energies = channel.thresholdEnergies_eV
            let mask: NeXusNode? =
                isFirst && channel.pixelMask != nil
                ? .softLink(name: "pixel_mask", target: "\(detectorPath)/pixel_mask") : try .pixelMask(channel.pixelMask)
            let children: [NeXusNode?] = [
                energies.count > 1
                    ? .numbers("threshold_energy", energies, "eV") : .number("threshold_energy", energies.first, "eV"),
                mask,
                isFirst ? nil : try .flatfield(channel),
                .pixelValue("saturation_value", description.detector.saturationValue, pixelType),
                .pixelValue("underload_value", underload(description.detector, pixelType), pixelType),
            ]
            groups.append(.group(NeXusGroup("\(name)_channel", "NXdetector_channel", known: children)))
        }
        return groups
    }

    /// What XDS's reader asks for, and the vendor's settings that NXdetector has no field for.
    private static func vendorGroup(_ description: NXmxDescription) -> NeXusGroup {
        let detector = description.detector
        let frames = description.frames.count
        let (images, triggers) = imagesAndTriggers(detector, frames: frames)
        let children: [NeXusNode?] = [
            .integer("nimages", images),
            .integer("ntrigger", triggers),
            vendorMask(description.channels.first),
            .integer("countrate_correction_count_cutoff", detector.saturationValue.map { Int($0) }),
            .integer("bit_depth_readout", detector.bitDepthReadout),
            .integer("bit_depth_image", detector.bitDepthImage),
            .text("trigger_mode", detector.triggerMode),
            .text("software_version", detector.softwareVersion),
            // Not eiger_fw_version: dxtbx then reads with a class that refuses frame sizes it does not know.
            .text("firmware_version", detector.firmwareVersion),
        ]
        return NeXusGroup("detectorSpecific", "NXcollection", known: children)
    }

    /// The detector's mask by another name. neggia opens no file without one: where the stream sent none, a mask that marks
    /// no pixel stands here, and only here; `NXdetector/pixel_mask`, which would be a statement, stays absent.
    private static func vendorMask(_ channel: NXmxDescription.Channel?) -> NeXusNode? {
        guard let channel else { return nil }
        guard channel.pixelMask == nil else { return .softLink(name: "pixel_mask", target: "\(detectorPath)/pixel_mask") }
        let shape = channel.format.shape
        return .field(
            "pixel_mask", .zeros(.uint32, shape: [shape.slow, shape.fast]),
            attributes: [.init("description", "no whole mask came with the stream: no pixel is marked")])
    }

    /// XDS expects the product of both as the number of frames: the armed numbers after a whole run, the truth after a cut one.
    static func imagesAndTriggers(_ detector: NXmxDescription.Detector, frames: Int) -> (images: Int, triggers: Int) {
        if let images = detector.imagesPerTrigger, let triggers = detector.triggers, images > 0, triggers > 0 {
            let (product, overflow) = images.multipliedReportingOverflow(by: triggers)
            if !overflow, product == frames { return (images, triggers) }
        }
        return (frames, 1)
    }

    private static func streamGroup(_ description: NXmxDescription) -> NeXusNode? {
        guard let stream = description.stream else { return nil }
        var children: [NeXusNode?] = [
            .text("protocol", stream.protocolName),
            .text("header", stream.headerJSON, [.init("media_type", "application/json")]),
            .text("header_appendix", stream.headerAppendix),
        ]
        if stream.imageAppendices.contains(where: { $0 != nil }) {
            children.append(.texts("image_appendix", stream.imageAppendices.map { $0 ?? "" }))
        }
        return .group(NeXusGroup("stream", "NXcollection", known: children))
    }
}
