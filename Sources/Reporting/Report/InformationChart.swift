import Diagnostics
import Drawing
import Foundation
import Reproduction

extension TrainedInformation {
    /// The name of the chart's file.
    public static let chartName = "information.svg"

    /// I(X;Z), (16), (17), the expansion and the bounds against β, both axes logarithmic.
    ///
    /// A logarithmic axis has no place for values that are not positive: where (16) or (17) is below 0 its curve ends. What is
    /// above H(X) by more than half is left out, because it says nothing of I(X;Z) and would take half of the height.
    public var chart: Chart {
        func line(
            _ name: String, color: Int, isDashed: Bool = false, hasMarkers: Bool = false, _ value: (Row) -> Double
        ) -> Chart.Line {
            Chart.Line(
                name,
                rows.map { row in
                    let height = value(row)
                    return Chart.Point(row.beta, height <= 1.5 * entropyOfImages ? height : .nan)
                }, color: color, isDashed: isDashed, hasMarkers: hasMarkers)
        }
        return Chart(
            title: "I(X;Z) of the trained channel, \(method.name)",
            description: "The mutual information of image and code, and what stands in for it, against β, in nats",
            horizontal: Chart.Axis("β", scale: .logarithmic), vertical: Chart.Axis("nats", scale: .logarithmic),
            lines: [
                line("most at this β", color: 5) { $0.divergenceBound.value },
                line("β²/2d · E‖E[h|X] − E h‖²", color: 4, isDashed: true) { $0.expansion.value },
                line("(17), z = h", color: 1) { $0.meanApproximation.value },
                line("bound (16)", color: 2) { $0.jensenBound.value },
                line("I(X;Z)", color: 0, hasMarkers: true) { $0.information.value },
            ],
            rules: [Chart.Rule(entropyOfImages, "H(X) = log N")])
    }

    /// Writes the chart into a folder, as a file that needs no other.
    ///
    /// - Returns: the file.
    /// - Throws: `Failure` of kind `.inputOutput` that names the file and the system's reason.
    @discardableResult
    public func writeChart(to folder: URL) throws -> URL {
        let file = folder.appendingPathComponent(Self.chartName)
        try AtomicFile.write(Data(chart.file().utf8), to: file)
        return file
    }
}
