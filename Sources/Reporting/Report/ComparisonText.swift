import CropExperiment
import Drawing
import Reproduction
import Tensors

extension ComparisonTable.Row {
    /// Our number as text; a dagger marks numbers of classifiers that did not converge.
    var text: String {
        guard let here else { return "–" }
        return here.formatted() + (unconverged > 0 ? " †" : "")
    }
}

extension SampleStatistics {
    /// "0.9729 ± 0.0014", or the mean alone.
    func formatted(decimals: Int = 4) -> String {
        let text = Format.fixed(mean, decimals: decimals)
        guard count > 1 else { return text }
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
