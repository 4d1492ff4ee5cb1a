import Diagnostics
import Quantities
import Testing

@Suite struct UnitTextTests {
    @Test(arguments: [
        ("mm", "m", 172.0, 0.172), ("um", "m", 75.0, 7.5e-5), ("µm", "m", 75.0, 7.5e-5), ("μm", "mm", 450.0, 0.45),
        ("angstrom", "nm", 0.9184, 0.09184), ("Å", "m", 1.0, 1e-10), ("\u{212B}", "m", 1.0, 1e-10), ("keV", "eV", 12.4, 12400.0),
        ("1/angstrom", "1/nm", 0.5, 5.0), ("Å⁻¹", "nm^-1", 0.5, 5.0), ("angstrom**-1", "nm-1", 0.5, 5.0),
        ("min", "s", 2.0, 120.0),
        ("mbar", "Pa", 1013.25, 101325.0), ("photons/s", "1/s", 1e12, 1e12), ("degC", "K", 25.0, 298.15),
        ("K", "°C", 273.15, 0.0),
        ("m s^-2", "mm/s2", 9.81, 9810.0), ("kHz", "1/s", 2.0, 2000.0), ("%", "1", 25.0, 0.25), ("MeV", "keV", 1.5, 1500.0),
        ("kilometres", "m", 1.0, 1000.0), ("N*m", "J", 3.0, 3.0),
    ])
    func aNumberIsConverted(from: String, to: String, number: Double, expected: Double) throws {
        #expect(try PhysicalUnit(from).convert(number, to: PhysicalUnit(to)) == expected)
    }

    @Test func degreesBecomeRadians() throws {
        #expect(try abs(PhysicalUnit("deg").convert(180, to: PhysicalUnit("mrad")) - 3141.592653589793) < 1e-9)
    }

    @Test(arguments: [("kev", "keV"), ("Angstorm", "Angstrom"), ("mmm", "mm"), ("radiens", "radians"), ("pixle", "pixel")])
    func anUnknownUnitIsRefusedWithTheNearestName(text: String, near: String) throws {
        let error = #expect(throws: QuantityError.self) { try PhysicalUnit(text) }
        #expect(error?.code == .unknownUnit)
        #expect(error?.what.contains("'\(text)'") == true)
        #expect(error?.remedy?.contains("'\(near)'") == true, "\(error?.remedy ?? "none")")
    }

    @Test(arguments: ["/", "m//s", "m^x", "m^99", "m^0", "^2", "furlong", "m/", "kmin", String(repeating: "m ", count: 60)])
    func whatIsNoUnitIsRefused(text: String) {
        #expect(throws: QuantityError.self) { try PhysicalUnit(text) }
    }

    @Test func minutesAreNotMilliInchesAndPrefixesDoNotStack() throws {
        #expect(try PhysicalUnit("min").dimension == .time)
        #expect(throws: QuantityError.self) { try PhysicalUnit("mkm") }
    }

    @Test func unitsOfDifferentDimensionAreNotConverted() throws {
        let error = #expect(throws: QuantityError.self) { try PhysicalUnit("mm").convert(1, to: PhysicalUnit("px")) }
        #expect(error?.code == .wrongDimension)
        #expect(error?.got == "a unit of length")
        #expect(error?.expected == "a unit of pixels")
    }

    @Test func spellingDoesNotMakeAnotherUnit() throws {
        #expect(try PhysicalUnit("um") == PhysicalUnit("µm"))
        #expect(try PhysicalUnit("um") != PhysicalUnit("mm"))
        #expect(try Set([PhysicalUnit("um"), PhysicalUnit("micron")]).count == 1)
    }
}
