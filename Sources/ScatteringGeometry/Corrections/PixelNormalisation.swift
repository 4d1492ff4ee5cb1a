import Diagnostics

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// What the counts of a pixel are divided by. All factors multiply into the NORMALISATION; the signal is never divided.
///
/// norm = flat × solid angle × polarisation × absorption; transmission of the sample, monitor and exposure are one number a frame and are
/// multiplied in where the frame is reduced.
public struct PixelNormalisation: Sendable, Equatable {
    /// How the solid angle of a pixel enters.
    public enum SolidAngle: String, Sendable {
        /// Not at all.
        case none
        /// Relative to a pixel at the point of normal incidence: cos³ of the incidence there is 1.
        case relative
        /// In steradian.
        case absolute
    }

    public var solidAngle: SolidAngle
    public var polarisation: Polarisation?
    public var absorption: SensorAbsorption?
    /// `[slow, fast]`: the response of each pixel; nil is 1 everywhere.
    public var flatField: [Float]?

    public init(
        solidAngle: SolidAngle = .relative, polarisation: Polarisation? = nil, absorption: SensorAbsorption? = nil,
        flatField: [Float]? = nil
    ) {
        self.solidAngle = solidAngle
        self.polarisation = polarisation
        self.absorption = absorption
        self.flatField = flatField
    }

    /// The normalisation of each pixel, `[slow, fast]`. A flat field that is not positive or not finite stays as it is: reductions take
    /// such a pixel for no measurement.
    /// - Throws: `shapeMismatch` when the flat field has another size.
    /// - Complexity: O(pixels); 4.5 million take about 50 ms.
    public func factors(_ geometry: DetectorGeometry) throws(GeometryError) -> [Double] {
        try require(geometry.shape)
        return checkedFactors(geometry)
    }

    /// - Throws: `shapeMismatch`.
    func require(_ shape: DetectorShape) throws(GeometryError) {
        if let flatField { try shape.require(flatField.count, of: "flat field") }
    }

    /// As `factors`, after `require`.
    func checkedFactors(_ geometry: DetectorGeometry) -> [Double] {
        let incidence = IncidenceRow(geometry)
        let beam = polarisation.map { PolarisationFactor($0) }
        var pixel = 0
        var slow = 0
        var cosines = [Double](repeating: 1, count: geometry.shape.fast)
        var angles = cosines
        return geometry.perRow { row, values in
            if solidAngle != .none || absorption != nil { incidence.fill(slow, row, &cosines, &angles) }
            // A loop for each factor: together they would be one that asks for each pixel which of them there are.
            switch solidAngle {
            case .none: values.withEach { _, _ in 1 }
            case .relative: values.withEach(angles) { _, angle in angle / incidence.reference }
            case .absolute: values.withEach(angles) { _, angle in angle }
            }
            if let beam { values.withEach { value, fast in value * beam.value(at: row[fast]) } }
            if let absorption { values.withEach(cosines) { value, cosine in value * absorption.factor(cosine: cosine) } }
            if let flatField { values.withEach { value, fast in value * Double(flatField[pixel + fast]) } }
            pixel += values.count
            slow += 1
        }
    }

    /// As `factors`, in the precision in which frames are reduced at full rate.
    /// - Throws: as `factors`.
    public func floatFactors(_ geometry: DetectorGeometry) throws(GeometryError) -> [Float] {
        try factors(geometry).map { Float($0) }
    }
}

/// The polarisation factor of pixels, with what does not depend on the pixel computed once.
private struct PolarisationFactor {
    let factor: Double
    let cosine: Double
    let sine: Double

    init(_ polarisation: Polarisation) {
        factor = polarisation.factor
        cosine = cos(2 * polarisation.offset_rad)
        sine = sin(2 * polarisation.offset_rad)
    }

    /// 0.5 (1 + cos² 2θ - f cos(2(χ + χ0)) (1 - cos² 2θ)), written with the coordinates: cos² 2θ is z²/n², and
    /// cos 2χ (1 - cos² 2θ) is (across² - up²)/n².
    @inline(__always)
    func value(at point: LabPosition) -> Double {
        let (up, across, along) = (point.up_m, point.across_m, point.alongBeam_m)
        let square = up * up + across * across + along * along
        let double = (across * across - up * up) * cosine - 2 * up * across * sine
        return 0.5 * (1 + (along * along - factor * double) / square)
    }
}

extension SensorAbsorption {
    /// (1 - exp(ln T / cos a)) / (1 - T), a the angle of incidence.
    @inline(__always)
    fileprivate func factor(cosine: Double) -> Double {
        transmission == 0 ? 1 : (1 - exp(log(transmission) / cosine)) / (1 - transmission)
    }
}

extension [Double] {
    /// Each value anew, from itself and its index.
    @inline(__always)
    fileprivate mutating func withEach(_ body: (Double, Int) -> Double) {
        withUnsafeMutableBufferPointer { values in
            for index in values.indices { values[index] = body(values[index], index) }
        }
    }

    /// Each value anew, from itself and the one beside it.
    @inline(__always)
    fileprivate mutating func withEach(_ others: [Double], _ body: (Double, Double) -> Double) {
        precondition(others.count >= count)
        others.withUnsafeBufferPointer { others in
            withUnsafeMutableBufferPointer { values in
                for index in values.indices { values[index] = body(values[index], others[index]) }
            }
        }
    }
}
