/// How many bytes a file's addresses and lengths take (superblock, "Size of Offsets" and "Size of Lengths").
struct FieldWidths: Equatable, Sendable {
    let offsets: Int
    let lengths: Int

    /// The address that means "nowhere": all bits set.
    var undefinedAddress: UInt64 { offsets == 8 ? .max : (1 << UInt64(8 * offsets)) - 1 }
    /// The dimension that means "unlimited": all bits set.
    var unlimited: UInt64 { lengths == 8 ? .max : (1 << UInt64(8 * lengths)) - 1 }
}
