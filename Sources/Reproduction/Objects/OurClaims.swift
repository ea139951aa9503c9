import CropExperiment

// What this project claims beyond the paper, in the paper's terms.

extension Catalogue {
    static func ourClaims(_ groups: Groups) throws -> [Artefact] {
        try [
            normalization(groups), padding(groups), weightDecay(groups), lengthOfTraining(groups),
            widthOfAugmentation(groups), narrowFirst(groups), peakedAugmentation(groups), middleCrop(groups),
            speedOfAugmentation(groups), positionAwareEncoder(groups), evaluationProtocol(groups),
            trainedInformation(groups),
        ]
    }

    private static func normalization(_ groups: Groups) throws -> Artefact {
        func variations(_ method: RunMethod) throws -> [RunGroup] {
            try [("none", "none"), ("none", "batch"), ("batch", "none"), ("batch", "batch")].map { f, g in
                let name = f == "batch" ? (g == "batch" ? "fg" : "f") : (g == "batch" ? "g" : "none")
                let label = name == "none" ? "none" : name == "fg" ? "f and g" : name
                return try groups.variation(
                    "normalization-\(name)-\(method.rawValue)", "\(method.name), \(label)", method,
                    ["intermediateEncoder.normalization=\(f)", "projectionHead.normalization=\(g)"])
            }
        }
        let (ours, simCLR) = (try variations(.ours), try variations(.simclr))
        return claim(
            "normalization", "Batch normalisation", Artefact.ours,
            "Batch normalisation in g's hidden layer raises h under the trained P(T|X).",
            rule: "Holds if h with normalisation in g alone is above h without any.",
            rows: ours.map { Artefact.Row($0, [.h, .f, .entropy, .objective, .potential, .rank]) }
                + simCLR.map { Artefact.Row($0, [.h, .f, .hOracle, .fOracle, .objective, .potential, .rank]) }
        ) { measurements in
            compare(measurements[ours[1], .h], "h with it", isAbove: measurements[ours[0], .h], "without")
        }
    }

    /// The runs of the padding that the tables have, beside the same without it.
    private static func padding(_ groups: Groups) throws -> Artefact {
        func rows(
            _ table: RunGroup, padded: RunGroup, _ data: String, _ measures: [Measure]
        ) throws -> [Artefact.Row] {
            let label = "\(table.configuration.method.name), \(data), "
            return [
                Artefact.Row(try groups.unpadded(table), label: label + "not padded", measures),
                Artefact.Row(padded, label: label + "padded", measures),
            ]
        }
        let measures = [Measure.h, .f, .objective, .entropy, .rank, .potential]
        let oracle = [Measure.h, .f, .objective, .hOracle, .fOracle, .rank, .potential]
        let fastOriginal = groups.originalOursFaster[0]
        let rows = try [
            rows(groups.defaultOurs, padded: groups.undecayed(groups.defaultOurs), "derived", measures),
            rows(groups.defaultSimCLR, padded: groups.undecayed(groups.defaultSimCLR), "derived", oracle),
            rows(fastOriginal, padded: fastOriginal, "original", measures),
            rows(
                groups.originalSimCLR, padded: groups.originalSimCLR, "original",
                [.h, .f, .objective, .rank, .potential]),
        ].flatMap(\.self)
        return claim(
            "padding", "h gains from an f that tolerates translations", Artefact.ours,
            "On padded maps f's third layer visits every place at which it touches a digit, and f depends less on where the crop "
                + "cuts it: the views of an image are aligned better, h can use more directions, and is more accurate. (Without "
                + "weight decay; on the original images P(T|X) moves at a rate of 0.0001 here.)",
            rule:
                "Holds if accuracy of h, objective and effective rank of ours on the derived data are greater "
                + "with padding.",
            rows: rows
        ) { measurements in
            let compared = [(Measure.h, "h"), (.objective, "objective"), (.rank, "effective rank")]
            return Artefact.Judgement(
                all: compared.map {
                    compare(
                        measurements[rows[1].group, $0], "\($1) with it", isAbove: measurements[rows[0].group, $0],
                        "without")
                })
        }
    }

    /// Runs of default settings beside the same without weight decay.
    private static func weightDecay(_ groups: Groups) throws -> Artefact {
        func rows(_ decayed: RunGroup, _ measures: [Measure]) throws -> [Artefact.Row] {
            [
                Artefact.Row(try groups.undecayed(decayed), label: "\(decayed.label), without", measures),
                Artefact.Row(decayed, label: "\(decayed.label), with", measures),
            ]
        }
        let ours = try rows(groups.defaultOurs, [.h, .f, .objective, .entropy, .rank, .potential])
        let simCLR = try rows(groups.defaultSimCLR, [.h, .f, .hOracle, .fOracle, .objective, .rank, .potential])
        return claim(
            "weight-decay", "Weight decay makes f small, and SimCLR's f less accurate", Artefact.ours,
            "With weight decay the features of f become smaller, which hardly matters to h: g normalises its hidden units. But "
                + "small features need large weights, which the penalty of scikit-learn's classifier forbids (the claim "
                + "evaluation-protocol). SimCLR's f, nearly constant, suffers most from it.",
            rule:
                "Holds if with weight decay SimCLR's f is less accurate, under the oracle too, and loses more than ours.",
            rows: ours + simCLR
        ) { measurements in
            let judgements = [(Measure.f, "SimCLR's f without it"), (.fOracle, "under the oracle")].map {
                compare(
                    measurements[simCLR[0].group, $0], $1, isAbove: measurements[simCLR[1].group, $0], "with")
            }
            func loss(_ rows: [Artefact.Row]) -> Double? {
                guard let before = measurements[rows[0].group, .f], let after = measurements[rows[1].group, .f] else {
                    return nil
                }
                return before.mean - after.mean
            }
            guard let theirs = loss(simCLR), let own = loss(ours) else { return Artefact.Judgement(.missing, "") }
            return Artefact.Judgement(
                all: judgements + [
                    Artefact.Judgement(theirs > own ? .reproduced : .different, "ours loses \(number(own))")
                ])
        }
    }

    private static func speedOfAugmentation(_ groups: Groups) -> Artefact {
        let (fast, slow) = (groups.originalOursFaster[0], groups.originalOurs)
        let measures = [Measure.h, .f, .hTop, .fTop, .entropy, .objective, .rank]
        let rows = zip(groups.originalOursFaster + [slow], ["0.0001", "0.00003", "0.00001"]).map {
            Artefact.Row($0, label: "rate \($1)", measures)
        }
        return claim(
            "speed-of-augmentation", "On the original MNIST P(T|X) has to move slowly", Artefact.ours,
            "Every crop of the original images shows a good part of the digit, so that nothing but λH(T|X) keeps P(T|X) from "
                + "gathering on the few crops that are aligned best. What is left to choose is how far it gets before h has "
                + "learned from the others: with smaller learning rates of P(T|X) than 0.0001 both h and f are more accurate, at a "
                + "lower objective.",
            rule:
                "Holds if h, f and H(T|X) are greater, and the objective is smaller, at the smallest rate.",
            rows: rows
        ) { measurements in
            let greater = [(Measure.h, "h"), (.f, "f"), (.entropy, "H(T|X)")].map {
                compare(
                    measurements[slow, $0], "\($1) at the smallest rate", isAbove: measurements[fast, $0],
                    "at the greatest")
            }
            let smaller = compare(
                measurements[fast, .objective], "objective at the greatest rate",
                isAbove: measurements[slow, .objective], "at the smallest")
            return Artefact.Judgement(all: greater + [smaller])
        }
    }

    /// The default settings with a P(T|X) that is not trained, and has a width of 1.3 strides at last.
    private static func broadAtLast(
        _ groups: Groups, _ name: String, _ label: String, _ settings: [String]
    ) throws -> RunGroup {
        try RunGroup(
            name, label, base: groups.defaultOurs.configuration,
            settings: ["augmentation.training=fixed", "augmentation.gaussianWidth=1.3"] + settings,
            changes: groups.changes)
    }

    /// The one that both claims about the course of P(T|X) have in common.
    private static func gaussianThatWidens(_ groups: Groups) throws -> RunGroup {
        try broadAtLast(groups, "gaussian-widening", "Gaussian, narrow first", ["augmentation.gaussianWidening=4"])
    }

    /// A P(T|X) that is broad from the first step on, or only at last.
    private static func narrowFirst(_ groups: Groups) throws -> Artefact {
        let broad = try broadAtLast(groups, "gaussian-broad", "Gaussian, broad all along", [])
        let widening = try gaussianThatWidens(groups)
        let measures = [Measure.h, .f, .hTop, .mass, .entropy, .objective, .rank, .potential]
        return claim(
            "narrow-first", "h gains from a P(T|X) that is narrow first and broad later", Artefact.ours,
            "What h has learned to tell apart on narrow crops it still tells apart when P(T|X) has become broad: it is more accurate "
                + "than with one that is as broad from the first step, and uses more directions. (P(T|X) is a Gaussian about the digit "
                + "of 1.3 strides, or one that widens to that from a quarter of it. All else is at the defaults.)",
            rule:
                "Holds if h is more accurate with a P(T|X) that is narrow first than with one that is broad all along.",
            rows: [
                Artefact.Row(groups.defaultOurs, label: "trained P(T|X)", measures),
                Artefact.Row(broad, label: "broad all along", measures),
                Artefact.Row(widening, label: "narrow first", measures),
            ]
        ) { measurements in
            compare(
                measurements[widening, .h], "h narrow first", isAbove: measurements[broad, .h], "broad all along")
        }
    }

    /// A P(T|X) that is narrow first, with its greatest probability on the crop of the whole digit, or without.
    private static func peakedAugmentation(_ groups: Groups) throws -> Artefact {
        let peaked = try gaussianThatWidens(groups)
        let flat = try broadAtLast(
            groups, "disc-widening", "disc, narrow first",
            ["augmentation.gaussianWidening=4", "augmentation.gaussianExponent=8"])
        let measures = [Measure.h, .f, .hTop, .mass, .entropy, .objective, .rank, .potential]
        return claim(
            "peaked-augmentation", "A P(T|X) that is narrow first has to be peaked, too", Artefact.ours,
            "h gains less from a P(T|X) that is narrow first and broad later where it is nearly constant over a disc about the digit "
                + "than where it is a Gaussian, whose peak is the crop in the digit's middle. (Both widen to 1.3 strides from a "
                + "quarter of it; a disc has the width of the Gaussian whose entropy on the plane it has. All else is at "
                + "the defaults.)",
            rule: "Holds if h is more accurate with the Gaussian than with the disc.",
            rows: [
                Artefact.Row(groups.defaultOurs, label: "trained P(T|X)", measures),
                Artefact.Row(flat, label: "disc", measures),
                Artefact.Row(peaked, label: "Gaussian", measures),
            ]
        ) { measurements in
            compare(measurements[peaked, .h], "h with the Gaussian", isAbove: measurements[flat, .h], "with the disc")
        }
    }

    private static func widthOfAugmentation(_ groups: Groups) throws -> Artefact {
        let widths = ["0.35", "0.5", "0.7", "1", "1.5"]
        let fixed = try widths.map { width in
            try groups.variation(
                "gaussian-\(width)", "Gaussian, \(width) strides", .ours,
                ["augmentation.training=fixed", "augmentation.gaussianWidth=\(width)"])
        }
        let points = zip(fixed, widths).map { (group: $0, x: Double($1) ?? 0) }
        return claim(
            "width-of-augmentation", "h wants a narrower P(T|X) than f", Artefact.ours,
            "With P(T|X) fixed to a Gaussian about the digit, the width at which h is best is smaller than that at which f is.",
            rule: "Holds if the width of the best h is below that of the best f.",
            rows: fixed.map { Artefact.Row($0, [.entropy, .h, .f, .objective, .rank, .potential]) },
            axis: "width of the Gaussian, strides",
            curves: [
                Artefact.Curve(measure: .h, points: points, name: "h"),
                Artefact.Curve(measure: .f, points: points, name: "f"),
            ]
        ) { measurements in
            func best(_ measure: Measure) -> (width: Double, label: String)? {
                let means = points.compactMap { point in
                    measurements[point.group, measure].map { (point, mean: $0.mean) }
                }
                return means.max { $0.mean < $1.mean }.map { ($0.0.x, $0.0.group.label) }
            }
            guard let h = best(.h), let f = best(.f) else { return Artefact.Judgement(.missing, "") }
            return Artefact.Judgement(
                h.width < f.width ? .reproduced : .different, "h is best with \(h.label), f with \(f.label)")
        }
    }

    private static func positionAwareEncoder(_ groups: Groups) throws -> Artefact {
        let tolerant = try groups.baseline()
        let aware = try groups.variation(
            "position-aware", "f without pooling", .ours, ["intermediateEncoder.pooling=none"])
        return claim(
            "position-aware-encoder", "An encoder that sees the offset lets P(T|X) write the image into it",
            Artefact.ours,
            "Where f tells the offset of a crop, P(T|x) can encode the image by the offset that it picks. With such an f "
                + "the offsets tell more of the image, and the accuracy is lower.",
            rule: "Holds if without pooling the offsets tell more of the image and f is less accurate.",
            rows: [
                Artefact.Row(tolerant, label: "f with pooling", [.offsetInformation, .objective, .entropy, .h, .f]),
                Artefact.Row(aware, [.offsetInformation, .objective, .entropy, .h, .f]),
            ]
        ) { measurements in
            guard let one = measurements[aware, .offsetInformation],
                let other = measurements[tolerant, .offsetInformation],
                let f = measurements[aware, .f], let reference = measurements[tolerant, .f]
            else { return Artefact.Judgement(.missing, "") }
            return Artefact.Judgement(
                one.mean > other.mean && f.mean < reference.mean ? .reproduced : .different,
                "I(X;offset) \(number(one.mean)) against \(number(other.mean)) nats, f \(number(f.mean)) against "
                    + number(reference.mean))
        }
    }

    private static func lengthOfTraining(_ groups: Groups) throws -> Artefact {
        let longest = try groups.unpadded(groups.defaultOurs)
        let full = longest.configuration.training.steps
        let steps = [8, 4, 2].map { max(1, full / $0) }
        let shorter = try steps.map { steps in
            try RunGroup(
                "steps-\(steps)", "\(steps) steps", base: groups.defaultOurs.configuration,
                settings: longest.settings + ["training.steps=\(steps)"], changes: groups.changes)
        }
        let all = shorter + [longest]
        let points = zip(all, steps + [full]).map { (group: $0, x: Double($1)) }
        return claim(
            "length-of-training", "What each doubling of the steps buys", Artefact.ours,
            "Accuracy rises with the length of training, the learning rates falling along the whole run.",
            rule: "Holds if h and f of the longest runs are above those of the shortest.",
            rows: zip(all, steps + [full]).map {
                Artefact.Row($0, label: "\($1) steps", [.h, .f, .entropy, .objective, .potential, .rank])
            },
            axis: "steps",
            curves: [
                Artefact.Curve(measure: .h, points: points, name: "h"),
                Artefact.Curve(measure: .f, points: points, name: "f"),
            ]
        ) { measurements in
            let (long, short) = (all[all.count - 1], all[0])
            let f = compare(measurements[long, .f], "f", isAbove: measurements[short, .f], "shortest")
            let h = compare(measurements[long, .h], "h", isAbove: measurements[short, .h], "shortest")
            return Artefact.Judgement(all: [h, f])
        }
    }
}
