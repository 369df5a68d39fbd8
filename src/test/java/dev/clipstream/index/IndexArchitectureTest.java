package dev.clipstream.index;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.clipstream.Architecture.CLIPSTREAM;
import static dev.clipstream.Architecture.library;
import static dev.clipstream.Architecture.ours;

import com.tngtech.archunit.base.DescribedPredicate;
import dev.clipstream.runtime.index.MediaIndexFactories;
import org.junit.jupiter.api.Test;

/// The rules that make a further store an addition: callers see the contract alone, and implementations do not see
/// each other. A rule fails when a package that it names is missing.
class IndexArchitectureTest {

    @Test
    void theContractKnowsNoStore() {
        noClasses()
                .that()
                .resideInAnyPackage(ours("index", "index.rules"))
                .should()
                .dependOnClassesThat(resideInAnyPackage(ours("index.lucene..", "index.redis.."))
                        .or(resideInAnyPackage(
                                library("org.apache.lucene..", "redis..", "com.redis..", "org.springframework.."))))
                .check(CLIPSTREAM);
    }

    @Test
    void storesDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAnyPackage(ours("index.redis.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage(ours("index.lucene.."))
                        .or(resideInAnyPackage(library("org.apache.lucene.."))))
                .check(CLIPSTREAM);
        noClasses()
                .that()
                .resideInAnyPackage(ours("index.lucene.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage(ours("index.redis.."))
                        .or(resideInAnyPackage(library("redis..", "com.redis.."))))
                .check(CLIPSTREAM);
        noClasses()
                .that()
                .resideInAnyPackage(ours("index.redis.query"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ours("index.redis.vectorset"))
                .check(CLIPSTREAM);
        noClasses()
                .that()
                .resideInAnyPackage(ours("index.redis.vectorset"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ours("index.redis.query"))
                .check(CLIPSTREAM);
    }

    /// Settings hold enums of stores, such as how they keep vectors.
    @Test
    void onlyTheChoiceKnowsImplementations() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ours("index.."))
                .and()
                .doNotHaveFullyQualifiedName(MediaIndexFactories.class.getName())
                .should()
                .dependOnClassesThat(resideInAnyPackage(ours("index.lucene..", "index.redis.."))
                        .and(DescribedPredicate.describe("are no enums", type -> !type.isEnum())))
                .check(CLIPSTREAM);
    }
}
