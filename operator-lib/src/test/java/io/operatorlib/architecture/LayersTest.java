package io.operatorlib.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What may know what. */
class LayersTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.operatorlib");

    /** What a signature that users see must not mention. */
    private static final Set<String> HIDDEN = Set.of("okhttp3.", "com.google.gson.", "io.operatorlib.internal.");

    @Test
    void signaturesOutsideInternalMentionNeitherTheTransportNorJsonNorInternalTypes() {
        var found = new ArrayList<String>();
        for (JavaClass type : CLASSES) {
            if (type.getPackageName().startsWith("io.operatorlib.internal")
                    || !type.getModifiers().contains(JavaModifier.PUBLIC)) {
                continue;
            }
            for (JavaCodeUnit unit : type.getCodeUnits()) {
                if (unit.getModifiers().contains(JavaModifier.PUBLIC)
                        || unit.getModifiers().contains(JavaModifier.PROTECTED)) {
                    mentioned(unit)
                            .filter(LayersTest::hidden)
                            .forEach(name -> found.add(unit.getFullName() + " mentions " + name));
                }
            }
        }
        assertThat(found).isEmpty();
    }

    private static Stream<String> mentioned(JavaCodeUnit unit) {
        Stream<JavaType> types = Stream.concat(Stream.of(unit.getReturnType()), unit.getParameterTypes().stream());
        return types.flatMap(type -> type.getAllInvolvedRawTypes().stream()).map(JavaClass::getName);
    }

    private static boolean hidden(String name) {
        return HIDDEN.stream().anyMatch(name::startsWith);
    }

    @Test
    void theInternalPackagesHaveNoCycles() {
        slices().matching("io.operatorlib.internal.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void theDoorsKnowNobody() {
        noClasses()
                .that()
                .resideInAPackage("io.operatorlib.spi..")
                .should()
                .dependOnClassesThat(describe(
                        "are ours and no doors",
                        type -> type.getPackageName().startsWith("io.operatorlib")
                                && !type.getPackageName().equals("io.operatorlib.spi")))
                .check(CLASSES);
    }

    @Test
    void onlyTheAdapterKnowsTheTransport() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.operatorlib.internal.kube..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("okhttp3..", "io.kubernetes.client.openapi", "io.kubernetes.client.util..")
                .check(CLASSES);
    }

    @Test
    void theQueueAndTheCacheKnowNothingOfTheEngine() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.operatorlib.internal.queue..",
                        "io.operatorlib.internal.cache..",
                        "io.operatorlib.internal.kube..",
                        "io.operatorlib.internal.json..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.operatorlib.internal.engine..", "io.operatorlib.internal.http..")
                .check(CLASSES);
    }
}
