import CommandLineSupport
import Diagnostics
import Foundation
import TestSupport
import Testing

struct FolderFindingTests {
    private let good = FolderFacts(path: "/d", tried: "/d", freeBytes: 1_000_000_000_000, freeFiles: 1_000_000, syncSeconds: 0.01)

    private func levels(_ facts: FolderFacts) -> [String: DoctorFinding.Level] {
        Dictionary(uniqueKeysWithValues: facts.findings.map { ($0.subject, $0.level) })
    }

    @Test func aFolderWithRightsAndSpaceIsFine() {
        #expect(levels(good) == ["rights": .fine, "space": .fine])
    }

    @Test(arguments: TrialStep.allCases)
    func onlyLocksAndReservedSpaceCanBeDoneWithout(step: TrialStep) {
        var facts = good
        facts.failure = .init(step, "Permission denied")
        #expect(levels(facts)["rights"] == (step == .lock || step == .preallocate ? .advice : .impossible))
    }

    @Test(arguments: [
        (16_777_215, DoctorFinding.Level.impossible), (16_777_216, .advice), (9_000_000_000, .advice), (10_000_000_000, .fine),
    ])
    func littleSpaceIsSaid(bytes: Int, level: DoctorFinding.Level) {
        var facts = good
        facts.freeBytes = bytes
        #expect(levels(facts)["space"] == level)
    }

    @Test func noMoreFilesAreAsBadAsNoSpace() {
        var facts = good
        facts.freeFiles = 3
        #expect(levels(facts)["space"] == .impossible)
    }

    @Test(arguments: [
        ("nfs4", true), ("fuse.sshfs", true), ("tmpfs", true), ("cifs", true), ("ext4", false), ("xfs", false), ("gpfs", false),
    ])
    func fileSystemsWithATrapCarryAdvice(type: String, isAdvised: Bool) throws {
        var facts = good
        facts.mount = MountTable(text: "1 1 0:1 / /d rw - \(type) x rw").mount(holding: "/d")
        #expect(levels(facts)["file-system"] == (isAdvised ? .advice : .fine))
    }

    @Test func theProbeLeavesNothingBehind() throws {
        let folder = try TemporaryFolder("doctor")
        let facts = FolderProbe.examine(folder.path)
        #expect(facts.failure == nil || facts.failure?.step == .preallocate)
        #expect(facts.freeBytes ?? 0 > 0)
        // In a changed root (chroot) the kernel lists no mount for "/".
        let listed = try MountTable(text: String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)).mounts
        #expect(facts.mount != nil || !listed.contains { $0.point == "/" })
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func aFolderThatIsNotThereYetIsTriedAboveIt() throws {
        let folder = try TemporaryFolder("doctor")
        let facts = FolderProbe.examine(folder.path + "/a/b")
        #expect(facts.tried == folder.path)
        #expect(facts.findings.first?.found.contains("not there yet") == true)
    }

    @Test func aFolderThatTakesNoFilesIsAnObstacle() {
        let facts = FolderProbe.examine("/proc")
        #expect(facts.failure?.step == .makeFolder)
        #expect(DoctorReport(facts.findings).exitStatus == .environment)
    }
}

struct MachineFindingTests {
    static let meminfo = "MemTotal:       24684100 kB\nMemFree:         1000000 kB\nMemAvailable:   20000000 kB\n"

    @Test func theControlGroupsLimitCountsWhereItIsLower() throws {
        let facts = try #require(MemoryFacts(meminfo: Self.meminfo, limit: "4000000000\n", limitUsed: "3900000000\n"))
        #expect(facts.usableBytes == 100_000_000)
        #expect(facts.finding.level == .impossible)
    }

    @Test(arguments: ["max\n", "9223372036854771712\n", nil])
    func noLimitIsNoLimit(limit: String?) throws {
        let facts = try #require(MemoryFacts(meminfo: Self.meminfo, limit: limit, limitUsed: "1"))
        #expect(facts.limitBytes == nil)
        #expect(facts.usableBytes == 20_480_000_000)
        #expect(facts.finding.level == .fine)
    }

    @Test func memoryThatIsNotToldIsNotGuessed() {
        #expect(MemoryFacts(meminfo: "MemTotal: 12 kB\n", limit: nil, limitUsed: nil) == nil)
    }

    @Test(arguments: [("max 100000\n", nil), ("150000 100000\n", 1.5), ("x", nil), ("1 0", nil)])
    func theQuotaIsTimeByPeriod(text: String, cores: Double?) {
        #expect(ProcessFacts.quota(text) == cores)
    }

    @Test func oneCoreAndFewFilesAreAdvice() {
        let facts = ProcessFacts(cores: 8, coreQuota: 1.5, openFiles: 64, openFilesAtMost: 1024)
        #expect(facts.findings.map(\.level) == [.advice, .advice])
        #expect(facts.findings.last?.remedy == "Raise it: ulimit -n 1024")
    }

    @Test func aClockThatWasNeverSetIsAnObstacle() {
        #expect(ClockFacts(isSynchronised: true, offsetFromUTC: 0, now: 1_000_000).finding.level == .impossible)
        #expect(ClockFacts(isSynchronised: false, offsetFromUTC: 0, now: 1_800_000_000).finding.level == .advice)
        let finding = ClockFacts(isSynchronised: true, offsetFromUTC: -12_600, now: 1_800_000_000).finding
        #expect(finding.found == "2027-01-15T08:00:00.000Z, zone UTC-03:30, synchronised")
        #expect(finding.level == .fine)
    }

    @Test func thisMachineAnswers() {
        #expect(MachineProbe.memory() != nil)
        #expect(MachineProbe.process().cores >= 1)
        #expect(MachineProbe.process().openFiles > 0)
        #expect(ClockFacts.examine().now > 1_700_000_000)
    }

    @Test(arguments: [
        ("1.10.8", "1.10.10", 2, true), ("1.10.8", "1.14.0", 2, false), ("4.3.4", "4.9.0", 1, true), ("3.0", "1.1", 1, false),
    ])
    func aLibraryMustBindLikeItsHeaders(built: String, running: String, numbers: Int, isCompatible: Bool) {
        let library = LibraryVersion("L", built: built, running: running, bindingNumbers: numbers)
        #expect(library.isCompatible == isCompatible)
        #expect(library.finding.level == (isCompatible ? .fine : .impossible))
    }

    @Test func anAbsentFilterIsAdviceWithItsNumber() {
        let facts = FilterFacts(
            filters: [
                .init(number: 32008, name: "bitshuffle", isPresent: true), .init(number: 32015, name: "zstd", isPresent: false),
            ],
            folders: ["/plugins"])
        #expect(facts.finding.level == .advice)
        #expect(facts.finding.found == "absent: zstd (32015), looked in /plugins")
    }

    @Test func theReportCountsItsObstacles() {
        let report = DoctorReport([
            DoctorFinding("memory", "12 GB"), DoctorFinding("space", .impossible, "0 B free", remedy: "Free space"),
            DoctorFinding("clock", .advice, "not synchronised", remedy: "Start chronyd"),
        ])
        #expect(report.exitStatus == .environment)
        #expect(
            report.text(style: .plain) == """
                ok      memory  12 GB
                STOP    space   0 B free
                                → Free space
                advice  clock   not synchronised
                                → Start chronyd
                Ingest cannot run here: 1 obstacle, 1 piece of advice
                """)
    }
}
