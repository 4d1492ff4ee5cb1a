import Diagnostics

extension AzimuthalConfiguration {
    /// Looks whether every file that the configuration names is there and may be read: what is wrong with one is wrong for every input,
    /// and is better said once, before the first.
    ///
    /// - Throws: `inputMissing`.
    public func requireFiles() throws(ReductionError) {
        switch geometry.source {
        case .poni(let path): try ArraySource(file: path).requireReadable("geometry (PONI)")
        case .nexus(let path): try ArraySource(file: path).requireReadable("geometry (NeXus)")
        case .input, .given: break
        }
        try geometry.corners?.requireReadable("array of pixel corners")
        for file in mask.files { try file.array.requireReadable("mask") }
        try corrections.dark?.requireReadable("dark")
        try corrections.darkVariance?.requireReadable("dark's variance")
        try corrections.flat?.requireReadable("flat field")
        // Without a file the monitor stands in each input.
        if let monitor = corrections.monitor, !monitor.file.isEmpty { try monitor.requireReadable("monitor") }
        try errors.variance?.requireReadable("variance")
    }
}
