import Foundation
import GSLNumerics
import Proposition1
import Testing

@Suite struct VerificationTests {
    @Test func everyNamedChannelHolds() throws {
        let report = try VerificationReport()
        for verdict in report.verdicts { #expect(verdict.holds, "\(verdict.name): \(verdict.failures)") }
        #expect(report.verdicts.count >= 12 && Set(report.verdicts.map(\.name)).count == report.verdicts.count)
        let table = report.table(isColoured: false)
        #expect(!table.contains("\u{1B}") && table.contains("holds for \(report.verdicts.count) of"))
        #expect(report.table(isColoured: true).contains("\u{1B}[32mholds"))
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
                "simCLR",
            ])
        let information = try #require(object["mutualInformation"] as? [String: [String: Double]])
        #expect(Set(information.keys) == ["byDefinition", "byEquation2"])
        let value = try #require(information["byEquation2"]?["value"])
        #expect(abs(value - (try Evaluation(channel).informationByEquation2.value)) < 1e-15)
        #expect(information["byEquation2"]?["error"] != nil)
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
        #expect(!report.holds && report.table(isColoured: true).contains("\u{1B}[31mFAILS"))
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
            #expect(exact.method == .quadrature(rank: rank))
            guard case .sampling(rank, let standardError) = sampled.method else {
                Issue.record("expected a sampled evaluation, found \(sampled.method)")
                continue
            }
            #expect(standardError > 0 && standardError < 1e-3)
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
                let information = try Evaluation(channel).informationByEquation2
                // At β = 1e-6 and d = 50 the information is 5e-15, and rounding alone is allowed 4e-9 of it.
                #expect(information.relativeError < (beta < 1e-5 ? 1e-8 : 1e-9), "β = \(beta), d = \(dimension)")
            }
        }
    }

    @Test func figuresHaveCurvesOfTheRightShape() throws {
        let betas = try PropositionFigures.againstBeta(betas: [0.5, 5, 50])
        #expect(betas.curves.count == 5 && betas.curves.allSatisfy { $0.x.count == 3 && $0.y.allSatisfy(\.isFinite) })
        let dimensions = try PropositionFigures.againstDimension(dimensions: [2, 50])
        // I(X;Z) falls with the dimension, the mean approximation does not see it.
        #expect(dimensions.curves[0].y[1] < dimensions.curves[0].y[0] / 10)
        #expect(abs(dimensions.curves[2].y[1] - dimensions.curves[2].y[0]) < 1e-12)
        let named = try #require(try NamedChannel.all().first { $0.name == "figure-1-transitivity" })
        let ratio = PropositionFigures.densityRatio(named.channel)
        // p(z|x)/p(z) has mean 1 under p(z) and is at most 1/p(x).
        #expect(ratio.curves.count == 2 && ratio.curves.allSatisfy { $0.y.allSatisfy { $0 >= 0 && $0 <= 2 + 1e-12 } })
    }
}
