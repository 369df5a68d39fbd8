package dev.clipstream.index;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// What makes a further store an addition: callers see the contract alone, and implementations do not see each other.
class IndexArchitectureTest {
    private static final String INDEX = "dev.clipstream.index";
    private static final String CHOICE = "MediaIndexFactories";

    private static final JavaClasses CLIPSTREAM = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.clipstream");

    private static final JavaClasses AREA = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(INDEX);

    @Test
    void noTwoPackagesDependOnEachOther() {
        slices().matching("dev.clipstream.(**)").should().beFreeOfCycles().check(AREA);
    }

    @Test
    void theContractKnowsNoStore() {
        noClasses()
                .that()
                .resideInAnyPackage(INDEX, INDEX + ".rules")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        INDEX + ".lucene..",
                        INDEX + ".redis..",
                        "org.apache.lucene..",
                        "redis..",
                        "com.redis..",
                        "org.springframework..")
                .check(AREA);
    }

    @Test
    void storesDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAPackage(INDEX + ".redis..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(INDEX + ".lucene..", "org.apache.lucene..")
                .check(AREA);
        noClasses()
                .that()
                .resideInAPackage(INDEX + ".lucene..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(INDEX + ".redis..", "redis..", "com.redis..")
                .check(AREA);
        noClasses()
                .that()
                .resideInAPackage(INDEX + ".redis.query")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(INDEX + ".redis.vectorset")
                .check(AREA);
        noClasses()
                .that()
                .resideInAPackage(INDEX + ".redis.vectorset")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(INDEX + ".redis.query")
                .check(AREA);
    }

    /// Settings hold enums of stores, such as how they keep vectors.
    @Test
    void onlyTheChoiceKnowsImplementations() {
        noClasses()
                .that()
                .resideOutsideOfPackage(INDEX + "..")
                .and()
                .doNotHaveSimpleName(CHOICE)
                .should()
                .dependOnClassesThat(resideInAnyPackage(INDEX + ".lucene..", INDEX + ".redis..")
                        .and(DescribedPredicate.describe("are no enums", type -> !type.isEnum())))
                .check(CLIPSTREAM);
    }
}
