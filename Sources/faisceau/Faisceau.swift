import ArgumentParser
import CommandLineSupport
import FrameIngest
import Glibc
import HDF5

/// `faisceau`: the one executable. Commands parse, call and print; what they do lives in the targets below.
struct Faisceau: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "faisceau",
        abstract: "The beamline data pipeline: from the detector's socket to a sealed, open-able run.",
        discussion: """
            Try it without a detector:
              mkdir -p runs
              faisceau ingest stream --from tcp://127.0.0.1:31001 --out runs &
              faisceau simulate stream --bind tcp://127.0.0.1:31001 --protocol v2 \\
                  --from synthetic:eiger2-1m:bragg --frames 100 --wait-for-puller
              faisceau verify runs/*

            Exit codes:
              0    done; the run is complete
              1    usage or environment: a wrong flag, no rights, no space
              2    our own input is invalid, or there is no such thing
              3    done, but frames are missing or invalid, or an input was refused
              4    refused by a rule
              5    verification failed
              6    kept for required metadata that are missing
              130  second interrupt

            Settings come from flags, then FAISCEAU_* variables, then the YAML file: \
            --frames-per-file is FAISCEAU_FRAMES_PER_FILE is frames_per_file.
            """,
        version: version,
        subcommands: [
            IngestCommand.self, ReduceCommand.self, SimulateCommand.self, VerifyCommand.self, InspectCommand.self,
            RecoverCommand.self,
            DemoCommand.self, DoctorCommand.self, CtlCommand.self, CatalogueCommand.self, ProposalCommand.self,
            SessionCommand.self,
            EmbargoCommand.self, RetentionCommand.self, UserCommand.self,
            InstrumentCommand.self, SampleCommand.self, PlanCommand.self, ServeCommand.self,
            LoginCommand.self, LogoutCommand.self,
        ])
}

@main struct FaisceauMain {
    static func main() async {
        // Before the first HDF5 call, and whatever the environment says: HDF5's locks protect none of our files, which it makes under
        // passing names and then leaves, but a lock that some reader holds on such a file would stop the recording (seen), and file
        // systems without locks (NFS, Lustre without flock) would stop every reader.
        setenv("HDF5_USE_FILE_LOCKING", "FALSE", 1)
        // Before there is a second thread: arenas that exist already are not merged.
        MemoryTuning.keepLargeBlocks()
        HDF5Library.leaveFilesAtExit()
        await CommandLineEntry.run(Faisceau.self)
    }
}
