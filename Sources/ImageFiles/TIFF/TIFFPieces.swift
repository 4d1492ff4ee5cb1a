import Diagnostics

/// How a page is cut: strips of whole rows, or tiles of equal size whose last ones reach beyond the image.
struct TIFFPieces {
    /// A piece: where its first pixel belongs, how many of its pixels are of the image, and how many are stored.
    struct Box {
        let slow: Int
        let fast: Int
        let rows: Int
        let columns: Int
        let storedRows: Int
        let storedColumns: Int
    }

    let offsets: [Int]
    let byteCounts: [Int]
    private let slow: Int
    private let fast: Int
    private let pieceRows: Int
    private let pieceColumns: Int
    private let isTiled: Bool

    var count: Int { offsets.count }
    private var across: Int { (fast + pieceColumns - 1) / pieceColumns }

    /// The caller has checked the image's shape.
    init(_ directory: TIFFDirectory, slow: Int, fast: Int, _ file: ByteFile, at place: String) throws(ImageFileError) {
        self.slow = slow
        self.fast = fast
        if let columns = try directory.number(.tileWidth) {
            let rows = try directory.required(.tileLength)
            let sides = 16...ImageFileLimits.side
            guard sides.contains(rows), sides.contains(columns), rows % 16 == 0, columns % 16 == 0 else {
                throw file.damaged(
                    "The TIFF's tiles have a shape that no tiles have", at: directory.offset, got: "\(rows) x \(columns)",
                    expected: "multiples of 16, \(ImageFileLimits.side) at most")
            }
            (pieceRows, pieceColumns, isTiled) = (rows, columns, true)
        } else {
            let rows = try directory.number(.rowsPerStrip) ?? slow
            guard rows > 0 else { throw file.damaged("The TIFF's strips have no rows", at: directory.offset) }
            (pieceRows, pieceColumns, isTiled) = (min(rows, slow), fast, false)
        }
        let wanted = ((slow + pieceRows - 1) / pieceRows) * ((fast + pieceColumns - 1) / pieceColumns)
        offsets = try directory.numbers(isTiled ? .tileOffsets : .stripOffsets, most: wanted)
        byteCounts = try directory.numbers(isTiled ? .tileByteCounts : .stripByteCounts, most: wanted)
        guard offsets.count == wanted, byteCounts.count == wanted else {
            throw file.damaged(
                "The TIFF does not say where all of its \(isTiled ? "tiles" : "strips") are", at: directory.offset,
                got: "\(offsets.count) offsets and \(byteCounts.count) sizes", expected: "\(wanted)")
        }
    }

    func box(_ index: Int) -> Box {
        let (top, left) = (index / across * pieceRows, index % across * pieceColumns)
        let rows = min(pieceRows, slow - top)
        let columns = min(pieceColumns, fast - left)
        return Box(
            slow: top, fast: left, rows: rows, columns: columns, storedRows: isTiled ? pieceRows : rows,
            storedColumns: pieceColumns
        )
    }

    /// Refuses pieces that cannot become the image, so that no memory is taken for what a few bytes claim.
    func requireContent(mostExpansion: Int, elementBytes: Int, at place: String) throws(ImageFileError) {
        for index in 0..<count {
            let box = box(index)
            let (most, overflow) = byteCounts[index].multipliedReportingOverflow(by: mostExpansion)
            guard overflow || most >= box.storedRows * box.storedColumns * elementBytes else {
                throw ImageFileError(
                    .damaged, "A \(isTiled ? "tile" : "strip") of the TIFF is too short for its pixels", at: place,
                    got: "\(byteCounts[index]) bytes",
                    expected: "\(box.storedRows) x \(box.storedColumns) pixels of \(elementBytes) bytes")
            }
        }
    }
}
