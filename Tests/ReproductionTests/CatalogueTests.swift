import CropExperiment
import Diagnostics
import Reproduction
import Testing

/// The objects of the reproduction and the plan of their runs.
@Suite struct CatalogueTests {
    @Test func everyArtefactHasANameOfItsOwn() throws {
        let catalogue = try Catalogue()
        #expect(Set(catalogue.artefacts.map { "\($0.kind) \($0.name)" }).count == catalogue.artefacts.count)
        #expect(catalogue.artefacts.filter { $0.kind == .table }.map(\.name) == ["1", "2"])
        #expect(catalogue.artefacts.filter { $0.kind == .figure }.map(\.name) == ["1", "3", "6", "7", "8"])
        for artefact in catalogue.artefacts {
            #expect(!artefact.groups.isEmpty && !artefact.rule.isEmpty && !artefact.place.isEmpty, "\(artefact.name)")
        }
    }

    @Test func everyConfigurationIsValid() throws {
        for schedule in [Catalogue.Schedule.full, .quick] {
            for group in try Catalogue(schedule).groups { try group.configuration.validate(trainingCount: 1_347) }
        }
    }

    /// What a page says of a run's settings is all that distinguishes it from the defaults of its data and method.
    @Test(arguments: [Catalogue.Schedule.full, .quick]) func settingsSayHowARunDiffersFromTheDefaults(
        _ schedule: Catalogue.Schedule
    ) throws {
        for group in try Catalogue(schedule).groups where group.kind == .training {
            var configuration =
                group.configuration.variant == .original ? ExperimentConfiguration.original : ExperimentConfiguration()
            configuration.method = group.configuration.method
            if schedule == .quick { configuration.training.steps /= 10 }
            for setting in group.settings { try configuration.set(setting) }
            #expect(configuration == group.configuration, "\(group.name)")
        }
    }

    /// Groups of one name have one configuration, so that a folder is one run's.
    @Test func aNameIsOneRun() throws {
        let groups = try Catalogue().artefacts.flatMap(\.groups)
        for (name, same) in Dictionary(grouping: groups, by: \.name) {
            #expect(Set(same.map { $0.run(seed: 1).identity }).count == 1, "\(name)")
        }
    }

    @Test func sharedRunsAreDoneOnce() throws {
        let plan = ReproductionPlan(try Catalogue().artefacts, seeds: 4)
        #expect(Set(plan.runs.map(\.identity)).count == plan.runs.count)
        #expect(Set(plan.runs.map(\.name)).count == plan.runs.count)
        let table = ReproductionPlan([try Catalogue().artefact(.table, "1")], seeds: 4)
        #expect(table.runs.count == 12)
        // A claim on the table's runs adds none.
        let more = ReproductionPlan(
            [try Catalogue().artefact(.table, "1"), try Catalogue().artefact(.claim, "head-beats-oracle")], seeds: 4)
        #expect(more.runs == table.runs)
        #expect(
            ReproductionPlan([try Catalogue().artefact(.figure, "3")], seeds: 4).runs.map(\.name) == [
                "derived-ours-seed0"
            ])
    }

    @Test func quickIsATenth() throws {
        let (full, quick) = (try Catalogue(.full), try Catalogue(.quick))
        for (one, other) in zip(full.groups, quick.groups) {
            let (steps, fewer) = (one.configuration.training.steps, other.configuration.training.steps)
            #expect(fewer == max(1, steps / 10), "\(one.name): \(steps), \(other.name): \(fewer)")
        }
    }

    @Test func changesReachEveryRun() throws {
        let catalogue = try Catalogue(
            .quick, changes: ["training.steps=3", "training.batchSize=16", "intermediateEncoder.padding=1"])
        for group in catalogue.groups {
            let configuration = group.configuration
            #expect(configuration.training.steps == 3 && configuration.training.batchSize == 16, "\(group.name)")
            #expect(configuration.intermediateEncoder.padding == 1, "\(group.name)")
        }
        #expect(throws: Failure.self) { try Catalogue(.quick, changes: ["nonsense=1"]) }
    }

    @Test func anUnknownNameListsTheKnownOnes() throws {
        let failure = #expect(throws: Failure.self) { try Catalogue().artefact(.table, "3") }
        #expect(failure?.kind == .usage && failure?.message.contains("1, 2") == true)
    }

    @Test func whatIsMissingIsNotJudged() throws {
        let measurements = Measurements([])
        for artefact in try Catalogue().artefacts {
            #expect(artefact.judgement(on: measurements).verdict == .missing, "\(artefact.name)")
        }
    }
}
