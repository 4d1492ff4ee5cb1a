import Diagnostics
import Frames
import HDF5
import Reductions
import ScatteringGeometry

// Names and meanings: faisceau_reduction.h. Sizes of memory are the caller's promise; everything else is looked at.

@_cdecl("faisceau_reduction_interface")
public func faisceauReductionInterface() -> Int32 { 1 }

@_cdecl("faisceau_reduction_open")
public func faisceauReductionOpen(
    _ input: UnsafePointer<CChar>?, _ configuration: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<CChar>?,
    _ errorBytes: UInt
) -> UnsafeMutableRawPointer? {
    let sentence = CallerText(error, errorBytes)
    do {
        guard let input else { throw ReductionError(.inputMissing, "No input was named", got: "NULL") }
        let handle = try HDF5Library.keepingErrorPrinter {
            try ReductionHandle(input: String(cString: input), configuration: configuration.map { String(cString: $0) })
        }
        return Unmanaged.passRetained(handle).toOpaque()
    } catch let reason {
        sentence.put("\(reason)")
        return nil
    }
}

@_cdecl("faisceau_reduction_close")
public func faisceauReductionClose(_ reduction: UnsafeMutableRawPointer?) {
    guard let reduction else { return }
    HDF5Library.keepingErrorPrinter { Unmanaged<ReductionHandle>.fromOpaque(reduction).release() }
}

@_cdecl("faisceau_reduction_frame_count")
public func faisceauReductionFrameCount(_ reduction: UnsafeRawPointer?) -> Int64 {
    ReductionHandle.of(reduction).map { Int64($0.store.frameCount) } ?? -1
}

@_cdecl("faisceau_reduction_frame_sides")
public func faisceauReductionFrameSides(
    _ reduction: UnsafeRawPointer?, _ slow: UnsafeMutablePointer<Int64>?, _ fast: UnsafeMutablePointer<Int64>?
) {
    let shape = ReductionHandle.of(reduction)?.store.format.shape
    slow?.pointee = shape.map { Int64($0.slow) } ?? -1
    fast?.pointee = shape.map { Int64($0.fast) } ?? -1
}

@_cdecl("faisceau_reduction_pixel_type")
public func faisceauReductionPixelType(
    _ reduction: UnsafeRawPointer?, _ text: UnsafeMutablePointer<CChar>?, _ bytes: UInt
) -> Int64 {
    let text = CallerText(text, bytes)
    return ReductionHandle.of(reduction).map { Int64(text.put($0.store.format.pixelType.rawValue)) } ?? -1
}

@_cdecl("faisceau_reduction_bin_count")
public func faisceauReductionBinCount(_ reduction: UnsafeRawPointer?) -> Int64 {
    ReductionHandle.of(reduction).map { Int64($0.plan.binCount) } ?? -1
}

@_cdecl("faisceau_reduction_radial_count")
public func faisceauReductionRadialCount(_ reduction: UnsafeRawPointer?) -> Int64 {
    ReductionHandle.of(reduction).map { Int64($0.plan.radial.count) } ?? -1
}

@_cdecl("faisceau_reduction_azimuthal_count")
public func faisceauReductionAzimuthalCount(_ reduction: UnsafeRawPointer?) -> Int64 {
    ReductionHandle.of(reduction).map { Int64($0.plan.azimuthal?.count ?? 0) } ?? -1
}

@_cdecl("faisceau_reduction_radial_unit")
public func faisceauReductionRadialUnit(
    _ reduction: UnsafeRawPointer?, _ text: UnsafeMutablePointer<CChar>?, _ bytes: UInt
) -> Int64 {
    let text = CallerText(text, bytes)
    return ReductionHandle.of(reduction).map { Int64(text.put($0.plan.radial.unit.rawValue)) } ?? -1
}

@_cdecl("faisceau_reduction_radial")
public func faisceauReductionRadial(_ reduction: UnsafeRawPointer?, _ centres: UnsafeMutablePointer<Double>?) {
    guard let centres, let radial = ReductionHandle.of(reduction)?.plan.radial else { return }
    for (bin, centre) in radial.centres.enumerated() { centres[bin] = centre }
}

@_cdecl("faisceau_reduction_azimuthal")
public func faisceauReductionAzimuthal(_ reduction: UnsafeRawPointer?, _ centres: UnsafeMutablePointer<Double>?) {
    guard let centres, let azimuthal = ReductionHandle.of(reduction)?.plan.azimuthal else { return }
    for (bin, centre) in azimuthal.centres_rad.enumerated() { centres[bin] = centre * 180 / .pi }
}

@_cdecl("faisceau_reduction_run")
public func faisceauReductionRun(
    _ reduction: UnsafeRawPointer?, _ first: Int64, _ count: Int64, _ threads: Int32, _ intensity: UnsafeMutablePointer<Double>?,
    _ sigma: UnsafeMutablePointer<Double>?, _ status: UnsafeMutablePointer<Int32>?, _ error: UnsafeMutablePointer<CChar>?,
    _ errorBytes: UInt
) -> Int64 {
    let sentence = CallerText(error, errorBytes)
    do {
        let handle = try ReductionHandle.required(reduction)
        let rows = try CallerRows(handle.plan, count: count, intensity, sigma, status)
        let (reduced, failure) = try handle.run(first: first, count: count, threads: threads, into: rows)
        if let failure { sentence.put(failure) }
        return reduced
    } catch let reason {
        sentence.put("\(reason)")
        return -1
    }
}

@_cdecl("faisceau_reduction_chunk")
public func faisceauReductionChunk(
    _ reduction: UnsafeRawPointer?, _ chunk: UnsafeRawPointer?, _ bytes: UInt, _ encoding: UnsafePointer<CChar>?, _ frame: Int64,
    _ intensity: UnsafeMutablePointer<Double>?, _ sigma: UnsafeMutablePointer<Double>?, _ error: UnsafeMutablePointer<CChar>?,
    _ errorBytes: UInt
) -> Int32 {
    let sentence = CallerText(error, errorBytes)
    do {
        let handle = try ReductionHandle.required(reduction)
        let row = try CallerRows(handle.plan, count: 1, intensity, sigma, nil)
        let (code, failure) = try handle.reduce(
            chunk, bytes: bytes, encoding: encoding.map { String(cString: $0) }, frame: frame, into: row)
        if let failure { sentence.put(failure) }
        return code
    } catch let reason {
        sentence.put("\(reason)")
        return -1
    }
}
