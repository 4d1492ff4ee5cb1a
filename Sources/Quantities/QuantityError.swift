import Diagnostics

/// What can be wrong with a number and its unit.
public enum QuantityErrorCode: String, FaultCode {
    /// No unit of this name is known.
    case unknownUnit
    /// The unit measures something else: keV where a length was asked for.
    case wrongDimension
    /// The text is not `number unit`, or the unit text cannot be read.
    case malformed
    /// Not finite, or outside what the quantity can be (a negative temperature in kelvin).
    case outOfRange

    public var exitStatus: ExitStatus { .invalidInput }
}

public typealias QuantityError = Fault<QuantityErrorCode>
