/// From how many runs on a query goes another way; each way gives the same answer. A parameter, so that tests of few runs go all of them.
package struct QueryLimits: Sendable {
    /// A range of values, a word or a keyword with so many runs at most is walked itself.
    package var fewEnough = 5000
    /// So many runs at most are gathered to sift a long walk: to ask each run of a walk for its value takes ten times as long as to gather one of a
    /// range, and where both are long but have little in common, the walk goes to its end.
    package var worthGathering = 400_000
    /// Where a set leaves so many runs at most, they are rather asked for another value than a larger set gathered.
    package var fewToAsk = 50_000
    /// As many lanes are walked one by one in the search index; more are asked for together.
    package var mostSearchLanes = 8
    /// So many steps of SQLite's machine, some 10 ms, are tried before values are gathered for a page without a count; 0: none.
    package var stepsOfALook = 500_000

    package init() {}
}
