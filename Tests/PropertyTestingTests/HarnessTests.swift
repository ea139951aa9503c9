import Foundation
import PropertyTesting
import Testing

private let plain = PropertySettings()

/// The report of a property that must fail.
private func report<Value>(_ property: Property<Value>, _ settings: PropertySettings = plain) -> String {
    do {
        try property.check(settings: settings, file: "SomeTests/File.swift", function: "someLaw()", line: 7)
        return "passed"
    } catch {
        return "\(error)"
    }
}

@Suite struct SeedTests {
    /// Each case draws from a stream of its own: what one case draws moves no other, and a replay needs its number alone.
    @Test func everyCaseAndPropertyHasItsOwnStream() throws {
        func values(_ name: String, _ settings: PropertySettings) throws -> [Double] {
            var seen: [Double] = []
            try Property(name, Generator<Double>.normal, cases: 100) { value, _ in seen.append(value) }
                .check(settings: settings)
            return seen
        }
        let streams = try ["a", "b"].flatMap { name in
            try (0..<2).flatMap { try values(name, PropertySettings(seed: UInt64($0))) }
        }
        #expect(Set(streams).count == 400)
        #expect(try values("a", PropertySettings(seed: 1, onlyCase: 7)) == [streams[107]])
    }

    @Test func theEnvironmentOverridesTheSeed() throws {
        #expect(try PropertySettings.fromEnvironment([:]).seed == PropertySettings.fixedSeed)
        let settings = try PropertySettings.fromEnvironment(["TAC_PROPERTY_SEED": "12", "TAC_PROPERTY_CASE": "3"])
        #expect(settings.seed == 12 && settings.onlyCase == 3)
        #expect(throws: PropertyFailure.self) { try PropertySettings.fromEnvironment(["TAC_PROPERTY_SEED": "x"]) }
        #expect(throws: PropertyFailure.self) { try PropertySettings.fromEnvironment(["TAC_PROPERTY_CASE": "-1"]) }
    }

    @Test func aSeedDecidesTheValues() throws {
        func values(_ seed: UInt64) throws -> [Double] {
            var seen: [Double] = []
            let property = Property("collect", Generator<Double>.real(in: 0...1), cases: 50) { value, _ in
                seen.append(value)
            }
            try property.check(settings: PropertySettings(seed: seed))
            return seen
        }
        #expect(try values(1) == values(1))
        #expect(try values(1) != values(2))
    }
}

@Suite struct ShrinkingTests {
    @Test func aPlantedBugIsFoundAndShrunkToTheSmallestNumber() {
        let text = report(
            Property("below 37", .integer(in: 0...1000)) { value, trial in
                trial.holds(value < 37, "\(value) is not below 37")
            })
        #expect(text.contains("counterexample: 37\n"), "\(text)")
    }

    @Test func realNumbersShrinkToRoundOnes() {
        let text = report(
            Property("at most π", .real(in: -100...100)) { value, trial in
                trial.atMost(value, Double.pi, within: 0, "x ≤ π")
            })
        #expect(text.contains("counterexample: 4.0\n") || text.contains("counterexample: 3.5\n"), "\(text)")
        let negative = report(
            Property("at least −2", .real(in: -100...100)) { value, trial in
                trial.atMost(-2, value, within: 0, "−2 ≤ x")
            })
        #expect(negative.contains("counterexample: -3.0\n"), "\(negative)")
        let scale = report(
            Property("below 50", .logUniform(in: 1e-6...1e4)) { value, trial in
                trial.holds(value < 50, "\(value) is not below 50")
            })
        #expect(scale.contains("counterexample: 100.0\n"), "\(scale)")
    }

    @Test func arraysShrinkToFewSmallElements() {
        let text = report(
            Property("sum below 10", Generator<Int>.integer(in: 0...100).array(count: 0...20)) { values, trial in
                trial.holds(values.reduce(0, +) < 10, "the sum is \(values.reduce(0, +))")
            })
        #expect(text.contains("counterexample: [10]\n"), "\(text)")
    }

    /// Integrated shrinking: a constraint that the generator builds in is never broken, through `flatMap` and `map`.
    @Test func shrinkingKeepsTheGeneratorsConstraints() {
        let even = Generator<Int>.integer(in: 1...50).flatMap { limit in
            Generator<Int>.integer(in: 0...limit).map { (limit, 2 * $0) }
        }
        var broken = false
        let text = report(
            Property("constraint", even) { pair, trial in
                broken = broken || pair.1 % 2 != 0 || pair.1 > 2 * pair.0
                trial.holds(pair.1 < 12, "\(pair)")
            })
        #expect(!broken)
        #expect(text.contains("counterexample: (6, 12)\n"), "\(text)")
    }

    @Test func aLawThatThrowsIsAFailure() {
        struct Surprise: Error {}
        let text = report(Property("throws", .boolean) { value, _ in if value { throw Surprise() } })
        #expect(text.contains("counterexample: true") && text.contains("Surprise"), "\(text)")
    }
}

@Suite struct ReportTests {
    private let failing = Property("doubling is adding one", .integer(in: 1...100)) { value, trial in
        trial.equal(Double(2 * value), Double(value + 1), within: 0.25, "2x = x + 1")
    }

    @Test func theReportHoldsEverythingThatAReaderNeeds() {
        let text = report(failing, PropertySettings(seed: 99))
        for part in [
            "property \"doubling is adding one\"", "counterexample: 2", "2x = x + 1: left 4.0, right 3.0",
            "within 0.25", "seed: 99", "replay: TAC_PROPERTY_SEED=99 TAC_PROPERTY_CASE=",
            "swift test --filter 'SomeTests.*someLaw'", "keep it: .regressions([\"", "SomeTests/File.swift:7",
        ] {
            #expect(text.contains(part), "\(part) is missing in:\n\(text)")
        }
    }

    @Test func theReplayedCaseFailsAgain() throws {
        let text = report(failing)
        let match = try #require(text.firstMatch(of: /TAC_PROPERTY_CASE=(\d+)/))
        let index = try #require(Int(match.1))
        #expect(report(failing, PropertySettings(onlyCase: index)).contains("counterexample: 2"))
    }

    @Test func theKeptRegressionFailsAtOnceAndOnlyWhileTheBugIsThere() throws {
        let match = try #require(report(failing).firstMatch(of: /regressions\(\["([^"]*)"\]\)/))
        let kept = failing.regressions([String(match.1)])
        #expect(report(kept).contains("regression 0"))
        let repaired = Property("holds", Generator<Int>.integer(in: 1...100)) { _, _ in }
        #expect(report(repaired.regressions([String(match.1)])) == "passed")
        #expect(report(repaired.regressions(["no-number"])).contains("base 36"))
    }

    @Test func examplesComeBeforeGeneratedCases() {
        let text = report(failing.examples([1, 5]))
        #expect(text.contains("example 1") && text.contains("counterexample: 5"), "\(text)")
    }
}

@Suite struct CountingTests {
    @Test func aKindThatIsTooRareIsAFailure() {
        let property = Property("labels", .integer(in: 0...999)) { value, trial in
            trial.label("large", if: value >= 500)
            trial.label("round", if: value == 500)
        }
        #expect(report(property.requiring(["large": 0.3])) == "passed")
        #expect(report(property.requiring(["round": 0.3])).contains("labelled \"round\""))
        #expect(report(property.requiring(["absent": 0.01])).contains("0 of 200"))
    }

    @Test func tooManyDiscardsAreAFailure() throws {
        func property(_ limit: Int) -> Property<Int> {
            Property("discards", .integer(in: 0...999)) { value, trial in
                if value >= limit { trial.discard() }
            }
        }
        #expect(report(property(2)).contains("discarded"))
        let summary = try property(600).check(settings: plain)
        #expect(summary.cases == 200 && summary.discards > 0)
    }

    @Test func discardedCasesDoNotFailInShrinking() {
        let text = report(
            Property("odd", .integer(in: 0...999)) { value, trial in
                if value % 2 == 0 { return trial.discard() }
                trial.holds(value < 10, "\(value)")
            })
        #expect(text.contains("counterexample: 11\n"), "\(text)")
    }

    @Test func notANumberFailsEveryComparison() {
        for comparison: (Trial) -> Void in [
            { $0.equal(.nan, 1, within: 1, "") }, { $0.equal(1, .nan, within: .infinity, "") },
            { $0.atMost(.nan, 1, within: 1, "") }, { $0.atMost(1, .nan, within: 1, "") },
            { $0.equal([1, .nan], [1, 1], within: 1, "") }, { $0.equal([1], [1, 1], within: 1, "") },
        ] {
            #expect(report(Property("nan", .boolean) { _, trial in comparison(trial) }) != "passed")
        }
    }
}

@Suite struct MarginTests {
    private func failures(_ settings: PropertySettings = plain, _ law: @escaping (Trial) -> Void) -> [Trial.Failure] {
        Property("one", Generator<Bool>.boolean, cases: 1) { _, trial in law(trial) }.survey(settings: settings)
    }

    /// The margin is the excess over the tolerance, in tolerances.
    @Test func aFailedComparisonTellsHowFarOffItIs() {
        #expect(failures { $0.equal(1, 4, within: 0.5, "") }.first?.margin == 5)
        #expect(failures { $0.equal(4, 1, within: 0.5, "") }.first?.margin == 5)
        #expect(failures { $0.atMost(4, 1, within: 0.5, "") }.first?.margin == 5)
        #expect(failures { $0.equal([0, 4], [0, 1], within: 0.5, "") }.first?.margin == 5)
        #expect(failures { $0.equal(4, 1, within: 0, "") }.first?.margin == .infinity)
        #expect(failures { $0.atMost(1, 4, within: 0.5, "") }.isEmpty)
    }

    /// What was not measured has no margin, and an infinite tolerance none that counts.
    @Test func nothingMeasuredIsNoMargin() {
        for failed in [
            failures { $0.holds(false, "") }, failures { $0.equal(.nan, 1, within: 1, "") },
            failures { $0.equal([1], [1, 1], within: 1, "") }, failures { $0.useful(tolerance: 2, atMost: 1, "") },
            failures { $0.equal(2, 1, within: .nan, "") },
        ] {
            #expect(failed.count == 1 && failed[0].margin == nil, "\(failed)")
        }
    }

    @Test func aToleranceThatIsTooWideIsAFailure() {
        #expect(failures { $0.useful(tolerance: 1, atMost: 1, "") }.isEmpty)
        for tolerance in [1.1, .infinity, .nan] {
            let failed = failures { $0.useful(tolerance: tolerance, atMost: 1, "the error") }
            #expect(failed.count == 1 && failed[0].isUselessTolerance && "\(failed[0])".contains("the error"))
        }
    }

    /// Extra tolerance lets every comparison hold, and leaves its usefulness alone.
    @Test func extraToleranceSilencesComparisons() {
        let deaf = PropertySettings(extraTolerance: 1e9)
        #expect(failures(deaf) { $0.equal(1, 4, within: 0, "") }.isEmpty)
        #expect(failures(deaf) { $0.atMost(4, 1, within: 0, "") }.isEmpty)
        #expect(failures(deaf) { $0.equal([4], [1], within: 0, "") }.isEmpty)
        #expect(failures(deaf) { $0.useful(tolerance: 2, atMost: 1, "") }.count == 1)
    }

    /// A check stops at the first case that fails, and shrinks it; a survey tells of all, the worst among them.
    @Test func aSurveyGoesThroughAllCases() throws {
        let property = Property("small", Generator<Double>.real(in: 0...100), cases: 50) { value, trial in
            if value > 90 { return trial.discard() }
            trial.atMost(value, 10, within: 1, "x ≤ 10")
        }.examples([61])
        let margins = property.survey(settings: plain).compactMap(\.margin)
        #expect(margins[0] == 50 && margins.count > 25 && margins.allSatisfy { $0 <= 79 })
        do {
            try property.check(settings: plain)
            Issue.record("the property holds")
        } catch let failure as PropertyFailure {
            #expect(failure.failures.map(\.margin) == [50])
        }
    }
}
