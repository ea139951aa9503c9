import Foundation
import GSLNumerics
import Proposition1
import Testing

@Suite struct VerificationTests {
    @Test func everyNamedChannelHolds() throws {
        let report = try VerificationReport()
        for verdict in report.verdicts { #expect(verdict.holds, "\(verdict.name): \(verdict.failures)") }
        #expect(report.verdicts.count >= 12 && Set(report.verdicts.map(\.name)).count == report.verdicts.count)
        let decoded = try #require(
            try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: [String: Any]])
        #expect(Set(decoded.keys) == Set(report.verdicts.map(\.name)))
    }

    @Test func jsonHasTheDocumentedKeys() throws {
        let channel = try FiniteChannel(
            family: NoiseFamily(kind: .gaussian, dimension: 1, beta: 1), prior: [0.5, 0.5],
            augmentation: [[0.5, 0.5], [0.5, 0.5]], encoder: [[[0], [1]], [[2], [3]]])
        let report = try VerificationReport(name: "mine", channel: channel)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
        #expect(
            Set(object.keys) == [
                "mutualInformation", "entropyZ", "entropyZGivenX", "jensenBound", "jensenGap", "meanApproximation",
                "simCLR", "verdict", "failures", "route",
            ])
        let information = try #require(object["mutualInformation"] as? [String: [String: Any]])
        #expect(Set(information.keys) == ["byDefinition", "byEquation2"])
        let quantity = try #require(information["byEquation2"])
        let value = try #require(quantity["value"] as? Double)
        #expect(abs(value - (try Evaluation(channel).informationByEquation2.value)) < 1e-15)
        #expect(quantity["error"] is Double && quantity["kind"] as? String == "quadrature estimate")
        #expect(Set(quantity.keys) == ["value", "error", "kind"])
        #expect(object["verdict"] as? String == "holds" && (object["failures"] as? [String])?.isEmpty == true)
        let route = try #require(object["route"] as? [String: Any])
        #expect(route["method"] as? String == "quadrature" && route["rank"] as? Int == 1)
        #expect(object["simCLR"] as? Double == object["meanApproximation"] as? Double)

        let uneven = try FiniteChannel(
            family: channel.family, prior: channel.prior, augmentation: [[0.4, 0.6], [0.5, 0.5]],
            encoder: channel.encoder)
        #expect(!(try VerificationReport(name: "mine", channel: uneven).json().contains("simCLR")))
    }

    /// A verdict that could not fail would be worth nothing.
    @Test func aWrongEvaluationFails() throws {
        let named = try #require(try NamedChannel.all().first { $0.name == "antipodal-codes" })
        let right = try Evaluation(named.channel)
        func failures(_ change: (inout Evaluation) -> Void, _ expectations: [NamedChannel.Expectation] = []) -> Int {
            var wrong = right
            change(&wrong)
            return ChannelVerdict(name: "", purpose: "", evaluation: wrong, expectations: expectations).failures.count
        }
        #expect(failures { _ in } == 0)
        #expect(failures { $0.informationByDefinition.value += 1e-9 } == 1)
        #expect(failures { $0.entropyZ.value += 1e-6 } == 1)
        #expect(failures { $0.jensenGap.value += 1e-6 } == 2)
        #expect(failures { $0.entropyX = 0.01 } == 1)
        #expect(failures { $0.meanPointwiseInformation.value = -1 } == 1)
        #expect(failures({ _ in }, [.information(0.2, within: 1e-3)]) == 1)
        #expect(failures({ _ in }, [.informationIn(0.2...0.3)]) == 1)
        #expect(failures({ _ in }, [.meanApproximationExceedsBy(factor: 100)]) == 1)
        #expect(failures({ $0.jensenGap.value = 0.1 }, [.jensenIsTight]) == 3)
        let report = VerificationReport(verdicts: [
            ChannelVerdict(
                name: "wrong", purpose: "", evaluation: right, expectations: [.information(9, within: 0)])
        ])
        #expect(!report.holds)
        let answer = try #require(
            try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
        #expect(answer["verdict"] as? String == "fails" && (answer["failures"] as? [String])?.count == 1)
    }

    /// Sampled values of a channel agree with its quadrature, within the error that sampling reports.
    @Test func samplingAgreesWithQuadrature() throws {
        let codes: [[Double]] = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0.6, 0.8], [-1, 0, 0], [0.8, -0.6, 0]]
        for (kind, rank, dimension) in [
            (NoiseFamily.Kind.vonMisesFisher, 3, 6), (.gaussian, 3, 4), (.vonMisesFisher, 3, 3), (.gaussian, 1, 1),
            (.vonMisesFisher, 2, 5), (.vonMisesFisher, 2, 2), (.vonMisesFisher, 1, 4),
        ] {
            let chosen = [[0, 1, 2, 3], [0, 1, 4, 5], [0, 4, 4, 0]][3 - rank].map { index in
                Array((codes[index] + [0, 0, 0]).prefix(dimension))
            }
            let channel = try FiniteChannel(
                family: NoiseFamily(kind: kind, dimension: dimension, beta: 4), prior: [0.4, 0.6],
                augmentation: [[0.3, 0.7], [0.5, 0.5]],
                encoder: [[chosen[0], chosen[1]], [chosen[2], chosen[3]]])
            let exact = try Evaluation(channel, settings: Subject.settings)
            var settings = QuadratureSettings()
            settings.maximumScores = 0
            let sampled = try Evaluation(channel, settings: settings)
            #expect(exact.method == .quadrature(rank: rank) && exact.entropyZ.kind == .quadratureEstimate)
            guard case .sampling(rank, let standardError) = sampled.method else {
                Issue.record("expected a sampled evaluation, found \(sampled.method)")
                continue
            }
            #expect(standardError > 0 && standardError < 1e-3)
            guard case .statistical(let confidence) = sampled.informationByDefinition.kind else {
                Issue.record("expected a statistical error, found \(sampled.informationByDefinition.kind)")
                continue
            }
            // Six standard errors with 31 degrees of freedom, and as much doubt for what no sample met.
            #expect(abs(1 - confidence - 2 * 1.2270961952867e-6) < 1e-15)
            for (left, right) in [
                (exact.informationByEquation2, sampled.informationByEquation2),
                (exact.informationByEquation2, sampled.informationByDefinition),
                (exact.entropyZ, sampled.entropyZ), (exact.jensenGap, sampled.jensenGap),
            ] {
                #expect(left.agrees(with: right), "\(left) against \(right)")
            }
        }
    }

    /// Relative accuracy that the documentation promises, over β from 1e-6 to 1e4.
    @Test func accuracyIsAsPromised() throws {
        for beta in [1e-6, 1e-3, 1, 50, 1e4] {
            for dimension in [2, 3, 50] {
                let codes = [0.0, 50, 130, 260].map { degrees in
                    [cos(degrees * .pi / 180), sin(degrees * .pi / 180)]
                        + [Double](repeating: 0, count: dimension - 2)
                }
                let channel = try FiniteChannel(
                    family: NoiseFamily(kind: .vonMisesFisher, dimension: dimension, beta: beta), prior: [0.4, 0.6],
                    augmentation: [[0.3, 0.7], [0.5, 0.5]], encoder: [[codes[0], codes[1]], [codes[2], codes[3]]])
                let evaluation = try Evaluation(channel)
                let information = evaluation.informationByEquation2
                #expect(information.error < 1e-9 * information.value, "I, β = \(beta), d = \(dimension)")
                let gap = evaluation.jensenGap
                #expect(gap.error < 1e-9 * gap.value, "gap, β = \(beta), d = \(dimension)")
            }
        }
    }

    /// Codes s times as large and β/s² give the same channel: also where squares of codes leave the range of a double.
    @Test(arguments: [(1e-160, 1e308), (1e-150, 1e300), (1e150, 1e-298)])
    func theSizeOfCodesMattersOnlyByBeta(size: Double, beta: Double) throws {
        func information(_ size: Double, _ beta: Double) throws -> Estimate {
            try Evaluation(
                FiniteChannel(
                    family: NoiseFamily(kind: .gaussian, dimension: 2, beta: beta), prior: [0.5, 0.5],
                    augmentation: [[1], [1]], encoder: [[[size, 0]], [[0, 2 * size / 3]]])
            ).informationByDefinition
        }
        let plain = try information(1, beta * size * size)
        let scaled = try information(size, beta)
        #expect(plain.value > 0)
        // Rounding of s and β, to which the information is proportional where it is small.
        #expect((scaled.value - plain.value).magnitude <= scaled.error + plain.error + 1e-14 * plain.value)
    }

    /// Channels that nobody chose, in random orientations, by a route that is not ours: `python3 random_channels.py make`,
    /// Fixtures/Proposition1. True errors within the reported ones, and these within the promise.
    @Test func randomChannelsAgreeWithGoldenValues() throws {
        let rows = try GoldenChannels.load("random_golden.json").rows
        #expect(rows.count >= 20 && Set(rows.map(\.rank)).isSuperset(of: [1, 2, 3]))
        for row in rows {
            let evaluation = try Evaluation(row.channel())
            for (name, found) in [
                ("mutualInformation", evaluation.informationByDefinition),
                ("mutualInformation", evaluation.informationByEquation2), ("entropyZ", evaluation.entropyZ),
                ("entropyZGivenX", evaluation.entropyZGivenX), ("jensenBound", evaluation.jensenBound),
                ("jensenGap", evaluation.jensenGap),
            ] {
                let expected = try #require(row.expected[name].flatMap(Double.init))
                // The golden values come from 80-bit floats on a grid that was settled to 1e-13 (rank 3: 1e-11) once more.
                let slack = (row.rank == 3 ? 1e-14 : 1e-15) * (1 + expected.magnitude)
                #expect(
                    (found.value - expected).magnitude <= found.error + slack,
                    "\(row.name), \(name): \(found), expected \(expected)")
                if ["mutualInformation", "jensenGap"].contains(name), expected > 1e-12 {
                    #expect(found.error <= (row.rank == 3 ? 1e-7 : 1e-9) * expected, "\(row.name), \(name): \(found)")
                }
            }
        }
    }

    /// An integral that does not converge fails its channel: agreement within a large error says nothing.
    @Test func aLargeErrorFails() throws {
        let named = try #require(try NamedChannel.all().first { $0.name == "antipodal-codes" })
        var vague = try Evaluation(named.channel)
        vague.informationByDefinition.error = 1e-3
        let verdict = ChannelVerdict(name: "", purpose: "", evaluation: vague, expectations: [])
        #expect(verdict.failures.count == 1 && verdict.failures[0].contains("did not converge"))
        vague.informationByDefinition.error = .nan
        #expect(!ChannelVerdict(name: "", purpose: "", evaluation: vague, expectations: []).holds)
        // Samples have to know a tenth of what they estimate.
        let sampled = try #require(try NamedChannel.all().first { $0.name == "sampled-rank-4" })
        var rough = try Evaluation(sampled.channel)
        #expect(ChannelVerdict(name: "", purpose: "", evaluation: rough, expectations: []).holds)
        rough.informationByEquation2.error = 0.2 * rough.informationByEquation2.value
        let unsure = ChannelVerdict(name: "", purpose: "", evaluation: rough, expectations: [])
        #expect(unsure.failures.count == 1 && unsure.failures[0].contains("the sampling over 4 dimensions"))
    }

    /// Without an axis to integrate over nothing is estimated, and every error is a rounding bound.
    @Test func whatIsNotIntegratedHasARoundingBound() throws {
        let named = try #require(try NamedChannel.all().first { $0.name == "collapsed-gaussian" })
        let evaluation = try Evaluation(named.channel)
        #expect(evaluation.method == .quadrature(rank: 0))
        for estimate in [
            evaluation.informationByDefinition, evaluation.informationByEquation2, evaluation.entropyZ,
            evaluation.jensenBound,
        ] { #expect(estimate.kind == .roundingBound && estimate.error > 0) }
    }

    /// Every named channel says what its information is, to nine digits.
    @Test func everyNamedChannelHasAKnownAnswer() throws {
        for named in try NamedChannel.all() {
            let known = named.expectations.compactMap { expectation -> (value: Double, deviation: Double)? in
                guard case .information(let value, let deviation) = expectation else { return nil }
                return (value, deviation)
            }
            let isTight = known.allSatisfy { $0.deviation <= max(1e-9 * $0.value, 1e-25) }
            #expect(known.count == 1 && isTight, "\(named.name)")
        }
    }

    /// The user's channel gets its own figures, not those of the examples.
    @Test func figuresOfAChannel() throws {
        let channel = try FiniteChannel(
            family: NoiseFamily(kind: .vonMisesFisher, dimension: 2, beta: 3), prior: [0.3, 0.7],
            augmentation: [[0.5, 0.5], [0.25, 0.75]], encoder: [[[1, 0], [0.6, 0.8]], [[-1, 0], [0, 1]]])
        let figures = try PropositionFigures.of(channel)
        let own = try Evaluation(channel)
        #expect(figures.count == 3 && figures[0].curves.count == 2)
        let information = try #require(figures[1].curves.first { $0.name == "I(X;Z)" })
        let place = try #require(information.x.firstIndex { abs($0 / 3 - 1) < 1e-12 })
        #expect(abs(information.y[place] - own.informationByEquation2.value) < 1e-6)
        #expect(abs((information.x.first ?? 0) - 0.03) < 1e-12 && abs((information.x.last ?? 0) - 300) < 1e-9)
        // Sampled, and with β at the end of what a double can integrate: fewer points, but figures.
        let sharp = try FiniteChannel(
            family: NoiseFamily(kind: .vonMisesFisher, dimension: 3, beta: 1e7), prior: [0.5, 0.5],
            augmentation: [[1], [1]], encoder: [[[1, 0, 0]], [[0, 1, 0]]])
        let few = try PropositionFigures.of(sharp)
        #expect(few.count == 2 && few.allSatisfy { $0.curves.allSatisfy { $0.x.count >= 12 } })
    }

    @Test func figuresShowWhatTheirCaptionsSay() throws {
        let figures = try PropositionFigures.all()
        try #require(figures.count == 4)
        for figure in figures {
            #expect(!figure.caption.isEmpty && figure.curves.count >= 2)
            for curve in figure.curves { #expect(curve.x.count == curve.y.count && curve.y.allSatisfy(\.isFinite)) }
        }
        func curve(_ figure: FigureData, _ name: String) throws -> FigureData.Curve {
            try #require(figure.curves.first { $0.name == name }, "no \(name) in \(figure.curves.map(\.name))")
        }
        // p(z|x)/p(z) is at most 1/p(x), reaches it nearly, and is 1 for both images at the shared code.
        for ratio in figures[0].curves {
            #expect(ratio.y.allSatisfy { $0 >= 0 && $0 <= 2 + 1e-12 } && (ratio.y.max() ?? 0) > 1.99)
            #expect(abs(ratio.y[ratio.y.count / 2] - 1) < 1e-12)
        }
        // Against β: above at first, below at last. Against d: the information falls, (17) stays where it is.
        let above = try curve(figures[2], "(17) − I(X;Z)")
        #expect(above.y[0] > 0 && above.y[above.y.count - 1] < 0)
        #expect(try curve(figures[2], "I(X;Z) − (17)").y == above.y.map { -$0 })
        let excess = try curve(figures[3], "(17) − I(X;Z)")
        let information = try curve(figures[3], "I(X;Z)")
        let approximation = zip(excess.y, information.y).map(+)
        #expect(information.y[information.y.count - 1] < information.y[0] / 30)
        #expect(approximation.allSatisfy { abs($0 - approximation[0]) < 1e-6 })
        let paper = try #require(excess.x.firstIndex(of: 50))
        #expect(approximation[paper] / information.y[paper] > 100 && figures[3].caption.contains("times less"))
    }
}
