import NeXus
import Quantities
import ReductionKernels
import RunModel
import ScatteringGeometry

extension ReductionDescription {
    /// What the result says of a plan and its input.
    /// - Parameters:
    ///   - dataFiles: what tells the input's data files from others (``DataFiles``).
    ///   - files: what the configuration names.
    init(
        _ plan: AzimuthalPlan, dataFiles: String, files: [NamedFile], job: AzimuthalJob, run: DerivedRun, frameCount: Int
    ) {
        let placement = plan.geometry.placement
        var pixelSize: PixelSize?
        var orientation = DetectorOrientation.bottomRight
        if case .flat(let flat) = plan.geometry.detector { (pixelSize, orientation) = (flat.pixelSize, flat.orientation) }
        self.init(
            title: job.configuration.title ?? "\(job.input.name): azimuthal integration", radial: plan.radial,
            azimuthal: plan.azimuthal, errorModel: job.configuration.errors.model.rawValue,
            splitting: job.configuration.splitting.rawValue, corrections: plan.corrections,
            wavelength_m: plan.geometry.wavelength.map { $0.angstrom * 1e-10 },
            geometry: .init(
                distance_m: placement.distance_m, poni1_m: placement.poni1_m, poni2_m: placement.poni2_m,
                rot1_rad: placement.rotation1_rad, rot2_rad: placement.rotation2_rad, rot3_rad: placement.rotation3_rad,
                pixelSize: pixelSize, orientation: orientation, shape: plan.geometry.shape),
            detectorName: job.input.summary?.detector.description, sampleName: job.input.sampleName, program: "faisceau",
            programVersion: job.version, configuration: job.configuration.text,
            configurationFile: job.configuration.absoluteFile, files: files,
            inputs: [
                .init(
                    path: job.input.path, identifier: job.input.pid, digest: job.input.identity, frameCount: frameCount,
                    dataFiles: dataFiles)
            ],
            identifier: "\(run.pid)", frameCount: frameCount, startTime: UTCTime(nanosecondsSince1970: run.began.unixNanoseconds),
            keepsFrameSums: job.configuration.output.sums,
            regionNames: plan.regions?.regions.map(\.name) ?? [], hasStatistics: plan.measuresFrames,
            hasClipping: job.configuration.clipping != nil)
    }
}
