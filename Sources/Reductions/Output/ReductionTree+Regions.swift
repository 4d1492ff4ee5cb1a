import HDF5
import NeXus

extension ReductionTree {
    /// What regions of interest come to, `[frame, region]`.
    var regions: NeXusGroup {
        let layout = ReductionLayout.self
        let shape = [description.frameCount, description.regionNames.count]
        var data = NeXusGroup(
            layout.regions, "NXdata",
            attributes: [
                NeXusAttribute("signal", layout.regionSum), NeXusAttribute("axes", .strings([layout.frame, "."])),
                NeXusAttribute("auxiliary_signals", .strings([layout.regionPixels, layout.regionMaximum])),
                NeXusAttribute("\(layout.frame)_indices", .int32(0)),
            ])
        data.add(layout.regionNames, .strings(description.regionNames))
        data.add(
            layout.regionSum, .zeros(.uint64, shape: shape), units: "counts",
            attributes: [NeXusAttribute("long_name", "Sum of the counts of a region")])
        data.add(
            layout.regionPixels, .zeros(.uint32, shape: shape),
            attributes: [NeXusAttribute("long_name", "Pixels that were counted")])
        data.add(
            layout.regionMaximum, .zeros(.uint32, shape: shape), units: "counts",
            attributes: [NeXusAttribute("long_name", "Largest value of a region")])
        data.add(.hardLink(name: layout.frame, target: layout.path(layout.frames, layout.frame)))
        return data
    }
}
