import BeamlineMetadata
import DetectorWire
import NeXus
import Quantities

/// Which axis carries what: the stream gives angles by name, the beamline file gives directions and the order from the sample outwards.
///
/// Without a beamline file, omega alone has a direction that all DECTRIS installations of MX beamlines share by convention (horizontal,
/// across the beam); an axis whose direction nobody said is kept with its values, outside the chain.
struct GoniometerMapping {
    let sampleAxes: [NXmxDescription.Axis]
    let detectorArm: [NXmxDescription.Axis]

    init(settings: DetectorSettings, beamline: BeamlineConfiguration) {
        let told = Dictionary(settings.goniometer.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let configured = Set(beamline.goniometer.map(\.name))
        var axes: [NXmxDescription.Axis] = beamline.goniometer.map { axis in
            let stream = told[axis.name]
            let direction = NXmxDescription.Direction(axis.direction.x, axis.direction.y, axis.direction.z)
            return Self.axis(
                axis.name, direction, start: stream?.start_deg ?? axis.start?.degrees,
                increment: stream?.increment_deg ?? axis.increment?.degrees)
        }
        var arm: [NXmxDescription.Axis] = []
        for axis in settings.goniometer where !configured.contains(axis.name) {
            let made = Self.axis(axis.name, nil, start: axis.start_deg, increment: axis.increment_deg)
            if axis.name == "two_theta" {
                // An arm at rest in the beam changes nothing; one that stands elsewhere needs a direction that only the file can give.
                if (axis.start_deg ?? 0) != 0 || (axis.increment_deg ?? 0) != 0 { arm.append(made) }
            } else if axis.name == "omega", beamline.goniometer.isEmpty {
                axes.append(
                    Self.axis("omega", NXmxDescription.Direction(-1, 0, 0), start: axis.start_deg, increment: axis.increment_deg))
            } else {
                axes.append(made)
            }
        }
        sampleAxes = axes
        detectorArm = arm
    }

    private static func axis(
        _ name: String, _ direction: NXmxDescription.Direction?, start: Double?, increment: Double?
    ) -> NXmxDescription.Axis {
        let positions: NXmxDescription.Axis.Positions =
            increment.map { .scan(start: start ?? 0, increment: $0) } ?? .fixed(start ?? 0)
        return NXmxDescription.Axis(name: name, direction: direction, positions: positions)
    }
}
