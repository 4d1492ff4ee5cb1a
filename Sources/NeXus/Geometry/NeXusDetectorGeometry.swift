// Units are part of the names, in their own spelling.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Quantities

/// Where the pixels of a flat detector are, as a NeXus file says it, and the beam.
///
/// Vectors are (x, y, z) in the NeXus frame, which is that of McStas: z along the beam, y up, x to the left seen along the beam; the sample
/// is the origin. The outer corner of pixel [slow, fast] is `origin_m + slow * slowStep_m + fast * fastStep_m`, its centre half a step
/// further along both.
public struct NeXusDetectorGeometry: Sendable, Equatable {
    public typealias Vector = SIMD3<Double>

    /// One thing that the file was asked.
    public enum Item: String, Sendable, CaseIterable {
        case origin
        case directions
        case pixelSize
        case shape
        case wavelength
        case pixelMask
        case saturationValue
        case underloadValue
    }

    /// The outer corner of the first pixel, in metres.
    public internal(set) var origin_m: Vector
    /// From a pixel to the next along the slow axis, in metres.
    public internal(set) var slowStep_m: Vector
    /// The same along the fast axis.
    public internal(set) var fastStep_m: Vector
    /// The way of the beam: along z by definition of the frame.
    public let beam = Vector(0, 0, 1)
    /// Pixels [slow, fast]; nil where the file does not say it.
    public internal(set) var shape: [Int]?
    /// Nil only where the caller said that none is needed.
    public internal(set) var wavelength: Wavelength?
    /// The path of the mask's dataset, bits as NXdetector's pixel_mask has them; nil where there is none.
    public internal(set) var pixelMaskPath: String?
    /// The largest value that is a measurement.
    public internal(set) var saturationValue: Double?
    /// The smallest value that is a measurement.
    public internal(set) var underloadValue: Double?
    /// Of everything that is not nil: the path that it was read from, and how it was understood.
    public internal(set) var sources: [Item: String]

    public var pixelSizeSlow_m: Double { slowStep_m.length }
    public var pixelSizeFast_m: Double { fastStep_m.length }

    /// The centre of a pixel, in metres; positions beyond the detector are extrapolated.
    public func centre_m(slow: Int, fast: Int) -> Vector {
        origin_m + (Double(slow) + 0.5) * slowStep_m + (Double(fast) + 0.5) * fastStep_m
    }
}

extension SIMD3<Double> {
    var length: Double { (self * self).sum().squareRoot() }

    func dot(_ other: Self) -> Double { (self * other).sum() }

    func cross(_ other: Self) -> Self {
        Self(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
    }

    init?(_ values: [Double]) {
        guard values.count == 3, values.allSatisfy(\.isFinite) else { return nil }
        self.init(values[0], values[1], values[2])
    }

    /// Short enough for a message.
    var text: String { "(\(x), \(y), \(z))" }
}
