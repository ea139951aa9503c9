import CropExperiment
import Drawing
import Foundation
import TestSupport
import Testing

@testable import Reporting

@Suite("Panels") struct PanelTests {
    @Test("image panels and scatter plots are well-formed, whatever their numbers")
    func panelsAreRobust() throws {
        for value in [0.25, 0, .nan, .infinity, -1, 1e300] {
            for grid in [0, 1, 3, 17] {
                let figures = Sample.figures(grid: grid, value: value)
                for augmentation in figures.augmentations {
                    try expectSoundFigure(ImagePanels.augmentation(augmentation).rendered())
                }
                try expectSoundFigure(PlaneScatter.svg(figures.plane, title: hostileText).rendered())
            }
        }
        try expectSoundFigure(ImagePanels.colorBar().rendered())
        try expectSoundFigure(PlaneScatter.svg([], title: "empty").rendered())
        let ragged = RunFigures.Augmentation(
            canvas: Sample.image(side: 28), label: -4, probabilities: [[0.1], [], Array(repeating: 0.05, count: 18)])
        try expectSoundFigure(ImagePanels.augmentation(ragged).rendered())
    }

    /// Cells of the largest canvas and no others are read: a panel counts with their numbers.
    @Test(arguments: [(0, true), (63, true), (64, false), (-1, false), (Int.max, false)])
    func theCellOfASampleIsOneOfACanvas(cell: Int, isRead: Bool) throws {
        let json = #"{"canvas": {"width": 1, "height": 1, "pixels": "AA=="}, "label": 3, "cell": \#(cell)}"#
        let sample = try? JSONDecoder().decode(RunFigures.Sample.self, from: Data(json.utf8))
        #expect((sample?.cell == cell) == isRead)
    }
}
