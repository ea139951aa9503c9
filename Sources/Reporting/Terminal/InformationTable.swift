import Drawing
import Foundation
import Reproduction

extension TrainedInformation {
    /// The table for a terminal, with what its numbers are below.
    public func table() -> String {
        var table = TextTable(columns: [
            .right("β"), .right("I(X;Z)"), .right("s.e."), .right("bound (16)"), .right("s.e."), .right("approx. (17)"),
            .right("s.e."), .right("β²/2d·E‖·‖²"), .right("most at this β"), .right("points"),
        ])
        for row in rows {
            table.add([
                Format.significant(row.beta, digits: 3), Format.significant(row.information.value),
                Self.share(row.information), Format.significant(row.jensenBound.value),
                Self.size(row.jensenBound.error), Format.significant(row.meanApproximation.value),
                Self.size(row.meanApproximation.error), Format.significant(row.expansion.value),
                Format.significant(row.divergenceBound.value), "\(row.points)",
            ])
        }
        return (table.lines + footnotes()).joined(separator: "\n") + "\n"
    }

    private func footnotes() -> [String] {
        var lines = [
            "",
            "In nats, with standard errors; that of I(X;Z) as a share of it. X is uniform on \(Format.count(images)) "
                + "\(split.rawValue) images with \(Format.count(codes)) codes in \(dimension) dimensions: "
                + "H(X) = \(Format.significant(entropyOfImages)).",
            "E‖E[h|X] − E h‖² = \(Format.significant(betweenImages)), E‖h − E[h|X]‖² = "
                + "\(Format.significant(withinImages)). No code has more I(X;Z) than p(z|h) is away from uniform: "
                + "\"most at this β\".",
        ]
        if let objective = trainingObjective {
            lines.append(
                "Training ended with an objective (19) of \(Format.significant(objective.value)) ± "
                    + "\(Self.size(objective.error)) at β = \(Format.significant(trainingBeta)).")
        }
        if let range = meanApproximationFallsBelow {
            lines.append("(17) falls below I(X;Z) between β = \(Self.text(range)).")
        }
        if let range = jensenBoundVanishes {
            lines.append("(16) falls below 0 between β = \(Self.text(range)).")
        }
        return lines
    }

    private static func text(_ range: ClosedRange<Double>) -> String {
        "\(Format.significant(range.lowerBound, digits: 3)) and \(Format.significant(range.upperBound, digits: 3))"
    }

    private static func size(_ value: Double) -> String { Format.significant(value, digits: 1) }

    private static func share(_ quantity: InformationValue) -> String {
        quantity.value == 0 ? "–" : String(format: "%.2f%%", 100 * quantity.error / quantity.value)
    }
}
