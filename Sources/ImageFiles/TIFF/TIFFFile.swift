import Diagnostics

/// A TIFF or BigTIFF file: a chain of pages.
struct TIFFFile: Sendable {
    private let file: ByteFile
    private let start: [UInt8]
    private let directories: [Int]
    private let limits: ImageFileLimits

    var imageCount: Int { directories.count }

    init(_ file: ByteFile, limits: ImageFileLimits) throws(ImageFileError) {
        start = try file.bytes(at: 0, count: 4, "the TIFF header")
        guard let header = TIFFHeader(start) else { throw file.damaged("No TIFF header", at: 0) }
        var directories: [Int] = []
        var seen: Set<Int> = []
        var place = try header.firstDirectory(file)
        while place != 0 {
            guard seen.insert(place).inserted else {
                throw file.damaged("The chain of TIFF pages is a circle", at: place, got: "page \(directories.count)")
            }
            guard directories.count < ImageFileLimits.images else {
                throw ImageFileError(
                    .limitExceeded, "The TIFF has more pages than are read", at: file.name,
                    expected: "\(ImageFileLimits.images) at most")
            }
            directories.append(place)
            place = try TIFFDirectory.next(after: place, file, header)
        }
        guard !directories.isEmpty else { throw file.damaged("The TIFF has no page", at: 0) }
        self.file = file
        self.directories = directories
        self.limits = limits
    }

    /// The caller has checked that there is such a page.
    func image(_ number: Int) throws(ImageFileError) -> ImageArray {
        guard let header = TIFFHeader(start) else { throw file.damaged("No TIFF header", at: 0) }
        let directory = try TIFFDirectory(file, header, at: directories[number])
        return try TIFFPage(directory, header, file, limits).image()
    }
}
