import CropExperiment

// What this project claims beyond the paper, in the paper's terms.

extension Catalogue {
    static func ourClaims(_ groups: Groups) throws -> [Artefact] {
        try [normalization(groups), lengthOfTraining(groups)]
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
            "normalization", "Batch normalisation", "ours",
            "Batch normalisation in g's hidden layer raises h under the trained P(T|X).",
            rule: "Holds (“reproduced”) if h with normalisation in g alone is above h without any.",
            rows: ours.map { Artefact.Row($0, [.h, .f, .entropy, .objective, .potential, .rank]) }
                + simCLR.map { Artefact.Row($0, [.h, .f, .hOracle, .fOracle, .objective, .potential, .rank]) }
        ) { measurements in
            compare(measurements[ours[1], .h], "h with it", isAbove: measurements[ours[0], .h], "without")
        }
    }

    private static func lengthOfTraining(_ groups: Groups) throws -> Artefact {
        let full = groups.derivedOurs.configuration.training.steps
        let steps = [8, 4, 2].map { max(1, full / $0) }
        let shorter = try steps.map { steps in
            try RunGroup(
                "steps-\(steps)", "\(steps) steps", base: groups.derivedOurs.configuration,
                settings: ["training.steps=\(steps)"],
                changes: groups.changes.filter { !$0.hasPrefix("training.steps=") })
        }
        let all = shorter + [groups.derivedOurs]
        let points = zip(all, steps + [full]).map { (group: $0, x: Double($1)) }
        return claim(
            "length-of-training", "What each doubling of the steps buys", "ours",
            "Accuracy rises with the length of training, the learning rates falling along the whole run.",
            rule: "Holds (“reproduced”) if h and f of the longest runs are above those of the shortest.",
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
            return Artefact.Judgement(f.verdict == .reproduced ? h.verdict : f.verdict, "\(h.reason); \(f.reason)")
        }
    }
}
