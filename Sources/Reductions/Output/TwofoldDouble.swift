/// A number as the unevaluated sum of two, with about twice the digits of one: 106 bits.
///
/// T. J. Dekker, Numerische Mathematik 18 (1971) 224, doi:10.1007/BF01397083; the sum of two is D. E. Knuth's (The Art of Computer
/// Programming, volume 2, 4.2.2).
struct TwofoldDouble: Equatable {
    let high: Double
    /// Half a unit in the last place of `high` at most.
    let low: Double

    init(_ value: Double) { (high, low) = (value, 0) }

    /// Exact.
    @inline(__always)
    init(sum a: Double, _ b: Double) {
        high = a + b
        let virtual = high - a
        low = (a - (high - virtual)) + (b - virtual)
    }

    /// Exact, but for underflow.
    @inline(__always)
    init(product a: Double, _ b: Double) {
        high = a * b
        low = (-high).addingProduct(a, b)
    }

    @inline(__always)
    static func + (a: Self, b: Self) -> Self {
        let high = Self(sum: a.high, b.high)
        let low = Self(sum: a.low, b.low)
        let middle = Self(sum: high.high, high.low + low.high)
        return Self(sum: middle.high, middle.low + low.low)
    }

    @inline(__always)
    static func * (a: Self, b: Double) -> Self {
        let product = Self(product: a.high, b)
        return Self(sum: product.high, product.low.addingProduct(a.low, b))
    }
}
