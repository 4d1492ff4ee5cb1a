import ChunkFile
import Diagnostics
import Foundation
import RunModel

/// The pictures of a run: `thumbnail.png` (the last frame looked at), `mean.png`, `maximum.png`, and what they are made of.
struct PreviewFiles {
    let folder: RunFolder
    let rights: RunFolder.Rights
    let fileSystem: any FileSystem

    /// `preview.json`: says how much of the run the pictures show.
    private struct Record: Encodable {
        let thumbnailFrame: Int
        let framesExamined: Int
        let framesWritten: Int
        let framesFailed: Int
        enum CodingKeys: String, CodingKey {
            case thumbnailFrame = "thumbnail_frame"
            case framesExamined = "frames_examined"
            case framesWritten = "frames_written"
            case framesFailed = "frames_failed"
        }
    }

    func write(_ pictures: PreviewFollower.Pictures, of written: Int) throws -> [FileEntry] {
        let record = Record(
            thumbnailFrame: pictures.thumbnailFrame, framesExamined: pictures.framesExamined, framesWritten: written,
            framesFailed: pictures.failures)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return [
            try save(pictures.thumbnail, "thumbnail.png", .thumbnail),
            try save(pictures.mean, "mean.png", .image),
            try save(pictures.maximum, "maximum.png", .image),
            try save(try encoder.encode(record) + Data("\n".utf8), "preview.json", .preview),
        ]
    }

    private func save(_ data: Data, _ name: String, _ role: FileEntry.Role) throws -> FileEntry {
        try SealedFile.write(data, to: folder.path + "/" + name, rights: rights, fileSystem: fileSystem)
        return try FileEntry(path: name, role: role, bytes: Int64(data.count))
    }
}
