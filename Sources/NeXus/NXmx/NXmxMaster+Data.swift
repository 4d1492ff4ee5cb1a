import Frames

extension NXmxMaster {
    /// Names of the channels as parts of group names, each once.
    static func channelNames(_ description: NXmxDescription) -> [String] {
        NXmxName.unique(description.channels.map(\.name), fallback: "channel")
    }

    /// `/entry/data` for the first channel, `/entry/data_<channel>` for the others: they sort after it, and dxtbx takes the
    /// first by name.
    ///
    /// The signal is called `frames`: fabio counts whatever begins with `data`, and would find every frame twice.
    static func dataGroups(_ description: NXmxDescription) -> [NeXusGroup] {
        zip(channelNames(description), description.channels).enumerated().map { index, pair in
            let (name, channel) = pair
            let files = filesWithFrames(channel, description.stage)
            var children: [NeXusNode?] = files.map { file in
                .externalLink(name: linkName(file.number), file: file.name, path: DataFileSkeleton.datasetPath)
            }
            if index == 0 {
                children.append(files.isEmpty ? nil : .softLink(name: "frames", target: "\(detectorPath)/data"))
            } else {
                children.append(
                    allFrames(
                        named: "frames", files, of: description, channel.format, linkedIn: "/entry/data_\(name)"))
            }
            return NeXusGroup(
                index == 0 ? "data" : "data_\(name)", "NXdata",
                attributes: files.isEmpty ? [] : [.init("signal", "frames")], known: children)
        }
    }

    /// `/entry/instrument/detector/data`: all frames of the first channel.
    static func frames(_ description: NXmxDescription) -> NeXusNode? {
        guard let channel = description.channels.first else { return nil }
        return allFrames(
            named: "data", filesWithFrames(channel, description.stage), of: description, channel.format,
            linkedIn: "/entry/data")
    }

    /// One file with all frames is linked: readers see its own extent, and a file that is missing is an error. Several, or one that has only
    /// the frames from some number on, are joined by a virtual data set.
    ///
    /// The link is a soft one to the external one in the NXdata group `data`: HDF5 stores a group with an external link in
    /// another form, and neggia then loses the groups inside it (`detectorSpecific`).
    private static func allFrames(
        named name: String, _ files: [NXmxDescription.DataFile], of description: NXmxDescription, _ format: FrameFormat,
        linkedIn data: String
    ) -> NeXusNode? {
        guard let first = files.first else { return nil }
        let frames = description.frames.count
        if description.stage == .provisional || (first.firstFrame == 0 && first.frames == frames) {
            return .softLink(name: name, target: "\(data)/\(linkName(first.number))")
        }
        return .virtualFrames(name, files, of: frames, format)
    }

    /// A file without a frame is left out of a sealed run (neggia divides by the length of the first); while recording it is
    /// about to fill.
    private static func filesWithFrames(
        _ channel: NXmxDescription.Channel, _ stage: NXmxDescription.Stage
    ) -> [NXmxDescription.DataFile] {
        // While recording, lengths are not final: only the first file is shown, whatever it holds by then.
        stage == .provisional ? Array(channel.dataFiles.prefix(1)) : channel.dataFiles.filter { $0.frames > 0 }
    }

    /// `data_000001`, …: the names that FileWriter gave them, and that XDS looks for.
    static func linkName(_ index: Int) -> String {
        let digits = String(index + 1)
        return "data_" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }
}
