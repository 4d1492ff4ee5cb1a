import HDF5
import NeXus

extension ReductionTree {
    /// What was found in each frame beside its bins.
    func addFindings(to data: inout NeXusGroup) {
        let layout = ReductionLayout.self
        let shape = [description.frameCount]
        func add(_ name: String, _ type: HDF5ElementType, units: String? = nil, _ words: String) {
            data.add(name, .zeros(type, shape: shape), units: units, attributes: [NeXusAttribute("long_name", words)])
        }
        if description.hasStatistics {
            add(layout.framePixels, .uint32, "Pixels that were measured")
            add(layout.frameSum, .uint64, units: "counts", "Sum of the counts of a frame")
            add(layout.frameMaximum, .uint32, units: "counts", "Largest value of a frame")
            add(layout.frameZeros, .uint32, "Pixels without a count")
            add(layout.frameSaturated, .uint32, "Saturated pixels")
        }
        if description.hasClipping { add(layout.frameClipped, .uint32, "Pixels that sigma clipping dropped") }
    }
}
