import CropExperiment
import Foundation
import Tensors

// The claims of the paper's text. Each is a table of runs, a rule, and the sentence that the rule's numbers make.

extension Catalogue {
    /// The claims of the paper, then those of this project.
    static func claims(_ groups: Groups) throws -> [Artefact] {
        try paperClaims(groups) + ourClaims(groups)
    }

    private static func paperClaims(_ groups: Groups) throws -> [Artefact] {
        try [
            headBeatsOracle(groups)
                .explained(
                    "How accurate SimCLR's f is under the oracle depends on weight decay: without it, it is above the h of our "
                        + "default settings (the claim weight-decay)."
                ),
            augmentationOnDigit(groups),
            potential(groups)
                .explained(
                    "SimCLR's representations lie a little farther apart than the paper's. How far they collapse depends on what the "
                        + "paper leaves open: they do so further without padding, and without normalisation (the claims padding and "
                        + "normalization)."
                ),
            simCLRCollapses(groups),
            entropyCoefficient(groups)
                .explained(
                    "With a smaller λ P(T|X) becomes narrower and the views of an image more alike, from which the contrastive loss, "
                        + "having no term for the entropy, gains: it selects the smallest λ that is tried. f, which gains from varied "
                        + "crops, is best with the greatest."),
            smallCoefficientsCollapse(groups),
            numberOfViews(groups)
                .explained(
                    "For ours it holds. For simCLR f under the oracle is best with two views, where it is no better than after a "
                        + "single step: with uniform P(T|X) training destroys information that random filters carry, and it destroys "
                        + "least with two views, where the objective stays at 0."
                ),
            updatesInTurn(groups), adversarialAugmentation(groups),
        ]
    }

    /// A claim with a rule.
    static func claim(
        _ name: String, _ title: String, _ place: String, _ statement: String, rule: String, rows: [Artefact.Row],
        axis: String = "", curves: [Artefact.Curve] = [],
        judge: @escaping @Sendable (Measurements) -> Artefact.Judgement
    ) -> Artefact {
        Artefact(
            kind: .claim, name: name, title: title, place: place, statement: statement, rule: rule, rows: rows,
            axis: axis, curves: curves, judge: judge)
    }

    private static func headBeatsOracle(_ groups: Groups) -> Artefact {
        claim(
            "head-beats-oracle", "Our h beats simCLR's oracle f", "section 3.1",
            "The representation at the projection head, under the learned P(T|X), exceeds that of simCLR obtained by "
                + "averaging f(T(X)) over the oracle P(T|X).",
            rule: "Reproduced if the mean of our h is above that of simCLR's oracle f.",
            rows: [
                Artefact.Row(groups.derivedOurs, [.h]), Artefact.Row(groups.derivedSimCLR, [.fOracle]),
            ]
        ) { measurements in
            compare(
                measurements[groups.derivedOurs, .h], "our h", isAbove: measurements[groups.derivedSimCLR, .fOracle],
                "simCLR's oracle f")
        }
    }

    private static func augmentationOnDigit(_ groups: Groups) -> Artefact {
        let mass = PaperResults.nonTrivialMass(.ours, .derived)
        return Artefact(
            kind: .claim, name: "augmentation-on-digit", title: "P(T|x) falls on the digit", place: "section 3.2",
            statement:
                "The learned P(T|X) captures the non-trivial crop with probability 0.998 ± 0.003 on 10,000 "
                + "test images.",
            rule: cellRule
                + " The paper does not say whether its ± is over seeds or over images; it is taken to be over seeds, as in its "
                + "tables.",
            rows: [
                Artefact.Row(
                    groups.derivedOurs, [.mass, .entropy],
                    expecting: mass.map { [.mass: PaperExpectation(paper: $0, direction: .upwards)] } ?? [:])
            ])
    }

    private static func potential(_ groups: Groups) -> Artefact {
        func row(_ group: RunGroup, _ method: RunMethod, _ direction: PaperExpectation.Direction) -> Artefact.Row {
            let paper = PaperResults.uniformity(method, .derived).map {
                PaperExpectation(paper: $0, direction: direction)
            }
            return Artefact.Row(
                group, [.potential, .rank], expecting: paper.map { [.potential: $0] } ?? [:])
        }
        return Artefact(
            kind: .claim, name: "uniformity", title: "Uniformity on the sphere", place: "section 3.1, appendix 5.5",
            statement:
                "The average pairwise Gaussian potential is 0.0845 with trained P(T|X) and 0.9757 for simCLR; lower is "
                + "more uniform.",
            rule:
                "The paper states no spread: reproduced within two standard errors of ours; exceeded where ours is more "
                + "uniform with trained P(T|X), less uniform for simCLR.",
            rows: [
                row(groups.derivedOurs, .ours, .downwards), row(groups.derivedSimCLR, .simclr, .upwards),
            ])
    }

    private static func simCLRCollapses(_ groups: Groups) -> Artefact {
        claim(
            "simclr-collapses", "SimCLR collapses onto the blank crop", "sections 1 and 3.1, appendix 5.5",
            "Without the trainable P(T|X) the representation collapses around that of the empty image.",
            rule:
                "Reproduced if simCLR's representations lie, on average, less than half as far from the blank crop's as ours.",
            rows: [groups.derivedOurs, groups.derivedSimCLR].map { Artefact.Row($0, [.blankDistance, .potential, .h]) }
        ) { measurements in
            guard let ours = measurements[groups.derivedOurs, .blankDistance],
                let theirs = measurements[groups.derivedSimCLR, .blankDistance]
            else { return Artefact.Judgement(.missing, "") }
            return Artefact.Judgement(
                theirs.mean < ours.mean / 2 ? .reproduced : .different,
                "distance from the blank crop's code: simCLR \(number(theirs.mean)), ours \(number(ours.mean))")
        }
    }

    private static func entropyCoefficient(_ groups: Groups) throws -> Artefact {
        let values = ["0.001", "0.0025", "0.005"]
        let variations = try values.map { value in
            try groups.variation("lambda-\(value)", "λ = \(value)", .ours, ["objective.lambda=\(value)"])
        }
        return claim(
            "selection-of-lambda", "λ = 0.0025 is selected", "appendix 5.3",
            "Of λ ∈ {0.001, 0.0025, 0.005}, 0.0025 has the lowest contrastive loss on the training set, and the best linear "
                + "evaluation score on it.",
            rule:
                "Reproduced if λ = 0.0025 has the greatest objective and the best training accuracy of h of the three.",
            rows: variations.map {
                Artefact.Row($0, [.trainingObjective, .hTraining, .fTraining, .h, .f, .entropy, .rank])
            },
            axis: "λ",
            curves: [Measure.h, .f].map { measure in
                Artefact.Curve(
                    measure: measure, points: zip(variations, values).map { ($0, Double($1) ?? 0) }, name: measure.label
                )
            }
        ) { measurements in
            func best(_ measure: Measure) -> String? {
                let means = variations.compactMap { group in
                    measurements[group, measure].map { (label: group.label, mean: $0.mean) }
                }
                return means.count == variations.count ? means.max { $0.mean < $1.mean }?.label : nil
            }
            guard let loss = best(.trainingObjective), let accuracy = best(.hTraining) else {
                return Artefact.Judgement(.missing, "")
            }
            return Artefact.Judgement(
                loss == "λ = 0.0025" && accuracy == "λ = 0.0025" ? .reproduced : .different,
                "the lowest contrastive loss selects \(loss), the training accuracy of h \(accuracy)")
        }
    }

    private static func smallCoefficientsCollapse(_ groups: Groups) throws -> Artefact {
        let none = try groups.variation("lambda-0", "λ = 0", .ours, ["objective.lambda=0"])
        let small = try groups.variation("lambda-0.00005", "λ = 0.00005", .ours, ["objective.lambda=0.00005"])
        let baseline = try groups.variation("lambda-0.0025", "λ = 0.0025", .ours, ["objective.lambda=0.0025"])
        let measures: [Measure] = [.entropy, .objective, .hTraining, .h, .fTraining, .f]
        return claim(
            "collapse-of-augmentation", "Without entropy regularisation P(T|X) collapses", "section 3, appendix 5.3",
            "Without any additional constraint P(T|X) sometimes collapses to “the most discriminating” crop, and the "
                + "representation does not generalise on the downstream task; λ < 0.0001 seemed to collapse P(T|X) in many cases.",
            rule: "Reproduced if with λ = 0.00005 H(T|X) falls below half a nat (fewer than two crops) and f below the "
                + "accuracy that it has with λ = 0.0025: so P(T|X) collapses, and f loses by it. Whether the representation fits "
                + "the training images better than others is not part of the rule; the columns of training accuracy show it.",
            rows: [none, small, baseline].map { Artefact.Row($0, measures) }
        ) { measurements in
            guard let entropy = measurements[small, .entropy], let f = measurements[small, .f],
                let reference = measurements[baseline, .f], let h = measurements[small, .h],
                let referenceOfH = measurements[baseline, .h], let training = measurements[small, .fTraining]
            else { return Artefact.Judgement(.missing, "") }
            let holds = entropy.mean < 0.5 && f.mean < reference.mean
            return Artefact.Judgement(
                holds ? .reproduced : .different,
                "with λ = 0.00005: H(T|X) = \(number(entropy.mean)) nats, f \(number(f.mean)) against "
                    + "\(number(reference.mean)) (on training images \(number(training.mean))), h \(number(h.mean)) "
                    + "against \(number(referenceOfH.mean))")
        }
    }

    private static func numberOfViews(_ groups: Groups) throws -> Artefact {
        let counts = [2, 4, 8, 16]
        func variations(_ method: RunMethod) throws -> [RunGroup] {
            try counts.map { count in
                try groups.variation(
                    "views-\(count)-\(method.rawValue)", "\(method.name), m = \(count)", method,
                    ["training.views=\(count)"]
                        + (method == .ours ? ["training.augmentationViews=\(count)"] : []))
            }
        }
        let (ours, simCLR) = (try variations(.ours), try variations(.simclr))
        let untrained = try groups.variation("one-step-simclr", "SimCLR, one step", .simclr, ["training.steps=1"])
        return claim(
            "number-of-views", "m = 8 beats anything less", "appendix 5.2",
            "m = 8 performed better than anything less for both fixed P(T|X) (simCLR) and trainable P(T|X).",
            rule:
                "Reproduced if, for both methods, f with m = 8 is above f with m = 2 and m = 4 (simCLR: under the oracle).",
            rows: ours.map { Artefact.Row($0, [.h, .f, .objective, .entropy]) }
                + (simCLR + [untrained]).map { Artefact.Row($0, [.h, .f, .hOracle, .fOracle, .objective]) },
            axis: "m",
            curves: [
                Artefact.Curve(measure: .h, points: zip(ours, counts).map { ($0, Double($1)) }, name: "ours, h"),
                Artefact.Curve(measure: .f, points: zip(ours, counts).map { ($0, Double($1)) }, name: "ours, f"),
                Artefact.Curve(
                    measure: .fOracle, points: zip(simCLR, counts).map { ($0, Double($1)) }, name: "simCLR, f, oracle"),
            ]
        ) { measurements in
            func means(_ groups: [RunGroup], _ measure: Measure) -> [Double] {
                groups.compactMap { measurements[$0, measure]?.mean }
            }
            let (own, other) = (means(ours, .f), means(simCLR, .fOracle))
            guard own.count == counts.count, other.count == counts.count else {
                return Artefact.Judgement(.missing, "")
            }
            let holds = [own, other].allSatisfy { $0[2] > $0[0] && $0[2] > $0[1] }
            func text(_ values: [Double]) -> String { values.map(number).joined(separator: ", ") }
            return Artefact.Judgement(
                holds ? .reproduced : .different,
                "m = \(counts.map(String.init).joined(separator: ", ")): f of ours \(text(own)); of simCLR, oracle, \(text(other))"
                    + (measurements[untrained, .fOracle].map { "; after one step \(number($0.mean))" } ?? "")
            )
        }
    }

    private static func updatesInTurn(_ groups: Groups) throws -> Artefact {
        let inTurn = try groups.baseline()
        let together = try groups.variation("together", "together", .ours, ["training.alternation=together"])
        return claim(
            "updates-in-turn", "Training h and P(T|X) in turn is more stable", "appendix 5.2",
            "Instead of training h and P(T|X) simultaneously, they are trained in turn, because this produced more stable "
                + "results.",
            rule: "Reproduced if f trained in turn is above f trained together, and spreads no more over the seeds.",
            rows: [
                Artefact.Row(inTurn, label: "in turn", [.h, .f, .entropy, .objective, .rank]),
                Artefact.Row(together, [.h, .f, .entropy, .objective, .rank]),
            ]
        ) { measurements in
            guard let one = measurements[inTurn, .f], let other = measurements[together, .f] else {
                return Artefact.Judgement(.missing, "")
            }
            let isSteadier = one.count < 2 || one.standardDeviation <= other.standardDeviation
            return Artefact.Judgement(
                one.mean > other.mean && isSteadier ? .reproduced : .different,
                "f in turn \(withSpread(one)), together \(withSpread(other))")
        }
    }

    /// A mean with its standard deviation, where there are several values.
    private static func withSpread(_ statistics: SampleStatistics) -> String {
        number(statistics.mean) + (statistics.count > 1 ? " ± \(number(statistics.standardDeviation))" : "")
    }

    private static func adversarialAugmentation(_ groups: Groups) throws -> Artefact {
        let adversarial = try groups.variation(
            "adversarial", "adversarial P(T|X)", .ours, ["augmentation.training=adversarial"])
        let baseline = try groups.baseline()
        return claim(
            "adversarial-augmentation", "An adversarial T crops the empty image", "section 4",
            "T trained adversarially with respect to the loss, as in the paper's reference [15], would crop only the empty "
                + "image and collapse the representations.",
            rule:
                "Reproduced if less than a tenth of P(T|X) falls on crops that are not blank, and h is below half of the "
                + "accuracy that it has with the trained P(T|X).",
            rows: [
                Artefact.Row(baseline, label: "trained P(T|X)", [.mass, .entropy, .h, .f, .potential]),
                Artefact.Row(adversarial, [.mass, .entropy, .h, .f, .potential]),
            ]
        ) { measurements in
            guard let mass = measurements[adversarial, .mass], let h = measurements[adversarial, .h],
                let reference = measurements[baseline, .h]
            else { return Artefact.Judgement(.missing, "") }
            return Artefact.Judgement(
                mass.mean < 0.1 && h.mean < reference.mean / 2 ? .reproduced : .different,
                "non-trivial mass \(number(mass.mean)), h \(number(h.mean)) against \(number(reference.mean))")
        }
    }

    /// Whether one mean is above another.
    static func compare(
        _ one: SampleStatistics?, _ name: String, isAbove other: SampleStatistics?, _ otherName: String
    ) -> Artefact.Judgement {
        guard let one, let other else { return Artefact.Judgement(.missing, "") }
        return Artefact.Judgement(
            one.mean > other.mean ? .reproduced : .different,
            "\(name) \(number(one.mean)), \(otherName) \(number(other.mean))")
    }

    /// A number in a sentence.
    static func number(_ value: Double) -> String { String(format: "%.4f", value) }
}
