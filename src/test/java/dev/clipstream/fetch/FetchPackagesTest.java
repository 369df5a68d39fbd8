package dev.clipstream.fetch;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// Sources depend on the contract, not on each other, and the contract does not depend on them.
class FetchPackagesTest {

    @Test
    void sourcesDoNotKnowEachOtherAndTheContractKnowsNoSource() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.clipstream.fetch");

        slices().matching("dev.clipstream.(**)").should().beFreeOfCycles().check(classes);
        slices().matching("dev.clipstream.fetch.(*)")
                .should()
                .notDependOnEachOther()
                .check(classes);
    }
}
