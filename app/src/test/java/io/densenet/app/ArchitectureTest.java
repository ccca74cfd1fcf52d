package io.densenet.app;

import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethod;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The walls of ARCHITECTURE.md.
final class ArchitectureTest {
    private static final String OURS = "io.densenet.";

    /// Core's root: the door for programs, behind which all its packages are.
    private static final String DOOR = "io.densenet";

    /// Core's packages: each may import those on its left. `error` and `random` are leaves that any may
    /// import.
    private static final List<String> ORDER = List.of(
            "error",
            "random",
            "arch",
            "data",
            "weights",
            "interop",
            "model",
            "engine",
            "cpu",
            "eval",
            "train",
            "analysis");

    /// The app's packages: each may import those on its left, and the root, where the program starts, all
    /// of them.
    private static final List<List<String>> ORDER_OF_APP = List.of(
            List.of("failure", "plot"),
            List.of("output", "engine"),
            List.of("doctor", "options"),
            List.of("inference"),
            List.of("train"),
            List.of("inspect", "convert", "bench", "analyze"));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.densenet");

    @Test
    void archIsPureData() {
        classes()
                .that()
                .resideInAPackage(OURS + "arch..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(OURS + "arch..", "java.lang..", "java.util..", "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void importsOfCoreFlowInOneDirection() {
        for (int i = 0; i < ORDER.size(); i++) {
            String[] later = Stream.concat(
                            Stream.of(DOOR),
                            ORDER.subList(i + 1, ORDER.size()).stream().map(name -> OURS + name + ".."))
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(OURS + ORDER.get(i) + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(OURS + "app..", OURS + "torch..")
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAnyPackage(later)
                    .allowEmptyShould(true)
                    .check(CLASSES);
        }
    }

    @Test
    void importsOfTheAppFlowInOneDirection() {
        for (int i = 0; i < ORDER_OF_APP.size(); i++) {
            for (String name : ORDER_OF_APP.get(i)) {
                String[] others = Stream.concat(
                                Stream.of(OURS + "app"),
                                ORDER_OF_APP.subList(i, ORDER_OF_APP.size()).stream()
                                        .flatMap(List::stream)
                                        .filter(other -> !other.equals(name))
                                        .map(other -> OURS + "app." + other + ".."))
                        .toArray(String[]::new);
                noClasses()
                        .that()
                        .resideInAPackage(OURS + "app." + name + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(others)
                        .check(CLASSES);
            }
        }
    }

    @Test
    void everyPackageOfTheAppHasItsPlaceInTheOrder() {
        classes()
                .that()
                .resideInAPackage(OURS + "app..")
                .should()
                .resideInAnyPackage(Stream.concat(
                                Stream.of(OURS + "app"),
                                ORDER_OF_APP.stream().flatMap(List::stream).map(name -> OURS + "app." + name + ".."))
                        .toArray(String[]::new))
                .check(CLASSES);
    }

    @Test
    void everyPackageOfCoreHasItsPlaceInTheOrder() {
        classes()
                .should()
                .resideInAnyPackage(Stream.concat(
                                Stream.of(DOOR, OURS + "app..", OURS + "torch.."),
                                ORDER.stream().map(name -> OURS + name + ".."))
                        .toArray(String[]::new))
                .check(CLASSES);
    }

    @Test
    void foreignFamiliesStayInTheirModule() {
        noClasses()
                .that()
                .resideOutsideOfPackage(OURS + "cpu.kernel..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage(OURS + "torch..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage(OURS + "app..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("picocli..", "me.tongfei..", "org.knowm..", "org.apache.batik..")
                .check(CLASSES);
    }

    @Test
    void trainingAndEvaluationKnowEnginesOnlyThroughTheSeam() {
        noClasses()
                .that()
                .resideInAnyPackage(OURS + "eval..", OURS + "train..", OURS + "analysis..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(OURS + "cpu..", OURS + "torch..")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(OURS + "(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyTheAppPrintsAndExits() {
        noClasses()
                .that()
                .resideOutsideOfPackage(OURS + "app..")
                .should(ACCESS_STANDARD_STREAMS)
                .orShould(callMethod(System.class, "exit", int.class))
                .check(CLASSES);
    }
}
