/// Which pages of an array were written: the highest bit of each byte first.
struct PageBits {
    let block: ByteBlock
    /// Where the bits begin within `block`, in bytes.
    let offset: Int

    func isWritten(_ page: Int) throws(ChunkIndexError) -> Bool {
        let byte: UInt8 = try block.integer(at: offset + page / 8, "the page bitmap")
        return byte & (0x80 >> UInt8(page % 8)) != 0
    }
}
