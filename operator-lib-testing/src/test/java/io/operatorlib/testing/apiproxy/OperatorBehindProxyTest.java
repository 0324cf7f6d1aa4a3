package io.operatorlib.testing.apiproxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Call;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.http.ApiServerHttps;
import io.operatorlib.testing.crd.RealServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** An operator whose way to an API server is as bad as it can be, at every point of a bulletin's life. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class OperatorBehindProxyTest {
    @RegisterExtension
    static final RealServer REAL = new RealServer("an operator behind a proxy");

    /** They wait most of their time. */
    private static final int AT_ONCE = 6;

    private static final List<Integer> EVENTS = List.of(0, 2);

    /** On a real kube-apiserver; where there is none, our own stands in. */
    @Test
    void itComesToTheSameEndWhateverHappensOnItsWay(@TempDir Path folder) throws Exception {
        Path kubeconfig = folder.resolve("kubeconfig");
        var real = REAL.server();
        if (real.isPresent()) {
            Files.writeString(kubeconfig, real.get().kubeconfig());
            comesToTheSameEnd("kube-apiserver", kubeconfig, real.get().api());
            return;
        }
        var server = ApiServer.create(new RealScheduler());
        try (var https = ApiServerHttps.start(server, new RealScheduler(), ApiServerHttps.Listen.loopback())) {
            https.writeKubeconfig(kubeconfig);
            comesToTheSameEnd("double", kubeconfig, server.as(Caller.ADMIN));
        }
    }

    private static void comesToTheSameEnd(String name, Path kubeconfig, KubeApi admin) throws Exception {
        long begin = System.nanoTime();
        Bulletin.define(admin);
        var effects = new CopyOnWriteArrayList<Call>();
        Map<String, JsonElement> undisturbed;
        try (var calm = new Bulletin(
                kubeconfig, admin, "calm", life -> life.proxy().onWrites().then(effects::add))) {
            undisturbed = calm.live();
        }
        var harms = harms(effects.size());
        var players = Executors.newFixedThreadPool(AT_ONCE);
        try {
            var playing = new LinkedHashMap<String, Future<Boolean>>();
            harms.forEach((harm, how) ->
                    playing.put(harm, players.submit(() -> play(kubeconfig, admin, harm, how, undisturbed))));
            var spared = new ArrayList<String>();
            for (var life : playing.entrySet()) {
                if (!life.getValue().get()) {
                    spared.add(life.getKey());
                }
            }
            System.out.printf(
                    "%s: %d effects of an operator behind a proxy, %d lives with a harm each, which did not come about in"
                            + " %s: the same end, nothing left; %.1f s%n",
                    name, effects.size(), harms.size(), spared, (System.nanoTime() - begin) / 1e9);
            assertThat(spared)
                    .as("a life has an effect more or less than another")
                    .allMatch(harm -> harm.endsWith("-" + effects.size()));
        } finally {
            players.shutdownNow();
        }
    }

    /** Tells whether the harm came about. */
    private static boolean play(
            Path kubeconfig, KubeApi admin, String name, Harm harm, Map<String, JsonElement> undisturbed)
            throws Exception {
        var rules = new ArrayList<Rule>();
        try (var life = new Bulletin(kubeconfig, admin, name, bulletin -> rules.add(harm.on(bulletin)))) {
            assertThat(life.live()).as(name).isEqualTo(undisturbed);
            return rules.get(0).met() > 0;
        } catch (AssertionError | IOException | RuntimeException e) {
            throw new AssertionError(name + ": " + e.getMessage(), e);
        }
    }

    private interface Harm {
        Rule on(Bulletin bulletin);
    }

    private static Map<String, Harm> harms(int effects) {
        var harms = new LinkedHashMap<String, Harm>();
        for (int i = 1; i <= effects; i++) {
            int n = i;
            harms.put("crash-after-" + n, life -> life.proxy().onWrites().nth(n).crashAfter(life::kill));
            harms.put("reply-lost-" + n, life -> life.proxy().onWrites().nth(n).meet(ApiFault.LoseReplies.ofWrites()));
        }
        for (String resource : List.of("bulletins", "configmaps")) {
            for (int n : EVENTS) {
                harms.put(
                        "cut-" + resource + n, life -> watch(life, resource, n).meet(new ApiFault.CutWatches()));
                harms.put(
                        "forgotten-" + resource + n,
                        life -> watch(life, resource, n).meet(ApiFault.Refuse.expired()));
                harms.put(
                        "frozen-" + resource + n,
                        life -> thawing(watch(life, resource, n).meet(new ApiFault.FreezeWatches())));
            }
        }
        for (var refusal : List.of(
                ApiFault.Refuse.conflicts(),
                ApiFault.Refuse.tooManyRequests(Duration.ofSeconds(1)),
                ApiFault.Refuse.internalErrors(),
                ApiFault.Refuse.writes(),
                new ApiFault.Refuse(any -> true, 504, "Timeout", Duration.ZERO))) {
            harms.put(
                    "refused-" + refusal.code(),
                    life -> life.proxy().onWrites().first(2).meet(refusal));
        }
        return harms;
    }

    private static Requests watch(Bulletin life, String resource, int events) {
        return life.proxy().on("watch", resource).first(1).afterEvents(events);
    }

    /** A watch that was silent for a while speaks again. */
    private static Rule thawing(Rule frozen) {
        var scheduler = new RealScheduler();
        scheduler.fork("thaw", () -> {
            try {
                scheduler.sleep(Duration.ofSeconds(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            frozen.end();
        });
        return frozen;
    }
}
