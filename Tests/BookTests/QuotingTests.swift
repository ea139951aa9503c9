import Testing

@testable import Book

/// What is quoted is what stands in the sources.
@Suite struct QuotingTests {
    private static let source = """
        /// A shape.
        enum Shape {
            /// Round.
            @inlinable
            static func circle(
                _ radius: Double
            ) -> Double
            where Double: Equatable {
                // A brace { in a comment, and one in a string: "}".
                let text = "}"
                return radius * Double(text.count)
            }

            /// How many.
            static let names = [
                "one", "two",
            ]
            case other
        }
        """

    @Test func aFunctionEndsWithItsBody() {
        let expected = """
            /// Round.
            @inlinable
            static func circle(
                _ radius: Double
            ) -> Double
            where Double: Equatable {
                // A brace { in a comment, and one in a string: "}".
                let text = "}"
                return radius * Double(text.count)
            }
            """
        #expect(SwiftSource.declaration(of: "circle", in: Self.source) == expected)
    }

    @Test func aConstantEndsWithItsValue() {
        let expected = "/// How many.\nstatic let names = [\n    \"one\", \"two\",\n]"
        #expect(SwiftSource.declaration(of: "names", in: Self.source) == expected)
        #expect(SwiftSource.declaration(of: "other", in: Self.source) == "case other")
        #expect(SwiftSource.declaration(of: "name", in: Self.source) == nil)
    }

    @Test func aStatementComesWithoutItsProof() {
        let text = "(* Gibbs *)\nTheorem gibbs : 0 <= I.\nProof. exact: x. Qed.\n\nLet p xz :=\n  f xz.\nLet q := 1.\n"
        #expect(CoqSource.statement(of: "gibbs", in: text) == "(* Gibbs *)\nTheorem gibbs : 0 <= I.")
        #expect(CoqSource.statement(of: "p", in: text) == "Let p xz :=\n  f xz.")
        #expect(CoqSource.statement(of: "gib", in: text) == nil)
    }

    @Test func aSectionEndsAtTheNextHeading() {
        let text = "# A\n\n## B\n\none\n\n### C\n\ntwo\n\n## D\n\nthree\n"
        #expect(Excerpt.section("B", of: text) == "one\n\n### C\n\ntwo")
        #expect(Excerpt.section("D", of: text) == "three")
        #expect(Excerpt.section("E", of: text) == nil)
    }

    /// Rounding may differ; six digits may not, and words may not.
    @Test func outputsAgreeUpToRounding() {
        func agree(_ left: String, _ right: String) -> Bool { Agreement.holds(left, right, within: .output) }
        #expect(agree("a 0.346573517458  4e-12", "a  0.346573517459 3e-13"))
        #expect(agree("───  x", "─────  x"))
        #expect(!agree("a 0.346573517458", "a 0.346583517458"))
        #expect(!agree("a 0.346573517458 holds", "a 0.346573517458 FAILS"))
        #expect(!agree("quadrature, 2D", "quadrature, 3D"))
        #expect(!agree("1 2", "1 2 3"))
    }
}
