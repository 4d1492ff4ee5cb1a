import Diagnostics

/// Where the few bytes of a data file's dataset lie that change while frames arrive, found in the closed skeleton.
///
/// The dataset is `[frame, slow, fast]`, unlimited along frame, one chunk a frame `[1, slow, fast]`, made by HDF5 in the
/// earliest format. Anything else is refused by name. Source of the layouts: HDF5 File Format Specification version 3.0.
public struct ChunkDataset: Sendable {
    /// Frames that a reader sees now: the dataset's first dimension.
    public let extent: Int
    /// Pixels along the slow and the fast axis.
    public let slow: Int
    public let fast: Int
    /// Bytes of one pixel.
    public let elementSize: Int
    /// HDF5 filter numbers in the order in which they were applied on writing; empty if chunks are plain pixels.
    public let filterIDs: [UInt16]
    /// Attributes of the dataset that can be patched, by name.
    public let attributes: [IntegerAttribute]
    /// Root of the chunk index, nil as long as there is none.
    public let indexRoot: Int?
    /// The superblock's end of file.
    public let endOfFile: Int

    /// Offset of the 8 bytes that point to the root; never across a 64-byte line, so that no reader sees half of a store.
    public let indexRootOffset: Int
    /// Offset of the 8 bytes that hold the extent; aligned to 8.
    public let extentOffset: Int

    /// Bytes of a frame without filters.
    public var frameByteCount: Int { slow * fast * elementSize }

    private static let dataspaceType: UInt16 = 0x0001
    private static let datatypeType: UInt16 = 0x0003
    private static let layoutType: UInt16 = 0x0008
    private static let filterType: UInt16 = 0x000B
    private static let attributeType: UInt16 = 0x000C

    /// Reads the file's superblock and the object header at `address` (`H5Oget_info`'s `addr` of the dataset).
    /// - Throws: `unsupported` for another format or layout, `damaged` for bytes that contradict themselves.
    public init(_ file: OpenFile, objectHeaderAddress address: Int, fileSystem: any FileSystem) throws(ChunkFileError) {
        endOfFile = try Superblock(file, fileSystem: fileSystem).endOfFile
        guard address >= Superblock.byteCount, address % 8 == 0, address < endOfFile else {
            throw ChunkFileError(
                .damaged, "no object header can lie there", at: file.path, got: "address \(address)",
                expected: "a multiple of 8 from \(Superblock.byteCount) to below \(endOfFile)")
        }
        let header = try ObjectHeader(file, at: address, fileSystem: fileSystem)
        let path = file.path

        let space = try header.only(Self.dataspaceType, "dataspace", path: path).body
        try Self.require(space, 0, "dataspace version", 1)
        try Self.require(space, 1, "rank", 3)
        try Self.require(space, 2, "dataspace flags (maximum dimensions only)", 1)
        extent = try space.length(at: 8, "number of frames")
        slow = try space.length(at: 16, "slow dimension")
        fast = try space.length(at: 24, "fast dimension")
        let maximum: UInt64 = try space.integer(at: 32, "maximum number of frames")
        guard maximum == UInt64.max else {
            throw space.unsupported("the frame axis is limited", at: 32, got: "\(maximum)", expected: "unlimited")
        }
        extentOffset = space.start + 8

        let layout = try header.only(Self.layoutType, "data layout", path: path).body
        try Self.require(layout, 0, "data layout version", 3)
        try Self.require(layout, 1, "layout class (chunked)", 2)
        try Self.require(layout, 2, "chunk rank with element axis", 4)
        let root: UInt64 = try layout.integer(at: 3, "chunk index address")
        let chunk = [
            try layout.integer(at: 11, as: UInt32.self, "chunk frames"),
            try layout.integer(at: 15, as: UInt32.self, "chunk slow"),
            try layout.integer(at: 19, as: UInt32.self, "chunk fast"),
        ]
        elementSize = Int(try layout.integer(at: 23, as: UInt32.self, "element size"))
        guard chunk.map(Int.init) == [1, slow, fast], (1...65_536).contains(slow), (1...65_536).contains(fast) else {
            throw layout.unsupported(
                "a chunk is not one frame", at: 11, got: "\(chunk) of frames [\(slow), \(fast)]",
                expected: "[1, slow, fast], each axis 1 to 65536")
        }
        guard [1, 2, 4, 8].contains(elementSize) else {
            throw layout.unsupported("unexpected element size", at: 23, got: "\(elementSize)", expected: "1, 2, 4 or 8")
        }
        indexRoot = root == Superblock.undefinedAddress ? nil : try layout.length(at: 3, "chunk index address")
        indexRootOffset = layout.start + 3
        guard indexRootOffset % 64 <= 56 else {
            throw ChunkFileError(
                .unsupported, "the index root's address lies across a 64-byte line, where a reader could see half of it",
                at: path, got: "offset \(indexRootOffset)", expected: "8 bytes within one line",
                remedy: "Make the skeleton again with its dataset elsewhere, for example after another small object")
        }

        let type = try header.only(Self.datatypeType, "datatype", path: path).body
        let typeSize: UInt32 = try type.integer(at: 4, "datatype size")
        guard Int(typeSize) == elementSize else {
            throw type.damaged(
                "datatype and layout disagree", at: 4, got: "\(typeSize) bytes", expected: "\(elementSize) bytes")
        }
        filterIDs = try Self.filterIDs(header, path: path)
        var found: [IntegerAttribute] = []
        for message in header.messages where message.type == Self.attributeType {
            if let attribute = try IntegerAttribute(message) { found.append(attribute) }
        }
        attributes = found
    }

    /// Filter pipeline message, version 1 (the earliest format's); section IV.A.2.l.
    private static func filterIDs(_ header: ObjectHeader, path: String) throws(ChunkFileError) -> [UInt16] {
        guard header.messages.contains(where: { $0.type == filterType }) else { return [] }
        let body = try header.only(filterType, "filter pipeline", path: path).body
        try require(body, 0, "filter pipeline version", 1)
        let count = Int(try body.integer(at: 1, as: UInt8.self, "number of filters"))
        var identifiers: [UInt16] = []
        var offset = 8
        for _ in 0..<count {
            identifiers.append(try body.integer(at: offset, "filter number"))
            let nameBytes = Int(try body.integer(at: offset + 2, as: UInt16.self, "filter name size"))
            let values = Int(try body.integer(at: offset + 6, as: UInt16.self, "number of filter values"))
            offset += 8 + (nameBytes + 7) & ~7
            offset += 4 * (values + values % 2)
        }
        return identifiers
    }

    private static func require(
        _ body: ByteWindow, _ offset: Int, _ what: String, _ expected: UInt8
    ) throws(ChunkFileError) {
        let got: UInt8 = try body.integer(at: offset, what)
        guard got == expected else {
            throw body.unsupported("unexpected \(what)", at: offset, got: "\(got)", expected: "\(expected)")
        }
    }
}
