import Diagnostics
import Drawing
import Foundation
import Synchronization

/// A picture of the book: what it shows, and how it is drawn from computed data.
struct BookFigure: Sendable {
    /// What a reader sees who cannot see it; the alternative text.
    let description: String
    /// Draws it.
    let draw: @Sendable (Material) throws -> Markup

    /// What figures are drawn from.
    struct Material: Sendable {
        let root: URL
        let channels: Channels
    }
}

/// The book's figures by name, each drawn once.
final class Figures: Sendable {
    private let data: BookFigure.Material
    private let kept = Mutex<[String: String]>([:])

    init(root: URL, channels: Channels) { data = BookFigure.Material(root: root, channels: channels) }

    /// All of them; the names are those of the files.
    static let all: [String: BookFigure] = [
        "crops": .crops, "density-ratio": .densityRatio, "entropies": .entropies, "gap-and-angle": .gapAndAngle,
        "stand-ins": .standIns, "bias": .bias, "critics": .critics, "choosing-crops": .choosingCrops,
        "accuracy": .accuracy, "accuracy-by-steps": .accuracyBySteps, "factor": .factor, "proof-files": .proofFiles,
        "faults": .faults,
    ]

    /// A figure as an SVG file.
    ///
    /// - Throws: `Failure` of kind `.badData` where there is no figure of this name, and what its data throw.
    func svg(_ name: String) throws -> String {
        if let known = kept.withLock({ $0[name] }) { return known }
        let drawn = SVG.file(try figure(name).draw(data))
        kept.withLock { $0[name] = drawn }
        return drawn
    }

    /// The alternative text of a figure.
    func description(_ name: String) throws -> String { try figure(name).description }

    private func figure(_ name: String) throws -> BookFigure {
        guard let figure = Figures.all[name] else {
            throw Failure(.badData, "expected a figure of \(Figures.all.keys.sorted()), found \(name)")
        }
        return figure
    }
}
