import AugmentationChannel
import Foundation
import Proposition1

/// (20) by loops, with what is to be left out or added.
private func simCLR(
    _ anchors: [[Double]], _ positives: [[Double]], _ beta: Double, hasPositive: Bool, isMean: Bool
) -> Double {
    let count = Double(anchors.count)
    let terms = anchors.enumerated().map { index, anchor in
        let scores = positives.map { positive in beta * zip(anchor, positive).reduce(0) { $0 + $1.0 * $1.1 } }
        let others = scores.enumerated().filter { $0.offset != index || hasPositive }
        let sum = others.reduce(0) { $0 + exp($1.element) }
        return scores[index] - log(isMean ? sum / count : sum)
    }
    return terms.reduce(0, +) / count
}

extension Fault {
    /// Faults in (3) and in the information of views.
    static let ofPairs = [
        Fault("the log dropped in (3), as printed", caughtBy: [.variationalBound]) {
            $0.functions = { $0.variationalBound = { variationalBoundByLoops($0, $1, hasLogarithm: false) } }
        },
        Fault("(3) with the mean over the second view", caughtOnlyBy: .variationalBound) {
            $0.functions = { $0.variationalBound = { variationalBoundByLoops($0, $1, isOverFirstView: false) } }
        },
        Fault("prior ignored in I(X;V)", caughtBy: [.counting]) {
            $0.functions = { $0.viewPairs = { ViewPairs(try $0.withUniformPrior()) } }
        },
        Fault("P(T|x) ignored in I(X;V)", caughtBy: [.counting]) {
            $0.functions = { $0.viewPairs = { ViewPairs(try $0.withUniformAugmentation()) } }
        },
        Fault("views with the same code counted once in I(X;V)", caughtBy: [.counting]) {
            $0.functions = { $0.viewPairs = { ViewPairs(try $0.withRepeatedCodesCountedOnce()) } }
        },
    ]

    /// Faults in (19) and (20) on samples.
    static let ofSamples = [
        Fault("(20) without the positive in the denominator", caughtOnlyBy: .infoNCE) {
            $0.functions = {
                $0.simCLR = { anchors, positives, _, beta in
                    simCLR(anchors, positives, beta, hasPositive: false, isMean: true)
                }
            }
        },
        Fault("(20) with a sum for the mean in the denominator", caughtOnlyBy: .infoNCE) {
            $0.functions = {
                $0.simCLR = { anchors, positives, _, beta in
                    simCLR(anchors, positives, beta, hasPositive: true, isMean: false)
                }
            }
        },
        Fault("images drawn without the prior", caughtOnlyBy: .sampledAverages) {
            $0.functions = { subject in
                let average = subject.average
                subject.average = { try average($0.withUniformPrior(), $1, $2) }
            }
        },
        Fault("views drawn without P(T|x)", caughtOnlyBy: .sampledAverages) {
            $0.functions = { subject in
                let average = subject.average
                subject.average = { try average($0.withUniformAugmentation(), $1, $2) }
            }
        },
    ]

    /// Faults in the bias of (19) and (20): none, half of it, the other sign; in its formula and in what is averaged.
    static let ofBias: [Fault] = [SampledEquation.equation19(positives: 2), .equation20].flatMap { equation in
        [("none", 0.0), ("half of it", 0.5), ("of the other sign", -1)].flatMap { name, factor in
            [
                Fault("bias of \(equation), by its formula: \(name)", caughtOnlyBy: .leadingBias) {
                    $0.functions = { subject in
                        let bias = subject.bias
                        subject.bias = { $1 == equation ? factor * bias($0, $1) : bias($0, $1) }
                    }
                },
                Fault("bias of \(equation), over batches: \(name)", caughtOnlyBy: .sampledAverages) {
                    $0.functions = { subject in
                        let average = subject.average
                        subject.average = { channel, asked, batches in
                            let right = try average(channel, asked, batches)
                            guard asked == equation else { return right }
                            let limit = naiveMeanApproximation(channel, factor: 1)
                            return SampledObjectives.Average(
                                mean: limit + factor * (right.mean - limit), standardError: right.standardError)
                        }
                    }
                },
            ]
        }
    }
}
