package io.operatorlib.benchmarks;

import io.operatorlib.Kind;
import io.operatorlib.conversion.Conversion;
import io.operatorlib.conversion.ConversionReviews;
import io.operatorlib.crd.ListMapKeys;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A ConversionReview of a thousand objects, from its text to that of its answer: objects that both versions express, and
 * objects of which each version knows something that the other does not.
 */
@State(Scope.Benchmark)
@BenchmarkMode({Mode.Throughput, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class ConversionBenchmark {
    private static final int OBJECTS = 1_000;

    record Page(
            String name, @Nullable String text, @Nullable String style) {}

    record Site(
            @Nullable Integer replicas,
            @ListMapKeys("name") List<Page> pages,
            @Nullable String theme) {}

    record OldPage(String name, @Nullable String text) {}

    record OldSite(
            @Nullable Integer size,
            @ListMapKeys("name") List<OldPage> pages,
            @Nullable String motto) {}

    record Status(@Nullable Integer pages) {}

    private static final Kind<Site, Status> V2 =
            Kind.of("demo.operatorlib.io", "v2", "Website", Site.class, Status.class);
    private static final Kind<OldSite, Status> V1 =
            Kind.of("demo.operatorlib.io", "v1", "Website", OldSite.class, Status.class);

    private final ConversionReviews reviews = ConversionReviews.of(List.of(Conversion.hub(V2)
            .spoke(
                    V1,
                    old -> new Site(
                            old.size(),
                            old.pages().stream()
                                    .map(page -> new Page(page.name(), page.text(), null))
                                    .toList(),
                            null),
                    site -> new OldSite(
                            site.replicas(),
                            site.pages().stream()
                                    .map(page -> new OldPage(page.name(), page.text()))
                                    .toList(),
                            null))));

    private final String plain = review("");
    private final String kept = review(",\"motto\":\"wow\"");

    private static String review(String more) {
        String objects = IntStream.range(0, OBJECTS)
                .mapToObj(i ->
                        "{\"apiVersion\":\"demo.operatorlib.io/v1\",\"kind\":\"Website\",\"metadata\":{\"name\":\"site-"
                                + i + "\",\"namespace\":\"default\",\"uid\":\"" + i
                                + "\",\"labels\":{\"app\":\"web\",\"tier\":\"front\"}},\"spec\":{\"size\":3,\"pages\":["
                                + "{\"name\":\"index\",\"text\":\"welcome\"},{\"name\":\"about\",\"text\":\"who we are\"},"
                                + "{\"name\":\"contact\",\"text\":\"how to reach us\"}]" + more
                                + "},\"status\":{\"pages\":3}}")
                .collect(Collectors.joining(","));
        return "{\"apiVersion\":\"apiextensions.k8s.io/v1\",\"kind\":\"ConversionReview\",\"request\":{\"uid\":\"1\","
                + "\"desiredAPIVersion\":\"demo.operatorlib.io/v2\",\"objects\":[" + objects + "]}}";
    }

    @Benchmark
    @OperationsPerInvocation(OBJECTS)
    public String bothExpressIt() {
        return reviews.answer(plain);
    }

    @Benchmark
    @OperationsPerInvocation(OBJECTS)
    public String somethingIsKept() {
        return reviews.answer(kept);
    }

    public static void main(String[] args) throws Exception {
        // objects a second, and then microseconds for each of them
        for (var mode : List.of(List.of("thrpt", "s"), List.of("sample", "us"))) {
            org.openjdk.jmh.Main.main(
                    new String[] {ConversionBenchmark.class.getSimpleName(), "-bm", mode.get(0), "-tu", mode.get(1)});
        }
    }
}
