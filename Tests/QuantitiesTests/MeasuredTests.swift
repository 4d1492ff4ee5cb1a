import Diagnostics
import Foundation
import Quantities
import Testing

@Suite struct MeasuredTests {
    /// NIST, "electron volt-inverse meter relationship": 1 eV is 8.065 543 937…e5 1/m, so h c / e is 1.239 841 984…e-6 eV m.
    @Test func theProductOfWavelengthAndEnergyIsTheConstantOfCODATA() throws {
        let energy = try Wavelength("1 Å").photonEnergy
        #expect(abs(energy.electronvolts - 12398.419843320026) < 1e-8)
        #expect(abs(1 / energy.electronvolts * 1e10 / 8.065543937e5 - 1) < 1e-9)
    }

    @Test(arguments: [("8.04778 keV", 1.540601), ("13.5 keV", 0.918401), ("12.398419843320026 keV", 1.0)])
    func anEnergyHasItsWavelength(text: String, angstrom: Double) throws {
        let energy = try PhotonEnergy(text)
        #expect(abs(energy.wavelength.angstrom - angstrom) < 1e-6)
        #expect(abs(energy.wavelength.photonEnergy.electronvolts / energy.electronvolts - 1) < 1e-15)
    }

    @Test(arguments: [("0.172 mm", 0.000172), ("351.00mm", 0.351), ("75 um", 0.000075), ("-1.5e-3 m", -0.0015), (" 1 m ", 1.0)])
    func aLengthIsRead(text: String, metres: Double) throws {
        #expect(try Length(text).metres == metres)
    }

    @Test func electronvoltsAreNotTakenForAnExponent() throws {
        #expect(try PhotonEnergy("5eV").electronvolts == 5)
        #expect(try PhotonEnergy("5e3eV").electronvolts == 5000)
        #expect(try PhotonEnergy("5e3 eV").electronvolts == 5000)
    }

    @Test func anEnergyGivenForAWavelengthIsToldByDimension() throws {
        let error = #expect(throws: QuantityError.self) { try Wavelength("12.4 keV") }
        #expect(error?.code == .wrongDimension)
        #expect(error?.got == "12.4 keV, which is a unit of energy")
        #expect(error?.expected == "a unit of length, such as angstrom")
        #expect(error?.remedy == "A photon of 12.4 keV has a wavelength of 0.999873 Å")
        #expect(error?.exitStatus == .invalidInput)
    }

    @Test func theAmpereIsNotTheAngstrom() throws {
        let error = #expect(throws: QuantityError.self) { try Wavelength("1 A") }
        #expect(error?.remedy == "'A' is the ampere; write Å or angstrom")
    }

    @Test func aNumberWithoutAUnitIsRefused() throws {
        let error = #expect(throws: QuantityError.self) { try Length("351") }
        #expect(error?.code == .malformed)
        #expect(error?.remedy == "Write, for one, '351 m'")
    }

    @Test(arguments: ["", "mm", "twelve mm", "1,5 mm", "0x10 mm", "nan m", "inf m", "1e999 m", "1 2 mm", "--1 m", "1e m"])
    func whatIsNoLengthIsRefused(text: String) {
        #expect(throws: QuantityError.self) { try Length(text) }
    }

    @Test func impossibleValuesAreRefused() {
        #expect(throws: QuantityError.self) { try Wavelength("0 angstrom") }
        #expect(throws: QuantityError.self) { try Wavelength("-1 angstrom") }
        #expect(throws: QuantityError.self) { try Temperature("-300 degC") }
        #expect(throws: QuantityError.self) { try TimeSpan("-1 s") }
        #expect(throws: QuantityError.self) { try Flux(.infinity, .perSecond) }
    }

    @Test func aMeasuredValueCarriesItsUnitThroughJSON() throws {
        let wavelength = try Wavelength("0.9184 angstrom")
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let data = try encoder.encode(wavelength)
        #expect(String(decoding: data, as: UTF8.self) == #"{"unit":"angstrom","value":0.9184}"#)
        #expect(try JSONDecoder().decode(Wavelength.self, from: data) == wavelength)
        #expect(try JSONDecoder().decode(Wavelength.self, from: Data(#"{"unit":"nm","value":0.1}"#.utf8)).angstrom == 1)
        #expect(throws: QuantityError.self) {
            try JSONDecoder().decode(Wavelength.self, from: Data(#"{"unit":"keV","value":12}"#.utf8))
        }
    }

    @Test func valuesCompareAcrossUnits() throws {
        #expect(try Length("1 mm") < Length("2 mm"))
        #expect(try Length("1000 um") == Length("1 mm"))
        #expect(try Angle("1 deg").radians == Double.pi / 180)
        #expect(try Length("75 um").value(in: .millimetre) == 0.075)
        #expect(throws: QuantityError.self) { try Length("75 um").value(in: .second) }
    }
}
