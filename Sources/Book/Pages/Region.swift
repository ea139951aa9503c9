import Diagnostics

/// A marked region of a page: what the program writes between two comments, which a reader of the page does not see.
///
///     <!-- number: channel paper-parameters information .4 -->0.0025<!-- end -->
///
/// The first word says what stands there, the rest which.
package struct Region: Equatable, Sendable {
    /// What a region holds.
    package enum Kind: String, CaseIterable, Sendable {
        /// A declaration of a Swift file, with its documentation: `swift: PATH NAME`.
        case swift
        /// Statements of a Coq file, without their proofs: `coq: PATH NAME…`.
        case coq
        /// A file as it stands: `file: PATH`.
        case file
        /// A command and what it prints: `output: tac-reference …`.
        case output
        /// The lines of a file that contain one of some words: `excerpt: PATH | WORD | WORD`.
        case excerpt
        /// A section of a Markdown file without its heading: `section: PATH | HEADING`.
        case section
        /// A figure, drawn anew: `figure: NAME`.
        case figure
        /// A number by its key: `number: KEY`.
        case number
        /// The model answer of an exercise: `answer: NUMBER`.
        case answer
        /// A list made from all chapters: `index: equations` or `index: exercises`.
        case index
    }

    /// What the region holds.
    package let kind: Kind
    /// Which.
    package let argument: String
    /// The line of its opening comment, counted from 1.
    let line: Int
    /// Where its content lies in the page's text.
    let body: Range<String.Index>

    /// Whether the content stands on lines of its own, between those of the comments.
    var isBlock: Bool {
        switch kind {
        case .number, .answer: false
        default: true
        }
    }
}
