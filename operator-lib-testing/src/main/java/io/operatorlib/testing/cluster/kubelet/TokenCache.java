package io.operatorlib.testing.cluster.kubelet;

import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The service-account tokens of one pod: each is asked for once, and again when most of its life is over. */
final class TokenCache {
    /** What Kubernetes gives by default: an hour, and seven seconds by which one knows it. */
    static final Duration LIFETIME = Duration.ofSeconds(3607);

    // a client reads its file once a minute at the latest
    private static final double USED = 0.8;

    private final KubeletApi api;
    private final Scheduler scheduler;
    private final Map<String, Token> tokens = new HashMap<>();

    private record Token(String text, long replaceAtNanos) {}

    TokenCache(KubeletApi api, Scheduler scheduler) {
        this.api = api;
        this.scheduler = scheduler;
    }

    String token(Pod pod, String audience, long seconds) {
        Token known = tokens.get(audience);
        long now = scheduler.nanoTime();
        if (known != null && known.replaceAtNanos() - now > 0) {
            return known.text();
        }
        String text = api.token(pod, audience, seconds);
        long life = (long) (Duration.ofSeconds(seconds).toNanos() * USED);
        tokens.put(audience, new Token(text, now + life));
        return text;
    }
}
