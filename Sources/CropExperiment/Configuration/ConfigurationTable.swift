extension ExperimentConfiguration {
    /// `docs/hyperparameters.md`: every setting with its default, who chose it, its range and its meaning.
    public static var documentation: String {
        let defaults = ExperimentConfiguration()
        let rows = settings.map { setting in
            let origin =
                switch setting.origin {
                case .paper(let place): "paper, \(place)"
                case .ours: "ours"
                }
            return tableRow([
                "`\(setting.key)`", "\(setting.value(in: defaults))", origin, setting.expectation, setting.note,
            ])
        }
        let choices = fixedChoices.map { tableRow([$0.choice, $0.reason]) }
        return """
            # Hyperparameters

            Every setting of a run, with the value it has unless told otherwise. "Ours" marks what the paper leaves open.
            Set one with `--set KEY=VALUE`, or several in a JSON file with one object a section, given by `--config FILE`.
            The whole configuration is saved beside each result as `configuration.json`.

            This page is made by `tac-reference settings --markdown`; a test compares it with the code.

            | setting | default | chosen by | may be | meaning |
            | --- | --- | --- | --- | --- |
            \(rows.joined(separator: "\n"))

            ## Fixed choices

            What the paper leaves open and the code fixes.

            | choice | reason |
            | --- | --- |
            \(choices.joined(separator: "\n"))

            """
    }

    private static func tableRow(_ cells: [String]) -> String {
        // A bare bar would begin a new cell.
        "| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |"
    }
}
