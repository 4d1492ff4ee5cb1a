// Units are part of the names, in their own spelling.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// The master file of an MX run: from an ``NXmxDescription`` to a tree that ``NeXusWriter`` writes.
///
/// Which reader needs what stands in `Layout.md`. The parts of the tree are in this type's extensions, a file for each group of
/// the file.
public enum NXmxMaster {
    /// The version of the application definition that `@version` names, the only one that NXmx allows.
    public static let definitionVersion = "1.0"
    static let detectorPath = "/entry/instrument/detector"

    /// The tree of the master file, its root first.
    ///
    /// A provisional tree (the run is armed) has the links to the data files that exist by then, and the expected number of
    /// frames.
    /// - Throws: `inconsistent` when the parts of the description contradict each other: it never writes a file that cannot be
    ///   right.
    public static func tree(_ description: NXmxDescription) throws(NXmxError) -> NeXusGroup {
        try check(description)
        let entry = description.entry
        return NeXusGroup(
            "/", "NXroot",
            attributes: [
                .init("default", "entry"), .init("file_name", entry.fileName), .init("file_time", entry.fileTime.description),
                .init("creator", entry.program), .init("creator_version", entry.programVersion),
            ],
            children: [.group(try entryGroup(description))])
    }

    private static func entryGroup(_ description: NXmxDescription) throws(NXmxError) -> NeXusGroup {
        let entry = description.entry
        var children: [NeXusNode?] = [
            .text("definition", "NXmx"),
            .text("title", entry.title),
            .text("start_time", entry.start.description),
            .text("end_time", entry.end?.description),
            .text("end_time_estimated", entry.estimatedEnd.description),
            .text("program_name", entry.program, [.init("version", entry.programVersion)]),
            .text("experiment_identifier", entry.experimentIdentifier),
            .text("collection_identifier", entry.collectionIdentifier),
            .text("entry_identifier", entry.identifiers.first?.value),
        ]
        children += identifiers(entry.identifiers)
        children.append(note(description.notes))
        children += [.group(sourceGroup(description.source)), .group(sampleGroup(description))]
        children.append(.group(try instrumentGroup(description)))
        children += dataGroups(description).map { .group($0) }
        return NeXusGroup(
            "entry", "NXentry",
            attributes: [.init("default", "data"), .init("version", definitionVersion)], known: children)
    }

    /// The standard's own place for PIDs: `identifierNAME` of NXobject, with what kind of identifier it is.
    static func identifiers(_ identifiers: [NXmxDescription.Identifier]) -> [NeXusNode?] {
        let names = NXmxName.unique(identifiers.map(\.name), fallback: "id")
        return zip(names, identifiers).map { name, identifier in
            .text("identifier_\(name)", identifier.value, [.init("type", identifier.type)])
        }
    }

    private static func note(_ notes: [String]) -> NeXusNode? {
        guard !notes.isEmpty else { return nil }
        return .group(
            NeXusGroup(
                "notes", "NXnote", known: [.text("type", "text/plain"), .text("description", notes.joined(separator: "\n"))]))
    }

    static func shortName(_ name: String?) -> [NeXusAttribute] { name.map { [.init("short_name", $0)] } ?? [] }

    private static func sourceGroup(_ source: NXmxDescription.Source) -> NeXusGroup {
        let children: [NeXusNode?] = [
            .text("name", source.name, shortName(source.shortName)),
            .text("type", source.type),
            .text("probe", source.probe),
            .number("energy", source.energy_GeV, "GeV"),
            .number("current", source.current_mA, "mA"),
        ]
        return NeXusGroup("source", "NXsource", known: children)
    }
}
