package io.operatorlib.testing.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What may know what, in the tools for tests. */
class TestingLayersTest {
    private static final String SIMULATION = "io.operatorlib.testing";
    private static final String CORE = "io.operatorlib.testing.apiserver";
    private static final String HTTP = "io.operatorlib.testing.apiserver.http..";
    private static final String CLUSTER = "io.operatorlib.testing.cluster..";
    private static final String PROCESS = "io.operatorlib.testing.cluster.process..";
    private static final String CONTRACT = "io.operatorlib.testing.contract..";

    static List<ArchRule> rules() {
        return List.of(
                neverKnows(CORE, HTTP, CLUSTER, SIMULATION, CONTRACT)
                        .because("the core answers a call, whoever made it"),
                neverKnows("io.operatorlib.testing.apiserver.schema..", CORE, HTTP, CLUSTER, SIMULATION)
                        .because("a schema is checked without a server"),
                neverKnows(HTTP, CLUSTER, SIMULATION, CONTRACT).because("the face shows the core and nothing else"),
                neverKnows(SIMULATION, HTTP, CLUSTER, CONTRACT).because("neither sockets nor processes are simulated"),
                neverKnows(CONTRACT, "io.operatorlib.testing..").because("the contract holds for any server"),
                neverKnows("io.operatorlib.testing.network", "io.operatorlib.testing..")
                        .because("a proxy passes bytes, whosever they are"),
                neverKnows("io.operatorlib.testing.apiproxy", CLUSTER, CONTRACT, "io.operatorlib.testing.chaos..")
                        .because("a proxy stands before any API server"),
                neverKnows("io.operatorlib.testing.cluster.kubelet..", CORE, HTTP, PROCESS, SIMULATION)
                        .because("a kubelet is a client of any API server, on any runtime"),
                neverKnows(
                                "io.operatorlib.testing.cluster.controllers..",
                                CORE,
                                HTTP,
                                PROCESS,
                                "io.operatorlib.testing.cluster.kubelet..",
                                SIMULATION)
                        .because("controllers are clients of any API server"),
                neverKnows(PROCESS, HTTP, "io.operatorlib.testing.cluster", SIMULATION)
                        .because("processes are run for a kubelet, whatever cluster it is of"));
    }

    private static ArchRule neverKnows(String who, String... whom) {
        return noClasses()
                .that()
                .resideInAPackage(who)
                .should()
                .dependOnClassesThat(resideInAnyPackage(whom).and(not(resideInAPackage(who))));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void holds(ArchRule rule) {
        rule.check(ForbiddenCallsTest.CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.operatorlib.testing.(**)")
                .should()
                .beFreeOfCycles()
                .check(ForbiddenCallsTest.CLASSES);
    }

    @Test
    void nobodyKeepsStaticState() {
        List<String> found = ForbiddenCallsTest.CLASSES.stream()
                .flatMap(type -> type.getFields().stream())
                .filter(field -> field.getModifiers().contains(JavaModifier.STATIC)
                        && !field.getModifiers().contains(JavaModifier.FINAL)
                        && !field.getModifiers().contains(JavaModifier.SYNTHETIC))
                .map(field -> field.getFullName())
                .toList();
        assertThat(found).isEmpty();
    }
}
