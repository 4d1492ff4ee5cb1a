import HDF5

/// The other files that a file names, seen from its folder: what lies there, and what is missing.
struct ExternalSources {
    private let folder: String

    init(of path: String) {
        folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    private func resolved(_ file: String) -> String { file.hasPrefix("/") ? file : folder + file }

    /// What an external link leads to, not read; nil when it cannot be opened.
    func describe(file: String, path: String) -> NeXusValue? {
        // Any failure here is "not known": that the link leads nowhere is reported by `findings`.
        guard case .dataset(let dataset)? = try? HDF5File.open(resolved(file)).root.object(path),
            let description = try? dataset.description()
        else { return nil }
        return .described(description)
    }

    /// HDF5 reads a virtual dataset whose source is missing as fill values, with success: so the sources are opened here.
    func findings(in group: NeXusGroup, at path: String) -> [NeXusFinding] {
        group.children.flatMap { node -> [NeXusFinding] in
            let place = NeXusPath.child(node.name, of: path)
            switch node {
            case .group(let child): return findings(in: child, at: place)
            case .externalLink(_, let file, let target): return missing(file, target, for: place)
            case .virtualField(let field):
                return field.sources.flatMap { $0.file == "." ? [] : missing($0.file, $0.dataset, for: place) }
            case .field, .softLink, .hardLink: return []
            }
        }
    }

    private func missing(_ file: String, _ target: String, for place: String) -> [NeXusFinding] {
        do throws(HDF5Error) {
            _ = try HDF5File.open(resolved(file)).root.object(target)
            return []
        } catch {
            return [
                NeXusFinding(
                    .error, place, .linkDangling, got: "\(file):\(target)", expected: "a file and path that can be opened")
            ]
        }
    }
}
