import Drawing
import Foundation
import Proposition1
import Tensors

extension BookFigure {
    /// Chapter 6: the bias of (20) against the number of images.
    static let bias = BookFigure(
        description:
            "The expectation of (20) against N, exact, sampled and by its leading term of order 1/N: all rise to (17)"
    ) { data in
        let channel = try data.channels.channel("orthogonal-codes")
        let objectives = SampledObjectives(channel)
        let limit = try data.channels.evaluation("orthogonal-codes").meanApproximation
        let counts = [2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64]
        var generator = PhiloxGenerator(seed: 6, purpose: "the bias of (20)")
        let sampled = counts.map { count in
            Chart.Point(
                Double(count), objectives.simCLR(images: count, batches: 1000, using: &generator).mean)
        }
        return Chart(
            title: "(20) on N images, and its limit (17)", description: "The bias falls like 1/N",
            horizontal: Chart.Axis("N, images of a batch", scale: .logarithmic), vertical: Chart.Axis("nats"),
            lines: [
                Chart.Line(
                    "exact", counts.map { Chart.Point(Double($0), exactExpectation(images: $0)) }, color: 0),
                Chart.Line(
                    "(17) + bias / N",
                    counts.map { Chart.Point(Double($0), limit + objectives.simCLRBias / Double($0)) },
                    color: 1, isDashed: true),
                Chart.Line("mean of 1000 batches", sampled, color: 2, isDashed: true, hasMarkers: true),
            ], rules: [Chart.Rule(limit, "(17)")]
        ).svg()
    }

    /// E (20) for two equally likely images with orthogonal codes, one view each, β = 1: of the N − 1 other images K show the
    /// anchor's, K binomial, so that E (20) = 1 − E log(((1 + K)e + N − 1 − K)/N).
    private static func exactExpectation(images: Int) -> Double {
        let others = images - 1
        return (0...others).reduce(1.0) { sum, own in
            let logProbability =
                lgamma(Double(others + 1)) - lgamma(Double(own + 1)) - lgamma(Double(others - own + 1))
                - Double(others) * log(2)
            let mean = (Double(1 + own) * exp(1) + Double(others - own)) / Double(images)
            return sum - exp(logProbability) * log(mean)
        }
    }

    /// Chapter 7: what critics make of (3).
    static let critics = BookFigure(
        description:
            "The right side of (3) for several critics as bars, none longer than I(V₁;V₂), which the best reaches"
    ) { data in
        let pairs = ViewPairs(try data.channels.channel("figure-1-transitivity"))
        let similarity = [0.5, 1, 2, 5, 50].map { beta in
            Bars.Bar(
                "f = βS, β = \(Format.significant(beta))", pairs.bound(critic: pairs.similarityCritic(beta: beta)),
                color: 1)
        }
        let zero = pairs.marginal.map { _ in pairs.marginal.map { _ in 0.0 } }
        return Bars(
            title: "(3) for several critics: figure-1-transitivity", description: "Bounds on I(V₁;V₂)", label: "nats",
            groups: [
                (
                    "",
                    [
                        Bars.Bar("I(V₁;V₂)", pairs.information, color: 0),
                        Bars.Bar("the best critic", pairs.bound(critic: pairs.optimalCritic), color: 2),
                        Bars.Bar("f = 0", pairs.bound(critic: zero), color: 1),
                    ] + similarity.filter { ($0.value ?? 0) > -1 }
                )
            ], decimals: 3
        ).svg()
    }

    /// Chapter 9: Table 1 as bars.
    static let accuracy = BookFigure(
        description: "Linear evaluation accuracies of Table 1 as bars, this project's beside the paper's"
    ) { data in
        let results = try ResultsTree(data.root.appendingPathComponent("docs/results/reproduction/results.json"))
        func bars(_ name: String, _ group: String, _ measure: String) -> [Bars.Bar] {
            let ours = results?.mean(kind: "table", name: "1", group: group, measure: measure)
            var paper: Double?
            if let cell = results?.cell(kind: "table", name: "1", group: group, measure: measure),
                case .string(let text)? = cell["paper"]?.form
            {
                paper = text.split(separator: " ").first.flatMap { Double($0) }
            }
            return [Bars.Bar("\(name), here", ours, color: 0), Bars.Bar("paper", paper, color: 4)]
        }
        return Bars(
            title: "Table 1: linear evaluation, derived data", description: "Accuracies", label: "accuracy",
            groups: [
                ("trained P(T|X)", bars("h", "derived-ours", "h") + bars("f", "derived-ours", "f")),
                (
                    "simCLR",
                    bars("h", "derived-simclr", "h") + bars("f", "derived-simclr", "f")
                        + bars("h, oracle", "derived-simclr", "hOracle")
                        + bars("f, oracle", "derived-simclr", "fOracle")
                ),
            ], decimals: 3
        ).svg()
    }

    /// Chapter 9: accuracy against the length of training.
    static let accuracyBySteps = BookFigure(
        description:
            "Linear accuracy of h and of f against the steps of the training, both greater after 3,000 than after 375, f above h"
    ) { data in
        let results = try ResultsTree(data.root.appendingPathComponent("docs/results/reproduction/results.json"))
        let groups: [(name: String, steps: Double)] = [
            ("steps-375", 375), ("steps-750", 750), ("steps-1500", 1500), ("default-ours-unpadded", 3000),
        ]
        func line(_ measure: String, color: Int) -> Chart.Line {
            let points = groups.compactMap { group -> Chart.Point? in
                results?.mean(kind: "claim", name: "length-of-training", group: group.name, measure: measure)
                    .map { Chart.Point(group.steps, $0) }
            }
            return Chart.Line(measure, points, color: color, hasMarkers: true)
        }
        return Chart(
            title: "Trained P(T|X): accuracy by length of training", description: "h and f",
            horizontal: Chart.Axis("steps", scale: .logarithmic, ticks: groups.map(\.steps)),
            vertical: Chart.Axis("accuracy"), lines: [line("h", color: 0), line("f", color: 1)]
        ).svg()
    }
}
