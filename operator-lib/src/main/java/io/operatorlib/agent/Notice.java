package io.operatorlib.agent;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Ports;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator has written down for its agents: a record in a ConfigMap, which an agent reads again and again, and at
 * once where somebody says that there is a later one. It is there while the operator is away.
 *
 * <p><b>Guarantees.</b> It never goes back to an earlier revision.
 *
 * <p><b>Limits.</b> It is read, and not watched: a dead watch looks like one on which nothing happens, and an agent that
 * is cut off has to know soon that it is not any more.
 */
public final class Notice<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Notice.class);

    private static final String ENTRY = "notice";
    private static final Codec CODEC = new Codec();

    /** For who was not told: while the operator is away, nothing changes. */
    private static final Duration PERIOD = Duration.ofSeconds(3);

    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final KubeClient client;
    private final ResourceKey map;
    private final Class<T> type;
    private final ToLongFunction<T> revision;
    private final Scheduler.Gate gate;
    private final Runnable changed;
    private volatile Optional<T> latest = Optional.empty();

    private Notice(Ports ports, ResourceKey map, Class<T> type, ToLongFunction<T> revision, Runnable changed) {
        this.client = new KubeClient(ports.kube());
        this.map = map;
        this.type = type;
        this.revision = revision;
        this.gate = ports.scheduler().gate();
        this.changed = changed;
    }

    /**
     * Begins to read.
     *
     * @param type a record
     * @param revision counts its changes
     * @param changed called when there is a later one, by another thread
     */
    public static <T> Notice<T> follow(
            Ports ports, ResourceKey map, Class<T> type, ToLongFunction<T> revision, Runnable changed) {
        var notice = new Notice<>(ports, map, type, revision, changed);
        ports.scheduler().fork("notice", notice::run);
        return notice;
    }

    /** Writes it, for {@link io.operatorlib.Plan#apply}. */
    public static V1ConfigMap write(V1ConfigMap map, Object notice) {
        return map.data(Map.of(ENTRY, CODEC.encode(notice).toString()));
    }

    /** Reads it, as the operator has written it. */
    public static <T> T read(V1ConfigMap map, Class<T> type) {
        var data = Objects.requireNonNull(map.getData(), "a notice without data");
        return CODEC.decode(type, Objects.requireNonNull(data.get(ENTRY), "no notice"));
    }

    /** What was read last; empty where nothing was. */
    public Optional<T> latest() {
        return latest;
    }

    /** There is this revision, or a later one. */
    public void expect(long later) {
        if (later > known()) {
            gate.open();
        }
    }

    private long known() {
        return latest.map(revision::applyAsLong).orElse(0L);
    }

    private void run() {
        try {
            while (true) {
                long ticket = gate.ticket();
                look();
                gate.await(ticket, PERIOD);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        var request = ApiRequest.of(
                ApiRequest.Method.GET, BuiltInKinds.of(V1ConfigMap.class).path(map));
        try {
            var found = client.send(request.within(DEADLINE));
            T next = CODEC.decode(type, Json.text(found, "data", ENTRY));
            if (revision.applyAsLong(next) > known()) {
                LOG.info("told {}", next);
                latest = Optional.of(next);
                changed.run();
            }
        } catch (ApiException | KubeApi.NoReplyException | CodecException e) {
            LOG.warn("the notice cannot be read map={} problem={}", map, e.toString());
        }
    }
}
