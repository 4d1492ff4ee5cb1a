import ArgumentParser

/// Flags of an ingest that serves a beamline for days: what it goes on with, whom it tells, who may ask, and what it does when it is
/// behind.
struct ServiceOptions: ParsableArguments {
    @Flag(help: "Record series after series, one run each, until SIGTERM or Ctrl-C.")
    var forever = false

    @Option(help: ArgumentHelp("Make a socket there for `faisceau ctl` (status, next, stop, abort).", valueName: "PATH"))
    var socket: String?

    @Option(help: ArgumentHelp("Serve metrics, status and a live page at this port of this machine.", valueName: "PORT"))
    var metrics: Int?

    @Option(
        name: .customLong("metrics-hosts"),
        help: ArgumentHelp(
            "Names that browsers may ask for the page by, beside localhost, this machine's name and IP addresses.",
            valueName: "NAME[,NAME…]"))
    var metricsHosts: String?

    @Option(
        help: ArgumentHelp(
            """
            Reduce each run while it is recorded, in a process of its own that the recording does not wait for: the curve is on the \
            page of --metrics (schemas/azimuthal.schema.json; of `frames` only the channel, and `regions` and `output` have no use).
            """, valueName: "FILE.yaml"))
    var live: String?

    @Option(
        help: ArgumentHelp("Publish events about runs (schemas/event.schema.json).", valueName: "tcp://HOST:PORT"))
    var events: String?

    @Option(
        name: .customLong("on-seal"),
        help: ArgumentHelp(
            """
            Shell command for each sealed run: run.json is its standard input, FAISCEAU_RUN, FAISCEAU_MASTER and \
            FAISCEAU_VERDICT its environment. Two at once, ten minutes each; a failure is logged. What takes long it hands \
            over (sbatch, systemd-run): the end of a service waits half a minute for it.
            """, valueName: "CMD"))
    var onSeal: String?

    @Option(
        help: ArgumentHelp(
            """
            Hand each sealed run over to this catalogue, a file or a server (faisceau login); what it does not take waits in \
            OUT/.faisceau/outbox, and beam time never waits.
            """, valueName: "FILE|URL"))
    var catalogue: String?

    @Option(help: ArgumentHelp("The catalogue's rules (schemas/catalogue.schema.json).", valueName: "FILE.yaml"))
    var facility: String?

    @Flag(help: "Throw frames away while the pool is full, counted and named, rather than hold the detector back.")
    var drop = false

    @Option(help: ArgumentHelp("Folder for a file that takes what the pool cannot, best on another disk.", valueName: "DIR"))
    var spill: String?

    @Option(name: .customLong("spill-size"), help: "Size of that file, MiB (default 65536).")
    var spillSize: Int?

    @Option(help: ArgumentHelp("Compare with the detector's own counters at arm and end.", valueName: "http://HOST"))
    var simplon: String?
}
