import CropExperiment
import Drawing
import Reproduction

extension ComparisonTable.Row {
    /// Our number as text, with the spread that the paper states for this row.
    var text: String {
        guard let here else { return "–" }
        guard let spreadWithinRun else { return here.formatted() }
        return "\(Format.fixed(here.mean, decimals: 4)) ±\u{A0}\(Format.fixed(spreadWithinRun, decimals: 4))"
    }
}

extension Estimate {
    /// "0.9729 ± 0.0014", or the mean alone.
    func formatted(decimals: Int = 4) -> String {
        let text = Format.fixed(mean, decimals: decimals)
        guard let standardDeviation else { return text }
        return "\(text) ±\u{A0}\(Format.fixed(standardDeviation, decimals: decimals))"
    }
}

extension RunMethod {
    /// The colour of its curves.
    var color: Int {
        switch self {
        case .ours: 0
        case .simclr: 1
        }
    }
}
