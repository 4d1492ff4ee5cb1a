import Diagnostics

/// The sizes of an extensible array's blocks, which follow from five numbers of its header.
///
/// The first elements stand in the index block. All others are in data blocks, grouped into super blocks: super block u has
/// 2^(u/2) data blocks of 2^((u+1)/2) × `smallestBlock` elements (halves rounded down), so that it holds 2^u × `smallestBlock`.
/// The index block names the data blocks of the first `directSuperBlocks` itself; for the others it names blocks that do.
/// Source: HDF5 File Format Specification version 3.0, section VII.D ("secondary blocks" there), for the numbers; it leaves open
/// what follows from them, which was taken from files made by HDF5 1.10 and 2.0.
struct ExtensibleArrayShape {
    /// Elements in the index block.
    let direct: Int
    /// Elements of the smallest data block: a power of two.
    let smallestBlock: Int
    /// Super blocks in all, and those without a block of their own.
    let superBlocks: Int
    let directSuperBlocks: Int
    /// Data block addresses in the index block.
    let directDataBlocks: Int
    /// Most elements of a page.
    let pageElements: Int
    /// Bytes of an element number in data and super blocks.
    let numberBytes: Int

    /// An array of more elements is refused; HDF5 uses 32.
    private static let maximumBits = 48

    /// Takes the five numbers from the header, in the order in which they stand there.
    init(_ cursor: inout FieldCursor) throws(ChunkIndexError) {
        let bits = try cursor.byte("the extensible array's largest size")
        direct = try cursor.byte("the extensible array's index block size")
        smallestBlock = try cursor.byte("the extensible array's smallest data block")
        let smallestPointers = try cursor.byte("the extensible array's smallest super block")
        let pageBits = try cursor.byte("the extensible array's page bits")
        guard bits <= Self.maximumBits, pageBits <= bits, smallestBlock.nonzeroBitCount == 1,
            smallestPointers.nonzeroBitCount == 1, smallestBlock.trailingZeroBitCount <= bits
        else {
            throw cursor.block.unsupported(
                "unknown shape of the extensible array", at: 7,
                got: "\(bits) and \(pageBits) bits, data blocks of \(smallestBlock), super blocks of \(smallestPointers)",
                expected: "at most \(Self.maximumBits) bits, and powers of two")
        }
        superBlocks = 1 + bits - smallestBlock.trailingZeroBitCount
        directSuperBlocks = 2 * smallestPointers.trailingZeroBitCount
        directDataBlocks = 2 * (smallestPointers - 1)
        pageElements = 1 << pageBits
        numberBytes = (bits + 7) / 8
        guard directSuperBlocks <= superBlocks, directSuperBlocks == 0 || elementsPerBlock(directSuperBlocks - 1) <= pageElements
        else {
            throw cursor.block.unsupported(
                "unknown shape of the extensible array", at: 7,
                got: "\(directSuperBlocks) of \(superBlocks) super blocks in the index block, pages of \(pageElements)",
                expected: "data blocks without pages in the index block")
        }
    }

    /// Data blocks of super block `index`.
    func blocks(of index: Int) -> Int { 1 << (index / 2) }

    /// Elements of each data block of super block `index`.
    func elementsPerBlock(_ index: Int) -> Int { smallestBlock << ((index + 1) / 2) }

    /// Number of the first element of super block `index`, not counting those in the index block.
    func firstElement(of index: Int) -> Int { smallestBlock * ((1 << index) - 1) }
}
