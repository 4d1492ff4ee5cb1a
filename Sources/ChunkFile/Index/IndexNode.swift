/// The bytes of one node of a version 1 B-tree over chunks (node type 1), for a dataset of rank 3.
///
/// ```
/// 0   "TREE"   4 type = 1   5 level   6 entries used (u16)   8 left sibling   16 right sibling
/// 24  key 0, child 0, key 1, child 1, …, key n        a child is an address (u64)
/// key: chunk bytes (u32), filter mask (u32), first element of the chunk (frame, slow, fast, 0: 4 × u64)
/// ```
/// A node is read at its full size however few entries it has. Key i is the first chunk below child i; key n lies just
/// beyond the last chunk. Source: HDF5 File Format Specification version 3.0, section III.A.1.
enum IndexNode {
    /// Most children of a node: twice K, and K is 32 unless a file says otherwise, which superblock version 0 cannot.
    static let width = 64
    /// log2 of `width`: a frame number's bits at `widthBits * level` give its place in the tree.
    static let widthBits = 6
    static let keyBytes = 40
    static let headerBytes = 24
    /// 3,136 at rank 3.
    static let byteCount = headerBytes + width * (keyBytes + 8) + keyBytes
    /// 64 to the sixth power frames are more than `ChunkTable.maximumFrames`.
    static let maximumLevel = 5

    static func writeHeader(
        _ node: UnsafeMutableRawPointer, level: Int, entries: Int, left: UInt64, right: UInt64
    ) {
        node.storeBytes(of: UInt32(0x4545_5254).littleEndian, as: UInt32.self)  // "TREE"
        node.storeBytes(of: 1, toByteOffset: 4, as: UInt8.self)
        node.storeBytes(of: UInt8(level), toByteOffset: 5, as: UInt8.self)
        node.storeBytes(of: UInt16(entries).littleEndian, toByteOffset: 6, as: UInt16.self)
        node.storeBytes(of: left.littleEndian, toByteOffset: 8, as: UInt64.self)
        node.storeBytes(of: right.littleEndian, toByteOffset: 16, as: UInt64.self)
    }

    /// Writes key `index` and the address below it.
    static func writeEntry(
        _ node: UnsafeMutableRawPointer, _ index: Int, frame: Int, first: ChunkEntry, child: UInt64
    ) {
        let key = node + headerBytes + index * (keyBytes + 8)
        key.storeBytes(of: first.size.littleEndian, as: UInt32.self)
        key.storeBytes(of: first.filterMask.littleEndian, toByteOffset: 4, as: UInt32.self)
        key.storeBytes(of: UInt64(frame).littleEndian, toByteOffset: 8, as: UInt64.self)
        key.storeBytes(of: child.littleEndian, toByteOffset: keyBytes, as: UInt64.self)
    }

    /// Writes the key after the last entry: the first frame that is beyond the node.
    static func writeEndKey(_ node: UnsafeMutableRawPointer, entries: Int, frame: Int) {
        let key = node + headerBytes + entries * (keyBytes + 8)
        key.storeBytes(of: UInt64(frame).littleEndian, toByteOffset: 8, as: UInt64.self)
    }
}
