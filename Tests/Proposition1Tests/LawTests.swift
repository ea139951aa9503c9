import PropertyTesting
import Testing

@Suite struct LawTests {
    /// Every law on 200 channels; see Laws.swift.
    @Test(arguments: Law.all)
    func everyLawHolds(law: Law) throws {
        try law.check(.reference, 200, 300)
    }
}
