import Foundation

/// A command that writes, in a folder of its own with what earlier commands left there.
struct Scenario: Sendable {
    /// The name for reports and replays.
    let name: String
    /// Commands that made what lies in the folder before.
    var earlier: [[String]] = []
    /// Files that lie in the folder before, by their paths.
    var files: [String: String] = [:]
    /// The command.
    let arguments: [String]
    /// Whether a killed process's temporary files stay: it had no lock of the folder that it wrote into, and whoever comes next
    /// cannot know that it is dead.
    var keepsLeftovers = false
    /// Whether the command is refused once its files are written.
    var isOnce = false
    /// Whether only calls that change something are disturbed: what the command reads is the sources of its own project, or what
    /// other commands read in the same way.
    var isReadUndisturbed = false

    /// The folder, within the program's, that is watched.
    static let watched = "work"

    private static let tiny = [
        "training.batchSize=8", "training.views=2", "training.augmentationViews=2", "intermediateEncoder.channels=2,4",
        "intermediateEncoder.features=8", "projectionHead.hidden=8", "projectionHead.dimension=4",
        "augmentation.channels=2", "training.learningRateSchedule=constant", "canvas.cellsPerSide=1",
        "evaluation.maximumIterations=2",
    ].flatMap { ["--set", $0] }

    private static func train(_ folder: String, steps: Int, seed: Int = 0) -> [String] {
        ["train", "--embedded", "--output", "work/\(folder)", "--steps", "\(steps)", "--seed", "\(seed)"] + tiny
    }

    private static func evaluate(_ folder: String) -> [String] { ["evaluate", "--embedded", "work/\(folder)"] }

    private static let reproduce =
        ["reproduce", "--quick", "--embedded", "--seeds", "1", "--claim", "simclr-collapses", "--output", "work/all"]
        + tiny

    private static let channel = """
        { "family": {"kind": "vonMisesFisher", "dimension": 2, "beta": 2}, "prior": [0.5, 0.5],
          "augmentation": [[0.5, 0.5], [0.5, 0.5]],
          "encoder": [[[0.6, 0.8], [-0.6, 0.8]], [[-0.6, -0.8], [0.6, -0.8]]] }
        """

    private static let page = """
        # A page
        <!-- file: docs/text.txt -->
        what stood there before
        <!-- end -->

        <!-- figure: crops -->
        a picture
        <!-- end -->

        """

    /// A new run.
    static let training = Scenario(name: "train", arguments: train("run", steps: 4))
    /// A run that goes on: its checkpoint is replaced.
    static let goingOn = Scenario(
        name: "train-on", earlier: [train("run", steps: 2)], arguments: train("run", steps: 4))
    /// An evaluation that replaces another one's results.
    static let evaluation = Scenario(
        name: "evaluate",
        earlier: [
            train("run", steps: 2), evaluate("run") + ["--set", "evaluation.topCrops=2"],
        ], arguments: evaluate("run"))
    /// A report that replaces another one.
    static let report = Scenario(
        name: "report",
        earlier: [
            train("first", steps: 2), train("second", steps: 2, seed: 1), evaluate("first"), evaluate("second"),
            ["report", "work/first", "--output", "work/both"],
        ], arguments: ["report", "work/first", "work/second", "--output", "work/both"], keepsLeftovers: true)
    /// A reproduction.
    static let reproduction = Scenario(
        name: "reproduce", arguments: reproduce + ["--set", "training.steps=4"], keepsLeftovers: true,
        isReadUndisturbed: true)
    /// A page of Proposition 1 that replaces another one.
    static let verification = Scenario(
        name: "verify", earlier: [["verify", "--channel", "channel.json", "--output", "work/page"]],
        files: ["channel.json": channel, "other.json": channel.replacing(#""beta": 2"#, with: #""beta": 3"#)],
        arguments: ["verify", "--channel", "other.json", "--output", "work/page"], keepsLeftovers: true)
    /// The information of a trained run, beside that for another β.
    static let information = Scenario(
        name: "information",
        earlier: [
            train("run", steps: 2),
            ["information", "work/run", "--embedded", "--images", "8", "--beta", "1", "--output", "work/run"],
        ],
        arguments: ["information", "work/run", "--embedded", "--images", "8", "--beta", "2", "--output", "work/run"],
        keepsLeftovers: true)
    /// The log of a search, which gets a second line.
    static let search = Scenario(
        name: "search",
        earlier: [
            train("first", steps: 2), train("second", steps: 2, seed: 1), evaluate("first"), evaluate("second"),
            ["search", "work/log.json", "--add", "work/first"],
        ], arguments: ["search", "work/log.json", "--add", "work/second"], keepsLeftovers: true,
        isOnce: true)
    /// A book with two regions that are out of date.
    static let book = Scenario(
        name: "book",
        files: [
            "work/docs/text.txt": "what the region quotes\n", "work/docs/book/constants.json": "{}",
            "work/docs/book/01-page.md": page, "work/docs/book/figures/crops.svg": "an old picture",
        ], arguments: ["book", "--project", "work"], keepsLeftovers: true, isReadUndisturbed: true)

    /// All of them.
    static let all = [
        training, goingOn, evaluation, report, verification, information, search, book, reproduction,
    ]
}
