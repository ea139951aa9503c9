import CropExperiment

extension Catalogue {
    /// What the scale of the features and the solver of the linear evaluation do to its numbers.
    static func evaluationProtocol(_ groups: Groups) -> Artefact {
        let (ours, simCLR) = (groups.defaultOurs.with(.protocols), groups.defaultSimCLR.with(.protocols))
        var artefact = claim(
            "evaluation-protocol", "The protocol of the linear evaluation decides simCLR's f", Artefact.ours,
            "Section 3.1 names scikit-learn's classifier and nothing more. Its penalty is not invariant to the scale of the "
                + "features, and its solver gives up after 100 iterations; the features of a collapsed encoder, nearly constant, depend on both.",
            rule:
                "Holds if over these protocols SimCLR's f, expectation, spans more than 0.1, and ours less than "
                + "half of that.",
            rows: protocolRows(simCLR, .f, .expectation) + protocolRows(simCLR, .f, .oracle)
                + protocolRows(simCLR, .h, .expectation) + protocolRows(simCLR, .h, .oracle)
                + protocolRows(ours, .f, .expectation)
                + protocolRows(ours, .h, .expectation),
            axis: "scale of the features, at the optimum",
            curves: [
                protocolCurve(ours, .f, .expectation), protocolCurve(ours, .h, .expectation),
                protocolCurve(simCLR, .f, .oracle), protocolCurve(simCLR, .f, .expectation),
                protocolCurve(simCLR, .h, .oracle), protocolCurve(simCLR, .h, .expectation),
            ]
        ) { measurements in
            func span(_ group: RunGroup) -> (least: Double, greatest: Double)? {
                let accuracies = protocolRows(group, .f, .expectation).flatMap { row in
                    row.measures.compactMap { measurements[group, $0]?.mean }
                }
                guard let least = accuracies.min(), let greatest = accuracies.max() else { return nil }
                return (least, greatest)
            }
            guard let theirs = span(simCLR), let own = span(ours) else { return Artefact.Judgement(.missing, "") }
            return Artefact.Judgement(
                theirs.greatest - theirs.least > 0.1
                    && own.greatest - own.least < (theirs.greatest - theirs.least) / 2
                    ? .reproduced : .different,
                "SimCLR's f from \(number(theirs.least)) to \(number(theirs.greatest)), ours from \(number(own.least)) to "
                    + number(own.greatest))
        }
        artefact.isOfOneSeed = true
        artefact.explanation =
            "By its rule ours should span less than half of what simCLR's does; it spans more than half: weight decay has made the "
            + "features of both small, and a hundredth of ours needs weights that the penalty forbids. At its own scale and above, "
            + "the accuracy of our f hardly depends on the scale."
        return artefact
    }

    /// The accuracy of a layer at the optimum against the factor that its features are multiplied by.
    private static func protocolCurve(
        _ group: RunGroup, _ layer: RepresentationScore.Layer, _ crops: CropWeighting
    ) -> Artefact.Curve {
        let points = FeaturePreparation.allCases.compactMap { preparation in
            preparation.factor.map { factor in
                (
                    group: group, measure: Measure.protocolScore(of: layer, over: crops, preparation, .optimum),
                    x: Double(factor)
                )
            }
        }
        return Artefact.Curve(
            points: points, name: "\(group.label), \(layer.rawValue)\(crops == .oracle ? ", oracle" : "")")
    }

    /// A row for each preparation of the features of a layer.
    private static func protocolRows(
        _ group: RunGroup, _ layer: RepresentationScore.Layer, _ crops: CropWeighting
    ) -> [Artefact.Row] {
        FeaturePreparation.allCases.filter { $0.changes(layer) }.map { preparation in
            let text =
                switch preparation {
                case .hundredth: " × 0.01"
                case .tenth: " × 0.1"
                case .unchanged: ""
                case .threefold: " × √10"
                case .tenfold: " × 10"
                case .standardized: ", standardised"
                case .unitLength: ", at unit length"
                }
            let oracle = crops == .oracle ? ", oracle" : ""
            func measure(_ stop: SolverStop) -> Measure { .protocolScore(of: layer, over: crops, preparation, stop) }
            // The paper's numbers beside those of what it names: scikit-learn's classifier on the features as they are.
            let method = group.configuration.method
            let paper = expectation(
                .representation(method, layer, crops), .derived, method == .ours ? .upwards : .downwards)
            return Artefact.Row(
                group, label: "\(group.label), \(layer.rawValue)\(oracle)\(text)", SolverStop.allCases.map(measure),
                expecting: preparation == .unchanged ? [measure(.defaultsOfScikitLearn): paper] : [:])
        }
    }
}
