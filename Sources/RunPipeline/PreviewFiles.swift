import ChunkFile
import Diagnostics
import Foundation
import FrameImages
import Frames
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

    func write(_ preview: PreviewFollower.Result, mask: PixelMask?, of written: Int) throws -> [FileEntry] {
        let thumbnail = try preview.last.pixels.withUnsafeBytes {
            try Thumbnail.render($0, format: preview.last.format, mask: mask)
        }
        let record = Record(
            thumbnailFrame: preview.last.frame, framesExamined: preview.framesExamined, framesWritten: written,
            framesFailed: preview.failures)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return [
            try save(Data(thumbnail.encoded()), "thumbnail.png", .thumbnail),
            try save(Data(try preview.images.image(.mean).encoded()), "mean.png", .image),
            try save(Data(try preview.images.image(.maximum).encoded()), "maximum.png", .image),
            try save(try encoder.encode(record) + Data("\n".utf8), "preview.json", .preview),
        ]
    }

    private func save(_ data: Data, _ name: String, _ role: FileEntry.Role) throws -> FileEntry {
        try SealedFile.write(data, to: folder.path + "/" + name, rights: rights, fileSystem: fileSystem)
        return try FileEntry(path: name, role: role, bytes: Int64(data.count))
    }
}
