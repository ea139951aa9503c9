import Testing

@testable import Reproduction

/// The rules that decide the published verdicts, on made-up runs: numbers that satisfy a rule, and for each of its conditions
/// numbers that violate it and no other, close to where it turns.
@Suite struct ClaimRuleTests {
    private static let cases = ClaimCase.ofThePaper + ClaimCase.ours

    private func artefact(_ one: ClaimCase) throws -> Artefact { try Catalogue().artefact(.claim, one.claim) }

    private func records(_ artefact: Artefact, _ numbers: RunNumbers) throws -> [RunRecord] {
        // A name that is no group's would change nothing.
        try #require(Set(numbers.keys).isSubset(of: artefact.groups.map(\.name)))
        return try artefact.groups.flatMap { try $0.records(numbers[$0.name] ?? [:]) }
    }

    @Test func everyClaimHasItsCases() throws {
        let claims = try Catalogue().artefacts.filter { $0.kind == .claim }.map(\.name)
        #expect(Self.cases.map(\.claim) == claims)
        #expect(Self.cases.allSatisfy { $0.outcomes.contains { $0.verdict == .different } })
    }

    @Test(arguments: cases) func theRuleDecides(one: ClaimCase) throws {
        let artefact = try artefact(one)
        for outcome in [.reproduced("nothing changed", [:])] + one.outcomes {
            let judgement = artefact.judgement(
                on: Measurements(try records(artefact, one.changed(outcome.changes))))
            let expected = artefact.isOurs && outcome.verdict == .reproduced ? .holds : outcome.verdict
            #expect(judgement.verdict == expected, "\(outcome.what): \(judgement.reason)")
        }
    }

    /// The table of such a claim has one run of each group, and so has the sentence above it.
    @Test func aClaimOfOneSeedIsJudgedByIt() throws {
        for one in Self.cases {
            let artefact = try artefact(one)
            guard artefact.isOfOneSeed else { continue }
            func judgement(_ seeds: (Double) -> [Double]) throws -> Artefact.Judgement {
                let numbers = one.numbers.mapValues { $0.mapValues { seeds($0[0]) } }
                return artefact.judgement(on: Measurements(try records(artefact, numbers)))
            }
            #expect(try judgement { [$0, 2 * $0] } == judgement { [$0] })

        }
    }

    /// Without the runs of one of its groups, or without what is measured on them besides, nothing is judged.
    @Test(arguments: cases) func whatIsIncompleteIsNotJudged(one: ClaimCase) throws {
        let artefact = try artefact(one)
        let records = try records(artefact, one.numbers)
        for group in artefact.groups {
            let rest = Measurements(records.filter { !$0.identity.isOf(group) })
            #expect(artefact.judgement(on: rest).verdict == .missing, "\(group.name)")
            guard !group.analyses.isEmpty else { continue }
            let bare = Measurements(
                records.map { record in
                    var copy = record
                    if copy.identity.isOf(group) { copy.analyses = RunAnalyses() }
                    return copy
                })
            #expect(artefact.judgement(on: bare).verdict == .missing, "\(group.name)")
        }
    }
}
