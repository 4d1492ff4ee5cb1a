/// The keys of a beamline file, section by section; schemas/beamline.schema.json lists the same, and a test compares them.
enum BeamlineKeys {
    static let top = [
        "facility", "source", "beamline", "instrument", "time_zone", "pid", "proposal", "session", "title", "technique",
        "keywords", "sample", "beam", "detector", "goniometer", "run", "ingest", "notes",
    ]
    static let facility = ["name", "ror"]
    static let source = ["name", "short_name", "type", "probe", "energy", "current"]
    static let instrument = ["name", "short_name"]
    static let pid = ["prefix"]
    static let sample = ["name", "identifier", "temperature"]
    static let beam = ["wavelength", "wavelength_spread", "flux", "size", "profile", "stokes", "transmission"]
    static let detector = [
        "distance", "beam_center", "pixel_size", "fast_direction", "slow_direction", "sensor_material", "sensor_thickness",
    ]
    static let goniometer = ["name", "direction", "start", "increment"]
    static let run = ["name", "group", "mode", "umask"]
    static let ingest = [
        "from", "out", "protocol", "compress", "frames_per_file", "stall", "close_after", "flush", "fsync", "pool",
        "connect_timeout", "ready_file", "forever", "socket", "metrics", "events", "on_seal", "catalogue", "facility", "drop",
        "spill", "spill_size",
        "simplon", "single_file", "metrics_hosts", "writers", "live",
    ]

    /// The words of NXsource/type and NXsource/probe (NeXus definitions v2026.01).
    static let sourceTypes = [
        "Spallation Neutron Source", "Pulsed Reactor Neutron Source", "Reactor Neutron Source", "Synchrotron X-ray Source",
        "Pulsed Muon Source", "Rotating Anode X-ray", "Fixed Tube X-ray", "UV Laser", "Free-Electron Laser", "Optical Laser",
        "Ion Source", "UV Plasma Source", "Metal Jet X-ray",
    ]
    static let probes = [
        "neutron", "photon", "x-ray", "muon", "electron", "ultraviolet", "visible light", "positron", "proton",
    ]
}
