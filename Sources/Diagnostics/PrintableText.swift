extension StringProtocol {
    /// The text with a blank for each control character: C0, DEL and C1.
    ///
    /// Texts come from detectors and from files. A terminal would obey them (U+009B begins a sequence as ESC [ does), a line feed would begin
    /// another line of a log or another assignment for systemd, and HDF5 takes no NUL.
    public var printable: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.isControl ? " " : $0 }))
    }
}

extension Unicode.Scalar {
    /// C0, DEL or C1: the general category Cc, written out, as names and paths are looked through by the million.
    public var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}
