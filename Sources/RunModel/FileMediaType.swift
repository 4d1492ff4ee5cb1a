/// The media type of a file by the end of its name.
public enum FileMediaType {
    /// Without parameters; nil for what is not known here, of which nothing is told.
    ///
    /// Source: IANA media types (https://www.iana.org/assignments/media-types); HDF5's is the one in use, and not registered.
    public static func of(_ path: String) -> String? {
        switch path.split(separator: "/").last?.split(separator: ".").dropFirst().last?.lowercased() {
        case "h5", "hdf5", "nxs", "nx", "cxi": "application/x-hdf5"
        case "json": "application/json"
        case "txt", "dat", "csv", "log": "text/plain"
        case "png": "image/png"
        case "tif", "tiff": "image/tiff"
        default: nil
        }
    }
}
