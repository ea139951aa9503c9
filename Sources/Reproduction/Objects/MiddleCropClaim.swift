import CropExperiment
import Digits

extension Catalogue {
    /// What h becomes where P(T|X) is told the crop in the digit's middle.
    static func middleCrop(_ groups: Groups) throws -> Artefact {
        let onMiddle = ["augmentation.training=fixed", "augmentation.gaussianWidth=0.35"]
        /// f's third layer sees the whole map of a crop, and so a whole digit.
        let wide = "intermediateEncoder.filterSide=5"
        /// A stride of the crops around that map: a digit is seen as well where it lies a stride off.
        let (padded, unpadded) = ("intermediateEncoder.padding=1", "intermediateEncoder.padding=0")
        func group(_ name: String, _ label: String, _ table: RunGroup, _ settings: [String]) throws -> RunGroup {
            try RunGroup(name, label, base: table.configuration, settings: settings, changes: groups.changes)
        }
        let (derived, original) = (groups.derivedOurs, groups.originalOurs)
        let small = try group("derived-middle-3x3", "derived, middle crop, 3×3", derived, onMiddle)
        let tolerant = try group(
            "derived-middle-5x5-padded", "derived, middle crop, 5×5 padded", derived,
            onMiddle + [wide, padded])
        let whole = try group(
            "derived-middle-5x5", "derived, middle crop, 5×5", derived, onMiddle + [wide, unpadded])
        let trained = try group(
            "derived-ours-whole-digits", "derived, trained, 5×5 padded", derived,
            [wide, padded, "objective.augmentationPositives=allViews"])
        let steps = groups.schedule == .quick ? 400 : 4_000
        let narrow = try group(
            "derived-ours-h-anew", "derived, trained, 5×5, h anew", derived,
            [
                wide, padded, "objective.augmentationPositives=allViews", "training.augmentationViews=32",
                "training.augmentationWarmUp=0.5", "training.representationRestart=0.5", "training.steps=\(steps)",
            ])
        let wholeOriginal = try group(
            "original-middle-5x5", "original, middle crop, 5×5", original, onMiddle + [wide, unpadded])
        let measures = [Measure.h, .f, .hTop, .fTop, .entropy, .offsetInformation]
        return claim(
            "middle-crop", "With P(T|X) on the digit's middle h is as accurate as the paper's", Artefact.ours,
            "With a P(T|X) that is not trained but lies on the crop in the digit's middle, a Gaussian of 0.35 strides, the h, "
                + "objective and steps of Table 1 come near to the paper's h on the derived data, and beyond it where the filters of "
                + "f's third layer, 5×5, see the whole map, and so a whole digit. On the original MNIST such filters bring h to within "
                + "a hundredth of the paper's. With a trained P(T|X) they help less. Of the two groups that have both the first counts "
                + "each view with itself in the update of P(T|X), which makes it narrower; the second does so with 32 views in place of "
                + "the paper's 8, which makes it as narrow as the Gaussian of 0.35 strides, with a learning rate of P(T|X) that grows "
                + "from 0 over half of the training, and with an h that begins anew after that half. Yet its P(T|X) lies at a place of "
                + "each image's own (I(X;offset)).",
            rule:
                "Holds if on the derived data h is above the paper's with filters of 5×5 and P(T|X) on the middle crop, padded and "
                + "not, and below it with the same filters and a trained P(T|X).",
            rows: [small, tolerant, whole].map { Artefact.Row($0, measures) } + [
                Artefact.Row(derived, label: "derived, trained, 3×3", measures),
                Artefact.Row(trained, measures), Artefact.Row(narrow, measures), Artefact.Row(wholeOriginal, measures),
                Artefact.Row(original, label: "original, trained, 3×3", measures),
            ]
        ) { measurements in
            guard let paper = PaperResults.accuracy(.representation(.ours, .h, .expectation), .derived),
                let padded = measurements[tolerant, .h]?.mean, let unpadded = measurements[whole, .h]?.mean,
                let trained = measurements[trained, .h]?.mean, let narrow = measurements[narrow, .h]?.mean
            else { return Artefact.Judgement(.missing, "") }
            let holds = min(padded, unpadded) > paper.mean && max(trained, narrow) < paper.mean
            return Artefact.Judgement(
                holds ? .reproduced : .different,
                "h \(number(padded)) padded, \(number(unpadded)) not padded, \(number(trained)) and \(number(narrow)) with a "
                    + "trained P(T|X); the paper's \(paper.printed)")
        }
    }
}
