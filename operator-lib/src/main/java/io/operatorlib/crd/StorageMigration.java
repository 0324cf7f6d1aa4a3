package io.operatorlib.crd;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has every stored object of a kind written anew in the version that is stored now, so that the other versions can go.
 *
 * <h2>Flow</h2>
 *
 * <pre>
 *  other versions in status.storedVersions? ── no ──▶ done
 *    │ yes: wait until every API server knows the definition
 *    ▼
 *  read a page ──▶ write each of its objects as it is ──▶ note the next page in the definition ──┐
 *    ▲                                                                                            │
 *    └──────────────────────────────── there is a next page ◀────────────────────────────────────┤
 *  status.storedVersions = [that version] ◀── no object was refused, the definition is unchanged ◀┘
 * </pre>
 *
 * <h2>Guarantees</h2>
 *
 * <p>An object is never sent back: the API server is asked to write what it has, by an empty patch, so that nothing can
 * be lost on the way. Where an object has changed since it was read, whoever changed it has written it already.
 * {@code status.storedVersions} is shortened only when every object was written since the definition's last change.
 * Who dies midway is followed by another run, which goes on at the page that was noted last; what that one writes a
 * second time changes nothing.
 *
 * <h2>Limits</h2>
 *
 * <p>One object at a time, and after each as long a pause as it took, {@link #SHORTEST_PAUSE} at least: a server with
 * much to do is asked less. An object that the API server refuses is named, and the run ends without shortening
 * anything; so does one that cannot be had written in {@link #ATTEMPTS} attempts.
 */
public final class StorageMigration {
    /** The annotation is written once a page: often enough that little is done twice, seldom enough to be cheap. */
    private static final int PAGE = 100;

    /** So long several API servers may take until each stores in the version that a changed definition says. */
    private static final Duration SETTLED = Duration.ofSeconds(5);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(5);

    /** With the waiting between them, half a minute: a server that restarts is back by then. */
    private static final int ATTEMPTS = 5;

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    /** Enough to see what they have in common. */
    private static final int NAMED = 20;

    private static final Logger LOG = LoggerFactory.getLogger(StorageMigration.class);

    private final KubeClient client;
    private final Scheduler scheduler;
    private final String fieldManager;

    /**
     * What a run came to.
     *
     * @param complete whether no object is stored in another version any more
     * @param written how many objects this run has asked to be written
     * @param refused the first objects that were refused, each with the API's reason
     */
    public record Report(boolean complete, long written, List<String> refused) {
        public Report {
            refused = List.copyOf(refused);
        }
    }

    /** A migration under the name of a field manager, which leaves no trace in the objects. */
    public StorageMigration(KubeApi api, Scheduler scheduler, String fieldManager) {
        this.client = new KubeClient(api);
        this.scheduler = scheduler;
        this.fieldManager = fieldManager;
    }

    /**
     * Runs to the end, or goes on where an earlier run ended. Where the live definition stores another version than the
     * hub of this one, there is nothing to do.
     */
    public Report run(Crd crd) throws InterruptedException {
        var key = new ResourceKey("", crd.name());
        var tally = new Tally();
        String to = crd.kind().version();
        while (true) {
            JsonObject live = again(() -> client.get(CrdClient.CRDS, key));
            boolean complete = stored(live).equals(List.of(to));
            if (complete || !storage(live).equals(to)) {
                return tally.report(complete);
            }
            var begun = MigrationProgress.in(live, to);
            if (begun.isEmpty()) {
                LOG.info("storage migration begins crd={} stored={}", crd, stored(live));
                scheduler.sleep(SETTLED);
                note(key, MigrationProgress.beginning(live, to).text());
            }
            var ended = pages(crd, begun.orElseGet(() -> MigrationProgress.beginning(live, to)), tally);
            if (ended.refused() > 0) {
                note(key, null);
                LOG.error("storage migration ends incomplete crd={} refused={}", crd, ended.refused());
                return tally.report(false);
            }
            if (shortened(key, ended)) {
                note(key, null);
                LOG.info("storage migration is complete crd={} written={}", crd, tally.written);
                return tally.report(true);
            }
        }
    }

    /** What a run has done. */
    private static final class Tally {
        private final List<String> refused = new ArrayList<>();
        private long written;

        Report report(boolean complete) {
            return new Report(complete, written, refused);
        }

        void refused(String objection) {
            if (refused.size() < NAMED) {
                refused.add(objection);
            }
        }
    }

    /** Has all objects written from that page on. */
    private MigrationProgress pages(Crd crd, MigrationProgress from, Tally tally) throws InterruptedException {
        var key = new ResourceKey("", crd.name());
        var progress = from;
        while (true) {
            JsonObject page = page(crd, progress.next());
            int refused = 0;
            for (JsonObject object : Json.objects(page, "items")) {
                Optional<String> objection = rewrite(crd, object);
                tally.written++;
                if (objection.isPresent()) {
                    refused++;
                    tally.refused(objection.get());
                    LOG.warn("an object is not migrated crd={} object={}", crd, objection.get());
                }
            }
            progress = progress.at(Json.text(page, "metadata", "continue"), refused);
            if (progress.next().isEmpty()) {
                return progress;
            }
            note(key, progress.text());
        }
    }

    private static List<String> stored(JsonObject crd) {
        return Json.list(crd, "status", "storedVersions").stream()
                .map(JsonElement::getAsString)
                .toList();
    }

    private static String storage(JsonObject crd) {
        return Json.objects(crd, "spec", "versions").stream()
                .filter(version -> Json.flag(version, "storage"))
                .map(version -> Json.text(version, "name"))
                .findFirst()
                .orElse("");
    }

    private JsonObject page(Crd crd, String token) throws InterruptedException {
        var request = ApiRequest.of(
                        ApiRequest.Method.GET, KindRef.of(crd.kind()).collection(""))
                .with("limit", String.valueOf(PAGE));
        try {
            return again(() -> client.send(token.isEmpty() ? request : request.with("continue", token)));
        } catch (ApiException e) {
            if (token.isEmpty() || !e.expired()) {
                throw e;
            }
            // what came into being since then was written in the new version: a list of another moment serves as well
            String other = e.continuation();
            return again(() -> client.send(other.isEmpty() ? request : request.with("continue", other)));
        }
    }

    /** Has one object written; tells why that was refused. */
    private Optional<String> rewrite(Crd crd, JsonObject object) throws InterruptedException {
        var meta = new JsonObject();
        meta.addProperty("uid", Json.uid(object));
        meta.addProperty("resourceVersion", Json.resourceVersion(object));
        var nothing = new JsonObject();
        nothing.add("metadata", meta);
        long began = scheduler.nanoTime();
        try {
            again(() -> client.mergePatch(KindRef.of(crd.kind()), Json.key(object), nothing, fieldManager));
            return Optional.empty();
        } catch (ApiException e) {
            return e.conflict() || e.notFound() ? Optional.empty() : Optional.of(Json.key(object) + ": " + e.status());
        } finally {
            var took = Duration.ofNanos(scheduler.nanoTime() - began);
            scheduler.sleep(took.compareTo(SHORTEST_PAUSE) > 0 ? took : SHORTEST_PAUSE);
        }
    }

    /** Says that nothing is stored in other versions; false where the definition has changed since. */
    private boolean shortened(ResourceKey key, MigrationProgress progress) throws InterruptedException {
        while (true) {
            JsonObject live = again(() -> client.get(CrdClient.CRDS, key));
            if (MigrationProgress.beginning(live, progress.to()).generation() != progress.generation()) {
                return false;
            }
            var meta = new JsonObject();
            meta.addProperty("resourceVersion", Json.resourceVersion(live));
            var status = new JsonObject();
            status.add("storedVersions", Json.array(List.of(progress.to())));
            var patch = new JsonObject();
            patch.add("metadata", meta);
            patch.add("status", status);
            try {
                again(() -> client.mergePatch(CrdClient.CRDS, key, "status", patch, fieldManager));
                return true;
            } catch (ApiException e) {
                if (!e.conflict()) {
                    throw e;
                }
            }
        }
    }

    private void note(ResourceKey key, @Nullable String progress) throws InterruptedException {
        var annotations = new JsonObject();
        if (progress == null) {
            annotations.add(MigrationProgress.ANNOTATION, JsonNull.INSTANCE);
        } else {
            annotations.addProperty(MigrationProgress.ANNOTATION, progress);
        }
        var meta = new JsonObject();
        meta.add("annotations", annotations);
        var patch = new JsonObject();
        patch.add("metadata", meta);
        again(() -> client.mergePatch(CrdClient.CRDS, key, patch, fieldManager));
    }

    private interface Request {
        JsonObject send();
    }

    /** Sends a request, again where the server is too busy or does not answer. */
    private JsonObject again(Request request) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            Duration pause = AFTER_FAILURE.multipliedBy(1L << attempt);
            try {
                return request.send();
            } catch (KubeApi.NoReplyException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            } catch (ApiException e) {
                if (attempt == ATTEMPTS || (e.code() != 429 && e.code() < 500)) {
                    throw e;
                }
                pause = e.retryAfter().orElse(pause);
            }
            scheduler.sleep(pause);
        }
    }
}
