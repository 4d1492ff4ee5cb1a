import Reductions
import Testing

/// What /proc says of the processors that a process may have.
@Suite struct ProcessorTimesTests {
    private static let stat = """
        cpu  10 0 20 1111 2222 0 0 0 0 0
        cpu0 1 0 2 1 2 0 0 0 0 0
        cpu1 1 0 2 10 20 0 0 0 0 0
        cpu3 1 0 2 100 200 0 0 0 0 0
        cpu11 1 0 2 1000 2000 0 0 0 0 0
        intr 12345 0 0

        """

    @Test(
        arguments: [
            ("0-255", 3333.0), ("1", 30), ("0-1", 33), ("3,11", 3300), ("1-3,11-12", 3330), ("2", nil),
        ] as [(String, Double?)])
    func onlyTheProcessorsThatAProcessMayHaveAreIdleForIt(_ list: String, _ ticks: Double?) {
        let allowed = ProcessorTimes.allowed(in: "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t\(list)\nMems_allowed:\t1\n")
        #expect(allowed != nil)
        #expect(ProcessorTimes.idleTicks(in: Self.stat, of: allowed) == ticks)
    }

    @Test(arguments: [
        "", "Name:\tx\n", "Cpus_allowed_list:\n", "Cpus_allowed_list:\t3-1\n", "Cpus_allowed_list:\t-\n",
        "Cpus_allowed_list:\t1-2-3\n",
    ])
    func aListThatIsNoneIsNotGuessed(_ status: String) {
        #expect(ProcessorTimes.allowed(in: status) == nil)
    }

    @Test func withoutAListAllProcessorsCount() {
        #expect(ProcessorTimes.idleTicks(in: Self.stat, of: nil) == 3333)
    }

    @Test(arguments: ["", "\n", "intr 5\n", "cpu\n", "cpu 1 2 3\n", "cpu a b c d e f\n"])
    func whatSaysNothingIsNoNumber(_ stat: String) {
        #expect(ProcessorTimes.idleTicks(in: stat, of: nil) == nil)
    }
}
