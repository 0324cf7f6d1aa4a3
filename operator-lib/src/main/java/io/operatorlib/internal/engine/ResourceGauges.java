package io.operatorlib.internal.engine;

import com.google.common.util.concurrent.AtomicDouble;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.operatorlib.Measure;
import io.operatorlib.Resource;
import io.operatorlib.ResourceKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gauges of a controller's resources: for each what was measured last, and none for one that is gone.
 *
 * <p><b>Limits.</b> {@link #MOST} for each resource; what is measured beyond is not shown.
 */
final class ResourceGauges<S, T> {
    private static final Logger LOG = LoggerFactory.getLogger(ResourceGauges.class);

    /** More than anybody looks at; a thousand resources make as many series as one server scrapes with ease. */
    private static final int MOST = 32;

    private final Function<Resource<S, T>, List<Measure>> measures;
    private final MeterRegistry meters;
    private final Map<ResourceKey, Map<Series, Shown>> all = new HashMap<>();

    ResourceGauges(Function<Resource<S, T>, List<Measure>> measures, MeterRegistry meters) {
        this.measures = measures;
        this.meters = meters;
    }

    private record Series(String name, Map<String, String> tags) {}

    private record Shown(Gauge gauge, AtomicDouble value) {}

    /** Measures a resource, and shows that instead of what was shown of it before. */
    void show(Resource<S, T> resource) {
        List<Measure> now;
        try {
            now = measures.apply(resource);
        } catch (RuntimeException e) {
            LOG.warn("a resource cannot be measured object={}", resource.key(), e);
            return;
        }
        synchronized (all) {
            var before = all.remove(resource.key());
            var after = new HashMap<Series, Shown>();
            for (Measure measure : now.subList(0, Math.min(MOST, now.size()))) {
                var series = new Series(measure.name(), measure.tags());
                var known = before == null ? null : before.remove(series);
                var shown = known == null ? register(resource.key(), series) : known;
                shown.value.set(measure.value());
                after.put(series, shown);
            }
            if (before != null) {
                remove(before);
            }
            if (!after.isEmpty()) {
                all.put(resource.key(), after);
            }
        }
    }

    private Shown register(ResourceKey key, Series series) {
        var tags = Tags.of("namespace", key.namespace(), "name", key.name());
        for (var tag : series.tags().entrySet()) {
            tags = tags.and(tag.getKey(), tag.getValue());
        }
        var value = new AtomicDouble();
        return new Shown(Gauge.builder(series.name(), value::get).tags(tags).register(meters), value);
    }

    /** Takes away what is shown of a resource that is gone. */
    void forget(ResourceKey key) {
        synchronized (all) {
            var shown = all.remove(key);
            if (shown != null) {
                remove(shown);
            }
        }
    }

    /** Takes everything away. */
    void close() {
        synchronized (all) {
            all.values().forEach(this::remove);
            all.clear();
        }
    }

    private void remove(Map<Series, Shown> shown) {
        shown.values().forEach(one -> meters.remove(one.gauge));
    }
}
