import RunCatalogue
import TestSupport
import Testing

/// Sets of runs that a walk is sifted through.
@Suite struct SortedRunsTests {
    /// Few numbers and many, near each other and anywhere, positive and negative, each often.
    static let ranges: [ClosedRange<Int64>] = [
        0...0, -5...5, 0...2047, 0...2048, 1_700_000_000_000_000...1_800_000_000_000_000, .min ... .max, (.max - 3)...(.max),
    ]

    @Test(arguments: ranges, [0, 1, 2, 4095, 4096, 20_000])
    func numbersComeLargestFirst(_ range: ClosedRange<Int64>, _ count: Int) {
        var generator = SeededGenerator(seed: 7)
        let numbers = (0..<count).map { _ in Int64.random(in: range, using: &generator) }
        #expect(SortedRuns.largestFirst(numbers) == numbers.sorted(by: >))
    }

    @Test func aWalkFindsWhatIsInTheSet() {
        var generator = SeededGenerator(seed: 11)
        let numbers = (0..<5000).map { _ in Int64.random(in: 0..<10_000, using: &generator) }
        var set = SortedRuns(numbers)
        let found = (0..<10_000).reversed().filter { set.contains(Int64($0)) }
        #expect(found == Set(numbers).map { Int($0) }.sorted(by: >))
    }

    @Test(arguments: [[], [0], [5000], [5000, 300], [300, 5000, 9000], [2000, 0, 2000]])
    func aWalkFindsWhatIsInAllSets(_ counts: [Int]) {
        var generator = SeededGenerator(seed: 13)
        let numbers = counts.map { count in (0..<count).map { _ in Int64.random(in: 0..<4000, using: &generator) } }
        var common = SortedRuns(inAllOf: numbers.map { SortedRuns($0) })
        let found = (0..<4000).reversed().filter { common.contains(Int64($0)) }
        let expected = numbers.dropFirst().reduce(Set(numbers.first ?? [])) { $0.intersection($1) }
        #expect(found == expected.map { Int($0) }.sorted(by: >))
    }
}
