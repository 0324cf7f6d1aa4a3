package io.operatorlib.testing.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.BaseStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Time, threads, randomness and I/O stay behind the doors, in the library and in what simulates it: else nothing could
 * be simulated.
 */
class ForbiddenCallsTest {
    static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.operatorlib");

    /** Those who stand behind a door, or are one: the simulation's threads, sockets, processes, programs. */
    private static final DescribedPredicate<JavaClass> BEHIND_A_DOOR = DescribedPredicate.describe(
            "stand behind a door",
            type -> Stream.of(
                                    "io.operatorlib.internal.http",
                                    "io.operatorlib.testing.apiserver.http",
                                    "io.operatorlib.testing.cluster.process")
                            .anyMatch(type.getPackageName()::equals)
                    || List.of(
                                    "io.operatorlib.internal.RealScheduler",
                                    "io.operatorlib.internal.Termination",
                                    "io.operatorlib.internal.kube.ClientJavaKubeApi",
                                    "io.operatorlib.internal.kube.HttpWatch",
                                    "io.operatorlib.leader.ConnectionGate",
                                    "io.operatorlib.testing.Actor",
                                    "io.operatorlib.testing.HarmRuns",
                                    "io.operatorlib.testing.SimThreads",
                                    "io.operatorlib.testing.apiproxy.Upstream",
                                    "io.operatorlib.testing.cluster.Kubectl",
                                    "io.operatorlib.testing.cluster.LocalClusterMain",
                                    "io.operatorlib.testing.story.Teller")
                            .contains(outermost(type)));

    /** Those who speak to a person at a terminal, and may end their process. */
    private static final DescribedPredicate<JavaClass> AT_A_TERMINAL = DescribedPredicate.describe(
            "speak to a person",
            type -> List.of(
                            "io.operatorlib.internal.Main",
                            "io.operatorlib.testing.LeftOut",
                            "io.operatorlib.testing.apiproxy.ApiProxyMain",
                            "io.operatorlib.testing.cluster.LocalClusterMain",
                            "io.operatorlib.testing.cluster.images.Httpd")
                    .contains(outermost(type)));

    private static String outermost(JavaClass type) {
        return type.getEnclosingClass().map(ForbiddenCallsTest::outermost).orElse(type.getName());
    }

    static List<ArchRule> rules() {
        return List.of(
                never(
                        call(equivalentTo(Thread.class), "sleep|onSpinWait|yield|start|<init>"),
                        "threads come from Scheduler"),
                never(call(assignableTo(Executor.class), ".*"), "threads come from Scheduler"),
                never(call(equivalentTo(Executors.class), ".*"), "threads come from Scheduler"),
                never(
                        call(
                                equivalentTo(CompletableFuture.class),
                                ".*Async|orTimeout|completeOnTimeout|delayedExecutor"),
                        "threads come from Scheduler"),
                never(call(assignableTo(Collection.class), "parallelStream"), "threads come from Scheduler"),
                never(call(assignableTo(BaseStream.class), "parallel"), "threads come from Scheduler"),
                never(call(equivalentTo(LockSupport.class), "park.*"), "waiting is the Scheduler's"),
                never(call(equivalentTo(Object.class), "wait"), "waiting is the Scheduler's"),
                never(call(equivalentTo(Instant.class), "now"), "time comes from Scheduler"),
                never(call(equivalentTo(LocalDateTime.class), "now"), "time comes from Scheduler"),
                never(call(equivalentTo(OffsetDateTime.class), "now"), "time comes from Scheduler"),
                never(call(equivalentTo(ZonedDateTime.class), "now"), "time comes from Scheduler"),
                never(call(equivalentTo(Clock.class), "system.*"), "time comes from Scheduler"),
                never(call(equivalentTo(System.class), "currentTimeMillis|nanoTime"), "time comes from Scheduler"),
                never(call(equivalentTo(System.class), "identityHashCode"), "it differs from run to run"),
                never(call(equivalentTo(Math.class), "random"), "randomness comes from Scheduler"),
                never(call(equivalentTo(java.util.Random.class), ".*"), "randomness comes from Scheduler"),
                never(call(equivalentTo(ThreadLocalRandom.class), ".*"), "randomness comes from Scheduler"),
                never(call(equivalentTo(UUID.class), "randomUUID"), "randomness comes from Scheduler"));
    }

    private static DescribedPredicate<JavaCall<?>> call(DescribedPredicate<? super JavaClass> type, String names) {
        return DescribedPredicate.describe(
                "call " + type.getDescription() + "." + names,
                call -> type.test(call.getTargetOwner()) && call.getName().matches(names));
    }

    private static ArchRule never(DescribedPredicate<JavaCall<?>> call, String why) {
        return noClasses()
                .that(DescribedPredicate.not(BEHIND_A_DOOR))
                .should()
                .callCodeUnitWhere(DescribedPredicate.describe(call.getDescription(), target -> call.test(target)))
                .because(why);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void holds(ArchRule rule) {
        rule.check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void holdsBehindTheDoorsToo(ArchRule rule) {
        rule.check(CLASSES);
    }

    static List<ArchRule> everywhere() {
        return List.of(
                noClasses()
                        .that(DescribedPredicate.not(AT_A_TERMINAL))
                        .should()
                        .callMethod(System.class, "exit", int.class)
                        .because("a library never ends the process"),
                noClasses()
                        .that(DescribedPredicate.not(AT_A_TERMINAL))
                        .should()
                        .accessField(System.class, "out")
                        .orShould()
                        .accessField(System.class, "err")
                        .because("a library logs"));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void canFail(ArchRule rule) {
        var offender = new ClassFileImporter().importClasses(Offender.class);
        assertThat(rule.evaluate(offender).hasViolation())
                .as(rule.getDescription())
                .isTrue();
    }

    /** Does all that is forbidden. Nobody calls it. */
    @SuppressWarnings("all")
    private static final class Offender {
        Object offend() throws InterruptedException {
            Thread.sleep(1);
            Executor executor = Executors.newCachedThreadPool();
            executor.execute(() -> {});
            LockSupport.parkNanos(1);
            wait(1);
            return List.of(
                    CompletableFuture.runAsync(() -> {}),
                    List.of().parallelStream(),
                    List.of().stream().parallel(),
                    Instant.now(),
                    LocalDateTime.now(),
                    OffsetDateTime.now(),
                    ZonedDateTime.now(),
                    Clock.systemUTC(),
                    System.nanoTime(),
                    System.identityHashCode(this),
                    Math.random(),
                    new java.util.Random(),
                    ThreadLocalRandom.current(),
                    UUID.randomUUID());
        }
    }
}
