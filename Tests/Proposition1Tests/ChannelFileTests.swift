import Diagnostics
import Foundation
import Proposition1
import Testing

@Suite struct ChannelFileTests {
    private static let valid = """
        {"family": {"kind": "vonMisesFisher", "dimension": 3, "beta": 2.0}, "prior": [0.5, 0.5],
         "augmentation": [[0.3, 0.7], [1.0, 0.0]], "encoder": [[[1,0,0],[0,1,0]], [[0,0,1],[0,0,1]]]}
        """

    @Test func theDocumentedExampleIsRead() throws {
        let channel = try ChannelFile.decode(Data(ChannelFileTests.valid.utf8))
        #expect(channel.family == NoiseFamily(kind: .vonMisesFisher, dimension: 3, beta: 2))
        #expect(
            channel.prior == [0.5, 0.5] && channel.augmentation[1] == [1, 0] && channel.encoder[0][1] == [0, 1, 0])
        #expect(!channel.hasUniformAugmentation && channel.images == 2 && channel.views == 2)
    }

    /// Each replacement makes one mistake; the message must name it.
    @Test(arguments: [
        ("[0.3, 0.7]", "[0.3, 0.6]", "\"augmentation\"[0] sums to 0.8999999999999999"),
        ("[0.5, 0.5]", "[0.5, 0.6]", "\"prior\" sums to 1.1"),
        ("[0.5, 0.5]", "[1.5, -0.5]", "\"prior\"[1] is -0.5"),
        ("[0.5, 0.5]", "[]", "\"prior\" is empty"),
        ("[0.5, 0.5]", "[1]", "\"augmentation\" has 2 elements; expected 1"),
        ("[0.3, 0.7], [1.0, 0.0]", "[], []", "\"augmentation\"[0] is empty"),
        ("[1.0, 0.0]", "[1.0]", "\"augmentation\"[1] has 1 elements; expected 2"),
        ("[[1,0,0],[0,1,0]]", "[[1,0,0]]", "\"encoder\"[0] has 1 elements; expected 2"),
        ("[0,1,0]", "[0,1]", "\"encoder\"[0][1] has 2 coordinates; expected \"dimension\" = 3"),
        ("[0,1,0]", "[0,2,0]", "\"encoder\"[0][1] has norm 2.0; expected a unit vector"),
        ("[0,1,0]", "[0,\"a\",0]", "\"encoder\"[0][1][1] is \"a\"; expected a number"),
        ("[0,1,0]", "[0,NaN,0]", "invalid JSON (line 2, column 68: expected a value, found NaN)"),
        ("[0,1,0]", "[0,\"NaN\",0]", "\"encoder\"[0][1][1] is \"NaN\"; expected a number"),
        ("[0,1,0]", "[0,1e999,0]", "\"encoder\"[0][1][1] is 1e999; expected a number within the range of a double"),
        ("[0,1,0]", "[0,null,0]", "\"encoder\"[0][1][1] is null; expected a number"),
        ("[0.5, 0.5],", "[0.5, 0.5], \"prior\": [0.1, 0.9],", "the key \"prior\" twice in one object"),
        ("\"beta\": 2.0", "\"beta\": 2.0, \"beta\": 3.0", "the key \"beta\" twice in one object"),
        ("[[[1,0,0],[0,1,0]], [[0,0,1],[0,0,1]]]", "[]", "\"encoder\" has 0 elements; expected 2"),
        ("[[0.3, 0.7], [1.0, 0.0]]", "[]", "\"augmentation\" has 0 elements; expected 2"),
        ("[0.3, 0.7]", "[0.3, -0.7]", "\"augmentation\"[0][1] is -0.7; expected a probability"),
        ("[0,1,0]", "[]", "\"encoder\"[0][1] has 0 coordinates"),
        ("\"beta\": 2.0", "\"beta\": 0", "\"beta\" is 0.0; expected a finite number above 0"),
        ("\"beta\": 2.0", "\"beta\": -1", "\"beta\" is -1.0"),
        ("\"beta\": 2.0", "\"beta\": true", "\"beta\" is true; expected a number"),
        ("\"beta\": 2.0", "\"temperature\": 2.0", "unknown key \"temperature\""),
        ("\"prior\"", "\"priors\"", "unknown key \"priors\""),
        (", \"beta\": 2.0", "", "\"family\" lacks the key \"beta\""),
        ("\"dimension\": 3", "\"dimension\": 1", "\"dimension\" is 1; expected 2 or more for vonMisesFisher"),
        ("\"dimension\": 3", "\"dimension\": 03", "found 03, which begins with 0"),
        ("\"dimension\": 3", "\"dimension\": \"3\"", "\"family\".\"dimension\" is \"3\"; expected a whole number"),
        ("\"dimension\": 3", "\"dimension\": 2.5", "\"dimension\" is 2.5; expected a whole number"),
        ("vonMisesFisher", "laplace", "\"kind\" is \"laplace\"; expected \"vonMisesFisher\" or \"gaussian\""),
        ("[0.5, 0.5]", "7", "\"prior\" is 7; expected an array"),
        ("]]]}", "]]]", "invalid JSON"),
    ])
    func eachMistakeIsNamed(original: String, replacement: String, message: String) throws {
        let text = ChannelFileTests.valid.replacingOccurrences(of: original, with: replacement)
        try #require(text != ChannelFileTests.valid)
        let failure = #expect(throws: Failure.self) { try ChannelFile.decode(Data(text.utf8)) }
        #expect(failure?.kind == .badData)
        #expect(failure?.message.contains(message) == true, "\(failure?.message ?? "none")")
        #expect(failure?.message.contains("\n") == false)
    }

    @Test func valuesThatAreNotNumbersAreRefused() {
        let family = NoiseFamily(kind: .gaussian, dimension: 1, beta: 1)
        #expect(throws: Failure.self) {
            try FiniteChannel(family: family, prior: [.nan], augmentation: [[1]], encoder: [[[0]]])
        }
        for code in [Double.infinity, -1e200] {
            #expect(throws: Failure.self) {
                try FiniteChannel(family: family, prior: [1], augmentation: [[1]], encoder: [[[code]]])
            }
        }
        let endless = NoiseFamily(kind: .gaussian, dimension: 1, beta: .infinity)
        #expect(throws: Failure.self) {
            try FiniteChannel(family: endless, prior: [1], augmentation: [[1]], encoder: [[[0]]])
        }
    }

    @Test func aMissingFileIsNamed() {
        let failure = #expect(throws: Failure.self) {
            try ChannelFile.read(URL(fileURLWithPath: "no-such-channel.json"))
        }
        #expect(failure?.kind == .missingInput && failure?.message.contains("no-such-channel.json") == true)
    }
}
