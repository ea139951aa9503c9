import Foundation
import PropertyTesting
import Testing

@Suite struct LawTests {
    /// Every law on 200 channels, or fewer where one takes long; see Law.swift.
    @Test(arguments: Law.all)
    func everyLawHolds(law: Law) throws {
        try law.check(.reference, .thorough)
    }

    /// Faults name laws, and reports name properties: each name stands for one law.
    @Test func everyLawHasItsOwnName() {
        #expect(Set(Law.all.map(\.name)).count == Law.all.count)
    }
}
