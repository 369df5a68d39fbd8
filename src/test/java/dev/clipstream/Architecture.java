package dev.clipstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.PackageMatcher;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;

/// The classes of the program, and the names of packages in rules about them.
public final class Architecture {
    /// All classes except those of tests.
    public static final JavaClasses CLIPSTREAM = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.clipstream");

    private Architecture() {}

    /// Our packages by their names below `dev.clipstream`. Each must hold a class.
    public static String[] ours(String... names) {
        return Arrays.stream(names)
                .map(name -> "dev.clipstream." + name)
                .peek(name -> assertThat(CLIPSTREAM.stream().map(JavaClass::getPackageName))
                        .as("Expected classes in package %s, found none. Adapt the rule if it was renamed", name)
                        .anyMatch(PackageMatcher.of(name)::matches))
                .toArray(String[]::new);
    }

    /// A library's packages. One of our classes must depend on each, or the rule would check nothing.
    public static String[] library(String... names) {
        for (String name : names) {
            assertThat(used(name))
                    .as("Expected a dependency on package %s, found none. Remove it from the rule if it is gone", name)
                    .isTrue();
        }
        return names;
    }

    static boolean used(String name) {
        PackageMatcher matcher = PackageMatcher.of(name);
        return CLIPSTREAM.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .anyMatch(dependency ->
                        matcher.matches(dependency.getTargetClass().getPackageName()));
    }
}
