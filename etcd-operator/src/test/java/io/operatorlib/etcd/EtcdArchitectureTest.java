package io.operatorlib.etcd;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who knows what in the etcd operator: decisions know nothing of etcd's protocol, nor of the library's inside. */
final class EtcdArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.operatorlib.etcd");

    private static final DescribedPredicate<JavaClass> PLANNER = among(
            "belong to the planner",
            Planner.class,
            Decision.class,
            Move.class,
            Member.class,
            MemberState.class,
            Quorum.class,
            Reason.class);

    private static final DescribedPredicate<JavaClass> ADAPTER =
            among("are the adapter to etcd", JetcdEtcd.class, EtcdChannels.class, EtcdErrors.class);

    private static DescribedPredicate<JavaClass> among(String description, Class<?>... types) {
        var names = List.of(types).stream().map(Class::getName).toList();
        return DescribedPredicate.describe(
                description,
                type -> names.stream()
                        .anyMatch(name -> (type.getBaseComponentType().getName() + "$").startsWith(name + "$")));
    }

    @Test
    void thePlannerKnowsNothingButItself() {
        classes()
                .that(PLANNER)
                .should()
                .onlyDependOnClassesThat(PLANNER.or(
                        resideInAnyPackage("java.lang..", "java.util", "java.util.stream", "org.jspecify..")))
                .check(CLASSES);
    }

    @Test
    void onlyTheAdapterSpeaksEtcdsProtocol() {
        noClasses()
                .that(DescribedPredicate.not(ADAPTER))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.etcd..", "io.grpc..", "io.netty..", "com.google.protobuf..", "com.google.common..")
                .check(CLASSES);
    }

    @Test
    void onlyWhoObservesAndWhoPerformsAskEtcd() {
        noClasses()
                .that(DescribedPredicate.not(
                        among("observe, perform, or are etcd", EtcdFacts.class, EtcdPerformer.class, JetcdEtcd.class)))
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "ask etcd", call -> call.getTargetOwner().isEquivalentTo(Etcd.class)))
                .check(CLASSES);
    }

    @Test
    void nobodyUsesTheLibrarysInside() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.operatorlib.internal..", "io.operatorlib.spi..")
                .check(CLASSES);
    }

    @Test
    void outsideTheAdapterThereIsNeitherInputNorOutputNorAThread() {
        classes()
                .that(DescribedPredicate.not(
                        ADAPTER.or(among("speak to a person at a terminal", EtcdOperator.class, Import.class))))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java.lang..",
                        "java.util",
                        "java.util.function",
                        "java.util.stream",
                        "java.time",
                        "java.util.regex",
                        "java.nio",
                        "java.nio.charset",
                        "java.security",
                        "org.jspecify..",
                        "com.google.gson..",
                        "io.kubernetes.client.common",
                        "io.kubernetes.client.custom",
                        "io.kubernetes.client.openapi.models",
                        "io.operatorlib",
                        "io.operatorlib.conversion",
                        "io.operatorlib.crd",
                        "io.operatorlib.etcd.."))
                .check(CLASSES);
    }

    @Test
    void outsideTheAdapterNobodyReadsAClockDrawsANumberOrStartsAThread() {
        var types = Set.of("java.lang.Thread", "java.util.Random", "java.util.concurrent.ThreadLocalRandom");
        var calls = Set.of("now", "randomUUID", "random", "nanoTime", "currentTimeMillis", "identityHashCode");
        var streams = Set.of("parallel", "parallelStream");
        noClasses()
                .that(DescribedPredicate.not(ADAPTER))
                .should()
                .accessTargetWhere(DescribedPredicate.describe("are forbidden", (JavaAccess<?> access) -> {
                    String owner = access.getTargetOwner().getName();
                    return types.contains(owner)
                            || streams.contains(access.getName())
                            || (owner.startsWith("java.") && calls.contains(access.getName()));
                }))
                .check(CLASSES);
    }
}
