/// The keys of the YAML file, one list a section; `schemas/azimuthal.schema.json` has the same.
enum AzimuthalKeys {
    static let top = [
        "title", "frames", "geometry", "bins", "azimuth", "cake", "splitting", "mask", "regions", "corrections", "errors",
        "clipping", "output", "notes",
    ]
    static let frames = ["dataset", "channel", "first", "count", "step"]
    static let geometry = [
        "poni", "nexus", "distance", "beam_center", "pixel_size", "rotations", "wavelength", "energy", "corners",
    ]
    static let corners = ["file", "dataset"]
    static let bins = ["unit", "count", "from", "to", "spacing", "ends"]
    static let azimuth = ["sectors", "slab"]
    static let sector = ["from", "to", "opposite"]
    static let slab = ["direction", "half_width"]
    static let cake = ["count", "from", "to"]
    static let array = ["file", "dataset", "frame"]
    static let mask = ["detector", "files", "regions", "saturation"]
    static let maskFile = array + ["invert"]
    static let region = ["polygon", "rectangle", "circle", "ellipse"]
    static let rectangle = ["from", "to"]
    static let regionOfInterest = ["name", "slow", "fast"]
    static let circle = ["center", "radius"]
    static let ellipse = ["center", "radii"]
    static let corrections = [
        "dark", "dark_variance", "flat", "solid_angle", "polarisation", "sensor", "transmission", "monitor",
    ]
    static let polarisation = ["factor", "offset"]
    static let sensor = ["transmission", "thickness", "attenuation_length"]
    static let monitor = ["file", "dataset", "reference"]
    static let errors = ["model", "variance"]
    static let clipping = ["cutoff", "cycles"]
    static let output = ["sums", "text", "plots"]

    /// The words of `splitting`, as people know them.
    static let splittings = ["none", "bbox", "full"]
}
