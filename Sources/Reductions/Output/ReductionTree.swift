import HDF5
import NeXus
import ScatteringGeometry

/// The tree of a result before its first frame: what is known has its value, what comes has its place.
struct ReductionTree {
    let description: ReductionDescription
    private typealias Layout = ReductionLayout

    var root: NeXusGroup {
        get throws(HDF5Error) {
            NeXusGroup(
                "/", "NXroot",
                attributes: [
                    NeXusAttribute("default", Layout.entry),
                    NeXusAttribute("creator", "\(description.program) \(description.programVersion)".oneLine),
                    NeXusAttribute("file_time", description.startTime.description),
                ],
                children: [.group(try entry)])
        }
    }

    private var entry: NeXusGroup {
        get throws(HDF5Error) {
            var entry = NeXusGroup(Layout.entry, "NXentry", attributes: [NeXusAttribute("default", Layout.average)])
            if description.isNXcanSAS {
                entry.attributes += [NeXusAttribute("canSAS_class", "SASentry"), NeXusAttribute("version", "1.1")]
                entry.add("definition", text: "NXcanSAS")
            }
            entry.add("title", text: description.title)
            // NXcanSAS asks for the name of a run; what was reduced is the best there is.
            let run = description.inputs.first.map { $0.identifier ?? $0.path } ?? description.title
            if description.isNXcanSAS { entry.add("run", text: run) }
            // Where runs of a detector have it (NXmx), and in the standard's own place for such identifiers, identifierNAME of NXobject.
            if let identifier = description.identifier, let type = description.identifierType {
                entry.add(Layout.identifier, text: identifier)
                entry.add("identifier_run", text: identifier, attributes: [NeXusAttribute("type", type)])
            }
            entry.add("start_time", text: description.startTime.description)
            entry.add(Layout.endTime, .blankTexts(byteCount: Layout.timeBytes, shape: []))
            entry.add(.group(try average))
            entry.add(.group(try frames))
            if !description.regionNames.isEmpty { entry.add(.group(regions)) }
            if description.keepsFrameSums { entry.add(.group(sums(Layout.sums, leading: [description.frameCount]))) }
            var total = sums(Layout.total, leading: [])
            total.add(Layout.frameCount, .zeros(.int64, shape: []))
            total.add(Layout.failedCount, .zeros(.int64, shape: []))
            entry.add(.group(total))
            entry.add(.group(process))
            entry.add(.group(instrument))
            if let sample = description.sampleName {
                entry.add(
                    .group("sample", "NXsample", attributes: canSAS("SASsample"), children: [.field("name", sample)]))
            }
            return entry
        }
    }

    // MARK: Plots

    private var average: NeXusGroup {
        get throws(HDF5Error) {
            let axis = Layout.axisName(description.radial.unit)
            let axes = description.azimuthal == nil ? [axis] : [Layout.chi, axis]
            var attributes = plotAttributes(axes)
            if description.isNXcanSAS {
                attributes += canSAS("SASdata") + [NeXusAttribute("I_axes", .strings(axes))]
            }
            var data = NeXusGroup(Layout.average, "NXdata", attributes: attributes)
            addAxes(to: &data)
            let shape = description.rowShape
            // What NXcanSAS calls the errors. In a map it would do harm: silx counts the names against the axes, and finds the plot invalid.
            let isNamed = description.isNXcanSAS && description.hasErrors
            data.add(
                Layout.intensity, .zeros(.float64, shape: shape), units: description.intensityUnit.rawValue,
                attributes: [NeXusAttribute("long_name", intensityName)]
                    + (isNamed ? [NeXusAttribute("uncertainties", Layout.deviation)] : []))
            guard description.hasErrors else { return data }
            data.add(
                Layout.averageErrors(description), .zeros(.float64, shape: shape), units: description.intensityUnit.rawValue)
            if isNamed {
                data.add(.hardLink(name: Layout.errors, target: Layout.path(Layout.average, Layout.deviation)))
            }
            return data
        }
    }

    private var frames: NeXusGroup {
        get throws(HDF5Error) {
            let axis = Layout.axisName(description.radial.unit)
            let count = description.frameCount
            let axes = [Layout.frame] + (description.azimuthal == nil ? [] : [Layout.chi]) + [axis]
            var data = NeXusGroup(Layout.frames, "NXdata", attributes: plotAttributes(axes))
            addAxes(to: &data)
            // 32 bits: the rounding, 6e-8, is the counting noise of 3e14 counts. What must be exact is in the sums.
            let shape = [count] + description.rowShape
            let kind = description.azimuthal == nil ? "spectrum" : "image"
            data.add(
                Layout.intensity, .zeros(.float32, shape: shape), units: description.intensityUnit.rawValue,
                attributes: [NeXusAttribute("long_name", intensityName), NeXusAttribute("interpretation", kind)])
            if description.hasErrors {
                data.add(Layout.errors, .zeros(.float32, shape: shape), units: description.intensityUnit.rawValue)
            }
            data.add(
                Layout.frame, .zeros(.int64, shape: [count]),
                attributes: [NeXusAttribute("long_name", "frame")])
            // The attributes are those of the CF conventions (section 3.5, "Flags").
            data.add(
                Layout.status, .zeros(.uint8, shape: [count]),
                attributes: [
                    NeXusAttribute("flag_values", .array(ReducedFrameStatus.allCases.map(\.rawValue))),
                    NeXusAttribute("flag_meanings", ReducedFrameStatus.allCases.map { "\($0)" }.joined(separator: " ")),
                ])
            data.add(Layout.problem, .blankTexts(byteCount: Layout.problemBytes, shape: [count]))
            addFindings(to: &data)
            return data
        }
    }

    private var intensityName: String {
        description.intensityUnit == .arbitrary ? "Intensity" : "Intensity (\(description.intensityUnit.rawValue))"
    }

    private func plotAttributes(_ axes: [String]) -> [NeXusAttribute] {
        [NeXusAttribute("signal", Layout.intensity), NeXusAttribute("axes", .strings(axes))]
            + axes.enumerated().map { NeXusAttribute("\($1)_indices", .int32(Int32($0))) }
    }

    private func addAxes(to data: inout NeXusGroup) {
        let unit = description.radial.unit
        let name = Layout.axisName(unit)
        data.add(
            name, .array(description.radial.centres), units: unit.symbol,
            attributes: [NeXusAttribute("long_name", "\(name) (\(unit.symbol))")])
        guard let azimuthal = description.azimuthal else { return }
        data.add(
            Layout.chi, .array(azimuthal.centres_rad.map { $0 * 180 / .pi }), units: "deg",
            attributes: [NeXusAttribute("long_name", "chi (deg)")])
    }

    private func sums(_ name: String, leading: [Int]) -> NeXusGroup {
        var group = NeXusGroup(name, "NXcollection")
        for name in Layout.sumNames(hasSpread: description.hasSpread) {
            group.add(name, .zeros(.float64, shape: leading + description.rowShape))
        }
        return group
    }

    func canSAS(_ name: String) -> [NeXusAttribute] {
        description.isNXcanSAS ? [NeXusAttribute("canSAS_class", name)] : []
    }
}
