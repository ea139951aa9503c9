import CropExperiment
import Digits

extension Catalogue {
    /// What h would be if P(T|X) were where it cannot be by training alone: on the crop in the digit's middle.
    static func middleCrop(_ groups: Groups) throws -> Artefact {
        let derived = try MiddleCrop(groups, groups.derivedOurs, "derived")
        let original = try MiddleCrop(groups, groups.originalOurs, "original")
        let trained = try RunGroup(
            "derived-ours-whole-digits", "Ours, filters of whole digits", base: groups.derivedOurs.configuration,
            settings: MiddleCrop.tolerant + ["objective.augmentationPositives=allViews"], changes: groups.changes)
        let measures = [Measure.h, .f, .hTop, .fTop, .entropy, .objective, .rank, .potential]
        let trainedRows = [
            Artefact.Row(groups.derivedOurs, label: "derived, trained P(T|X), filters 3 × 3, padded", measures),
            Artefact.Row(trained, label: "derived, trained P(T|X), filters 5 × 5, padded", measures),
        ]
        return claim(
            "middle-crop", "With P(T|X) on the digit's middle h is as accurate as the paper's", Artefact.ours,
            "With a P(T|X) that is not trained but lies on the crop in the digit's middle (a Gaussian of 0.35 strides) the encoder, the "
                + "objective and the steps of the tables give an h like the paper's on the derived data, and a better one where the "
                + "filters of f's third layer, 5 × 5, see the whole map, and so a whole digit. On the original MNIST such filters are "
                + "most of what h lacks. A trained P(T|X) lies beside the middle, elsewhere for each image, and h is less accurate, "
                + "also where P(T|X) is as narrow (in the run with filters of 5 × 5 each view counts with itself in its update, which "
                + "makes it so).",
            rule:
                "Holds if h is above the paper's of Table 1 with filters of 5 × 5 and P(T|X) on the middle crop of the derived data, "
                + "padded and not, and below it with the same filters and a trained P(T|X).",
            rows: derived.rows(measures) + trainedRows + original.rows(measures)
                + [
                    Artefact.Row(
                        groups.originalOurs, label: "original, trained P(T|X), filters 3 × 3, padded", measures)
                ]
        ) { measurements in
            let accuracies = [derived.padded, derived.unpadded, trained].map { measurements[$0, .h]?.mean }
            guard let paper = PaperResults.accuracy(.representation(.ours, .h, .expectation), .derived),
                let padded = accuracies[0], let unpadded = accuracies[1], let off = accuracies[2]
            else { return Artefact.Judgement(.missing, "") }
            return Artefact.Judgement(
                min(padded, unpadded) > paper.mean && off < paper.mean ? .reproduced : .different,
                "h \(number(padded)) padded, \(number(unpadded)) not padded, \(number(off)) with a trained P(T|X); the paper's "
                    + paper.printed)
        }
    }
}

/// A table's recipe with P(T|X) fixed to the middle crop, for three designs of f's third layer.
private struct MiddleCrop {
    /// The table's; filters of 5×5 that visit a place in every direction from the middle; and that see the map from one place.
    let narrowFilters, padded, unpadded: RunGroup
    private let data: String

    /// Filters of 5×5 on maps that are padded by one pixel, which is a stride of the crops.
    static let tolerant = ["intermediateEncoder.filterSide=5", "intermediateEncoder.padding=1"]

    init(_ groups: Catalogue.Groups, _ table: RunGroup, _ data: String) throws {
        func group(_ name: String, _ label: String, _ settings: [String]) throws -> RunGroup {
            try RunGroup(
                "\(data)-middle-\(name)", "middle crop, \(label)", base: table.configuration,
                settings: ["augmentation.training=fixed", "augmentation.gaussianWidth=0.35"] + settings,
                changes: groups.changes)
        }
        self.data = data
        narrowFilters = try group("3x3", "filters 3 × 3, padded", [])
        padded = try group("5x5-padded", "filters 5 × 5, padded", Self.tolerant)
        unpadded = try group(
            "5x5", "filters 5 × 5", ["intermediateEncoder.filterSide=5", "intermediateEncoder.padding=0"])
    }

    func rows(_ measures: [Measure]) -> [Artefact.Row] {
        [narrowFilters, padded, unpadded].map { Artefact.Row($0, label: "\(data), \($0.label)", measures) }
    }
}
