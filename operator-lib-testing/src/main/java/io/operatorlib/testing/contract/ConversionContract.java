package io.operatorlib.testing.contract;

import io.operatorlib.Kind;
import io.operatorlib.conversion.Conversion;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The contract of a conversion: between the hub and each spoke random objects go both ways and come back as they were,
 * and an old client's edit meets neither what it cannot see nor what it deleted before. A test class implements it with
 * the conversion:
 *
 * <pre>{@code
 * class WebsiteConversionTest implements ConversionContract {
 *     public Conversion<?, ?> conversion() { return Website.CONVERSION; }
 * }
 * }</pre>
 *
 * <p>A failure shows the smallest object that breaks the contract, and the seed that leads to it. The system properties
 * {@code operatorlib.conversion.objects} and {@code operatorlib.conversion.seed} tell how many objects and which.
 */
public interface ConversionContract {
    /** Of each version, and each way: enough that a field of one in a thousand objects is met. */
    int OBJECTS = 10_000;

    /** The conversion on trial. */
    Conversion<?, ?> conversion();

    /**
     * The fields that have no place in another version, each in the words in which the contract complains of it, for
     * example {@code spec.pages[].style of v2 in v1}. A client of that version does not see them; they are kept.
     */
    default Set<String> inexpressible() {
        return Set.of();
    }

    /** How many objects of each version, each way. */
    default int objects() {
        return Integer.getInteger("operatorlib.conversion.objects", OBJECTS);
    }

    /**
     * The folder of the golden corpus: objects as earlier releases have stored them, {@code name.yaml}, and beside each
     * the spec that it has in every other version, {@code name.v1.json}. {@code -Doperatorlib.corpus.write=true} adds what
     * is missing; nothing in it may ever be changed. Empty for none.
     */
    default Optional<Path> corpus() {
        return Optional.empty();
    }

    @TestFactory
    default Stream<DynamicTest> whatWasStoredIsUnderstoodAsEver() {
        return corpus().map(GoldenCorpus::new).stream()
                .flatMap(corpus -> Stream.concat(
                        corpus.objects(conversion().hub()).entrySet().stream()
                                .map(object -> DynamicTest.dynamicTest(
                                        object.getKey(),
                                        () -> corpus.hold(conversion(), object.getKey(), object.getValue()))),
                        Stream.of(DynamicTest.dynamicTest("it only grows", corpus::onlyGrows))));
    }

    @TestFactory
    default Stream<DynamicTest> everyVersionIsUnderstood() {
        var trial = new ConversionTrial(objects(), Long.getLong("operatorlib.conversion.seed", 1));
        return conversion().spokes().stream().flatMap(spoke -> pair(trial, spoke));
    }

    private Stream<DynamicTest> pair(ConversionTrial trial, Kind<?, ?> spokeKind) {
        var laws = new ConversionLaws(conversion()::convert, conversion().annotation());
        Kind<?, ?> hubKind = conversion().hub();
        String hub = hubKind.version();
        String spoke = spokeKind.version();
        return Stream.of(
                DynamicTest.dynamicTest(
                        hub + " → " + spoke + " → " + hub,
                        () -> trial.hold(hubKind, hubKind, (object, seed) -> laws.survives(object, hub, spoke))),
                DynamicTest.dynamicTest(
                        spoke + " → " + hub + " → " + spoke,
                        () -> trial.hold(hubKind, spokeKind, (object, seed) -> laws.survives(object, spoke, hub))),
                DynamicTest.dynamicTest(
                        hub + " in " + spoke,
                        () -> trial.hold(
                                hubKind,
                                hubKind,
                                (object, seed) -> laws.isExpressed(object, hub, spoke, inexpressible()))),
                DynamicTest.dynamicTest(
                        spoke + " in " + hub,
                        () -> trial.hold(
                                hubKind,
                                spokeKind,
                                (object, seed) -> laws.isExpressed(object, spoke, hub, inexpressible()))),
                DynamicTest.dynamicTest(
                        "an edit through " + spoke,
                        () -> trial.hold(
                                hubKind,
                                hubKind,
                                (object, seed) -> laws.survivesAnEdit(object, hub, spoke, inexpressible(), seed))));
    }
}
