import Diagnostics

/// One file of a run, as run.json lists it.
public struct FileEntry: Hashable, Sendable, Codable {
    public enum Role: String, Sendable, Codable, CaseIterable {
        case master, data, ledger, thumbnail, image, preview, header, other
    }

    /// Relative to the run's folder.
    public let path: String
    public let role: Role
    public let bytes: Int64
    /// The first frame in it and how many: of data files and ledgers.
    public let firstFrame: Int?
    public let frames: Int?
    /// XXH3-128 of the whole file, 32 hexadecimal digits: of ledgers, whose records hold the digests of the chunks.
    public let xxh3: String?

    enum CodingKeys: String, CodingKey {
        case path, role, bytes
        case firstFrame = "first_frame"
        case frames
        case xxh3 = "xxh3_128"
    }

    /// - Throws: `badManifest` for a path that leads out of the run.
    public init(
        path: String, role: Role, bytes: Int64, firstFrame: Int? = nil, frames: Int? = nil, xxh3: String? = nil
    ) throws(RunModelError) {
        guard RunPath.isInside(path) else {
            throw RunModelError(
                .badManifest, "The path leads out of the run", got: "'\(path.prefix(200).printable)'",
                expected: "a relative path without '..'")
        }
        self.path = path
        self.role = role
        self.bytes = bytes
        self.firstFrame = firstFrame
        self.frames = frames
        self.xxh3 = xxh3
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            path: container.decode(String.self, forKey: .path), role: container.decode(Role.self, forKey: .role),
            bytes: container.decode(Int64.self, forKey: .bytes),
            firstFrame: container.decodeIfPresent(Int.self, forKey: .firstFrame),
            frames: container.decodeIfPresent(Int.self, forKey: .frames),
            xxh3: container.decodeIfPresent(String.self, forKey: .xxh3))
    }
}
