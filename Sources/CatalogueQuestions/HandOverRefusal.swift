import Diagnostics

/// Why a run was not taken, as whoever hands it over has to know it: what is wrong with the run stays wrong, and all else may be mended.
public enum HandOverRefusal {
    /// Of the catalogue and of this program's version: somebody upgrades one of them.
    private static let ofTheCatalogue: Set<String> = ["newerSchema", "unknownValue", "notACatalogue"]

    /// Whether to hand the run over again is in vain: what it says of itself is malformed, or is another thing than what the catalogue has under its
    /// identifier.
    ///
    /// A clock that nobody trusts yet, an account that is not in its group yet, a proposal that was not imported yet: such a run waits.
    public static func isFinal(_ error: any Error) -> Bool {
        guard let told = error as? any Diagnosed else { return false }
        return told.exitStatus == .invalidInput && !ofTheCatalogue.contains(told.codeName)
    }
}
