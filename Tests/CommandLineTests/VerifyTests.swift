import Foundation
import Testing

@Suite("Command line: verify")
struct VerifyCommandTests {
    private static let channel = """
        {"family": {"kind": "vonMisesFisher", "dimension": 3, "beta": 2.0}, "prior": [0.5, 0.5],
         "augmentation": [[0.5, 0.5], [0.5, 0.5]], "encoder": [[[1,0,0],[0,1,0]], [[0,0,1],[0,0,1]]]}
        """

    @Test("a channel of the user's: JSON with the documented keys, and a page with figures")
    func channelOfTheUser() throws {
        let program = try Program()
        try program.write(Self.channel, as: "mine.json")
        let outcome = try program.run("verify", "--channel", "mine.json", "--json", "--output", "page")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let answer = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        #expect(
            Set(answer.keys) == [
                "mutualInformation", "entropyZ", "entropyZGivenX", "jensenBound", "jensenGap", "meanApproximation",
                "simCLR", "verdict", "failures", "route",
            ])
        let page = try String(contentsOf: program.file("page/proposition1.html"), encoding: .utf8)
        #expect(page.contains("<svg") && page.contains("mine"))
        // The figures are this channel's and not the examples'.
        #expect(page.contains("The channel of the file, with other β. At its own, β = 2") && !page.contains("S⁴⁹"))
    }

    /// As a container is given one file of its host: it cannot be replaced, only written over.
    @Test(
        "a page on which another file is mounted is written over",
        .enabled(if: Program.mayMount, "only the superuser may mount"))
    func mountedPage() throws {
        let program = try Program()
        try program.write(Self.channel, as: "mine.json")
        try FileManager.default.createDirectory(at: program.file("page"), withIntermediateDirectories: true)
        try program.write("old", as: "page/proposition1.html")
        try program.write(String(repeating: "longer than the page ", count: 100_000), as: "mounted")
        let outcome = try program.run(
            "verify", "--channel", "mine.json", "--output", "page",
            wrapper: #"exec unshare -m sh -c 'mount --bind mounted page/proposition1.html && exec "$@"' sh "$@""#)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try String(contentsOf: program.file("page/proposition1.html"), encoding: .utf8) == "old")
        let page = try String(contentsOf: program.file("mounted"), encoding: .utf8)
        #expect(page.contains("<svg") && page.hasSuffix("</html>\n"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: program.file("page").path).count == 1)
    }

    @Test("a table without colours where it is no terminal")
    func plainTable() throws {
        let program = try Program()
        try program.write(Self.channel, as: "mine.json")
        let outcome = try program.run("verify", "--channel", "mine.json")
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(outcome.output.contains("holds for 1 of 1 channels") && !outcome.output.contains("\u{1B}"))
    }

    /// Scores of 1e12 leave four digits of their differences in a double.
    @Test("a channel that cannot be integrated to the accuracy fails with status 1", arguments: [[], ["--json"]])
    func failure(options: [String]) throws {
        let program = try Program()
        try program.write(
            Self.channel.replacingOccurrences(of: "\"beta\": 2.0", with: "\"beta\": 1e12"), as: "hard.json")
        let outcome = try program.start(["verify", "--channel", "hard.json"] + options).finish()
        #expect(outcome.status == 1)
        #expect((outcome.output + outcome.errors).contains("the error is of no use"))
    }

    @Test(
        "a file that is no channel is one line and status 65",
        arguments: [
            ("2.0", "-2.0", "\"beta\" is -2.0; expected a finite number above 0"),
            ("[0,1,0]", "[0,1.5,0]", "\"encoder\"[0][1] has norm 1.5; expected a unit vector"),
            ("[[0.5, 0.5], [0.5", "[[0.5, 0.4], [0.5", "\"augmentation\"[0] sums to 0.9; expected 1"),
            ("\"prior\":", "\"prior\": [1], \"prior\":", "the key \"prior\" twice"),
            ("2.0", "1e300", "\"beta\" is 1e+300; expected 1e+16 at most"),
        ])
    func noChannel(original: String, replacement: String, message: String) throws {
        let program = try Program()
        let text = Self.channel.replacingOccurrences(of: original, with: replacement)
        try #require(text != Self.channel)
        try program.write(text, as: "mine.json")
        let outcome = try program.run("verify", "--channel", "mine.json")
        #expect(outcome.status == 65 && outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("tac-reference: ") && outcome.errors.contains("mine.json"))
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
        #expect(outcome.errors.split(whereSeparator: \.isNewline).count == 1)
    }
}
