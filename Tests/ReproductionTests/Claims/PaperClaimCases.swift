import Reproduction

// The claims of the paper, in the catalogue's order.

extension ClaimCase {
    static let ofThePaper = [
        headBeatsOracle, augmentationOnDigit, uniformity, simCLRCollapses, selectionOfLambda, collapseOfAugmentation,
        numberOfViews, updatesInTurn, adversarialAugmentation,
    ]

    private static let headBeatsOracle = ClaimCase(
        "head-beats-oracle", ["derived-ours": [.h: [0.9301]], "derived-simclr": [.fOracle: [0.93]]],
        [
            .different("our h is equal", ["derived-ours": [.h: [0.93]]]),
            .different("our h is below", ["derived-ours": [.h: [0.9299]]]),
        ])

    /// The standard error of the paper's 0.998 ± 0.003 over four seeds is 0.0015; one of ours adds 0.003, and four seeds at ±a add
    /// a/√3.
    private static let augmentationOnDigit = ClaimCase(
        "augmentation-on-digit", ["derived-ours": [.mass: [0.998]]],
        [
            .reproduced("less by not quite 2 errors of 0.00335", ["derived-ours": [.mass: [0.9914]]]),
            .different("less by more than these", ["derived-ours": [.mass: [0.9912]]]),
            .reproduced("all of it", ["derived-ours": [.mass: [1]]]),
            .reproduced("within 2 errors of 0.00161", ["derived-ours": [.mass: [0.994, 0.996, 0.994, 0.996]]]),
            .different("beyond them", ["derived-ours": [.mass: [0.9936, 0.9956, 0.9936, 0.9956]]]),
        ])

    private static let uniformity = ClaimCase(
        "uniformity", ["derived-ours": [.potential: [0.0845]], "derived-simclr": [.potential: [0.9757]]],
        [
            .reproduced("ours more by not quite half a digit", ["derived-ours": [.potential: [0.08454]]]),
            .different("ours less uniform", ["derived-ours": [.potential: [0.08456]]]),
            .reproduced("ours alone more uniform", ["derived-ours": [.potential: [0.08444]]]),
            .reproduced("simCLR less by not quite half a digit", ["derived-simclr": [.potential: [0.97566]]]),
            .different("simCLR more uniform", ["derived-simclr": [.potential: [0.97564]]]),
            .reproduced("simCLR alone less uniform", ["derived-simclr": [.potential: [0.97576]]]),
            .exceeded(
                "both beyond the paper",
                ["derived-ours": [.potential: [0.08444]], "derived-simclr": [.potential: [0.97576]]]),
            .reproduced(
                "ours within 2 errors of 0.0029", ["derived-ours": [.potential: [0.085, 0.095, 0.085, 0.095]]]),
            .different("ours beyond them", ["derived-ours": [.potential: [0.086, 0.096, 0.086, 0.096]]]),
        ])

    private static let simCLRCollapses = ClaimCase(
        "simclr-collapses",
        ["derived-ours": [.blankDistance: [0.8]], "derived-simclr": [.blankDistance: [0.3999]]],
        [
            .different("half as far", ["derived-simclr": [.blankDistance: [0.4]]]),
            .different("farther than half as far", ["derived-simclr": [.blankDistance: [0.4001]]]),
        ])

    private static let selectionOfLambda = ClaimCase(
        "selection-of-lambda",
        [
            "lambda-0.001": [.trainingObjective: [0.45], .hTraining: [0.90]],
            "lambda-0.0025": [.trainingObjective: [0.46], .hTraining: [0.91]],
            "lambda-0.005": [.trainingObjective: [0.4599], .hTraining: [0.9099]],
        ],
        [
            .different("the smallest has the best objective", ["lambda-0.001": [.trainingObjective: [0.4601]]]),
            .different("the greatest has the best objective", ["lambda-0.005": [.trainingObjective: [0.4601]]]),
            .different("the smallest has the best accuracy", ["lambda-0.001": [.hTraining: [0.9101]]]),
            .different("the greatest has the best accuracy", ["lambda-0.005": [.hTraining: [0.9101]]]),
        ])

    private static let collapseOfAugmentation = ClaimCase(
        "collapse-of-augmentation",
        [
            "lambda-0.00005": [.entropy: [0.4999], .f: [0.9499], .h: [0.9], .fTraining: [0.96]],
            "lambda-0.0025": [.f: [0.95], .h: [0.91]],
        ],
        [
            .different("half a nat", ["lambda-0.00005": [.entropy: [0.5]]]),
            .different("more than half a nat", ["lambda-0.00005": [.entropy: [0.5001]]]),
            .different("f is equal", ["lambda-0.00005": [.f: [0.95]]]),
            .different("f is above", ["lambda-0.00005": [.f: [0.9501]]]),
            .reproduced("h is above", ["lambda-0.00005": [.h: [0.92]]]),
        ])

    private static let numberOfViews = ClaimCase(
        "number-of-views",
        [
            "views-2-ours": [.f: [0.94]], "views-4-ours": [.f: [0.9499]], "views-8-ours": [.f: [0.95]],
            "views-16-ours": [.f: [0.96]],
            "views-2-simclr": [.fOracle: [0.9099]], "views-4-simclr": [.fOracle: [0.90]],
            "views-8-simclr": [.fOracle: [0.91]], "views-16-simclr": [.fOracle: [0.80]],
        ],
        [
            .different("ours: 2 are better", ["views-2-ours": [.f: [0.9501]]]),
            .different("ours: 2 are as good", ["views-2-ours": [.f: [0.95]]]),
            .different("ours: 4 are better", ["views-4-ours": [.f: [0.9501]]]),
            .different("ours: 4 are as good", ["views-4-ours": [.f: [0.95]]]),
            .different("simCLR: 2 are better", ["views-2-simclr": [.fOracle: [0.9101]]]),
            .different("simCLR: 2 are as good", ["views-2-simclr": [.fOracle: [0.91]]]),
            .different("simCLR: 4 are better", ["views-4-simclr": [.fOracle: [0.9101]]]),
            .different("simCLR: 4 are as good", ["views-4-simclr": [.fOracle: [0.91]]]),
            .reproduced(
                "what 16 do does not count",
                ["views-16-ours": [.f: [0.90]], "views-16-simclr": [.fOracle: [0.95]]]),
        ])

    /// A spread of exact halves, so that equal ones are equal.
    private static let updatesInTurn = ClaimCase(
        "updates-in-turn", ["short-ours": [.f: [0.9375, 0.953125]], "together": [.f: [0.875, 0.90625]]],
        [
            .reproduced("spread alike", ["short-ours": [.f: [0.9375, 0.96875]]]),
            .different("spread farther", ["short-ours": [.f: [0.9375, 0.9688]]]),
            .different("not above", ["short-ours": [.f: [0.8828125, 0.8984375]]]),
            .reproduced("one seed has no spread", ["short-ours": [.f: [0.8907]], "together": [.f: [0.8906]]]),
            .different("one seed, below", ["short-ours": [.f: [0.8905]], "together": [.f: [0.8906]]]),
        ])

    private static let adversarialAugmentation = ClaimCase(
        "adversarial-augmentation", ["adversarial": [.mass: [0.0999], .h: [0.4499]], "short-ours": [.h: [0.9]]],
        [
            .different("a tenth of the mass", ["adversarial": [.mass: [0.1]]]),
            .different("more than a tenth", ["adversarial": [.mass: [0.1001]]]),
            .different("half the accuracy", ["adversarial": [.h: [0.45]]]),
            .different("more than half of it", ["adversarial": [.h: [0.4501]]]),
        ])
}
