package dev.clipstream.image;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Dependencies between the packages of this stage point in one direction.
class ImagePackagesTest {
    private static final List<String> FORMATS = List.of("jpeg", "png", "webp", "gif", "bmp", "tiff");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.clipstream.image");

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.clipstream.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpeg", "png", "webp", "gif", "bmp", "tiff"})
    void aFormatDoesNotKnowTheOthersExceptThatTiffContainsJpeg(String format) {
        String[] others = FORMATS.stream()
                .filter(other -> !other.equals(format) && !(format.equals("tiff") && other.equals("jpeg")))
                .map(other -> "dev.clipstream.image." + other + "..")
                .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage("dev.clipstream.image." + format)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(CLASSES);
    }
}
