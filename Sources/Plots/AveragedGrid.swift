/// Rows of a stack as they come, averaged down to what a picture can show: memory does not grow with the stack.
///
/// `[row, column]`; each cell is the mean of the finite values that fall into it.
public struct AveragedGrid: Sendable {
    public static let standardRows = 800
    public static let standardColumns = 1000

    /// Cells.
    public let rows: Int
    public let columns: Int
    /// Of the stack.
    public let sourceRows: Int
    public let sourceColumns: Int
    private var sums: [Double]
    private var counts: [UInt32]
    private let columnOf: [Int]

    /// - Parameters: what the stack has, and how much at most the picture.
    public init(
        sourceRows: Int, sourceColumns: Int, rows: Int = AveragedGrid.standardRows, columns: Int = AveragedGrid.standardColumns
    ) {
        self.sourceRows = max(1, sourceRows)
        self.sourceColumns = max(1, sourceColumns)
        self.rows = min(max(1, rows), max(1, sourceRows))
        self.columns = min(max(1, columns), max(1, sourceColumns))
        sums = [Double](repeating: 0, count: self.rows * self.columns)
        counts = [UInt32](repeating: 0, count: sums.count)
        let (all, cells) = (self.sourceColumns, self.columns)
        columnOf = (0..<all).map { $0 * cells / all }
    }

    /// Adds a row of the stack; a row that it does not have, and values beyond its columns, are left out.
    public mutating func add(_ values: some Collection<Float>, row: Int) {
        guard (0..<sourceRows).contains(row) else { return }
        let start = row * rows / sourceRows * columns
        for (column, value) in values.prefix(sourceColumns).enumerated() where value.isFinite {
            let cell = start + columnOf[column]
            sums[cell] += Double(value)
            counts[cell] &+= 1
        }
    }

    /// The means; NaN for a cell without a value.
    public var means: [Float] {
        sums.indices.map { counts[$0] > 0 ? Float(sums[$0] / Double(counts[$0])) : .nan }
    }
}
